"""Ending an offer that nobody accepted: declined, lapsed, or its job or its runner gone."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.events.log import SYSTEM, Actor, emit
from api.events.registry import EventKind
from api.offers.events import OFFER_DECLINED, OFFER_EXPIRED, OFFER_SPENT, OFFER_WITHDRAWN
from api.offers.models import Offer
from api.offers.queries import offers as queries

_TOLD: dict[str, EventKind] = {
    "decline": OFFER_DECLINED,
    "expire": OFFER_EXPIRED,
    "withdraw": OFFER_WITHDRAWN,
}


async def end_offer(session: AsyncSession, *, offer_id: UUID, now: datetime) -> bool:
    """Let an offer lapse whose time is over, or take it back whose job or runner is gone."""
    offer = await queries.offer(session, offer_id=offer_id)
    if offer is None or offer.state != "offered":
        return False
    if await queries.is_broken(session, offer_id=offer_id):
        await end(session, offer, "withdraw", actor=SYSTEM, now=now)
        return True
    if offer.until > now:
        return False
    await end(session, offer, "expire", actor=SYSTEM, now=now)
    return True


async def end(
    session: AsyncSession, offer: Offer, event: str, *, actor: Actor, now: datetime
) -> None:
    """End a locked, live offer without its jobs being taken, and say which are left to the hall."""
    moved = await queries.move(session, offer_id=offer.id, event=event, now=now)
    assert moved is not None, "it is locked and live"
    await emit(
        session,
        _TOLD[event],
        subject_id=offer.id,
        subject_seq=moved.version,
        actor=actor,
        now=now,
        community_id=offer.community_id,
        from_state="offered",
        to_state=moved.state,
        job_ids=await queries.job_ids(session, offer_id=offer.id),
    )
    left = await queries.spent(session, offer_id=offer.id)
    if not left:
        return
    await emit(
        session,
        OFFER_SPENT,
        subject_id=offer.id,
        subject_seq=await queries.touch(session, offer_id=offer.id),
        actor=SYSTEM,
        now=now,
        community_id=offer.community_id,
        job_ids=left,
    )
