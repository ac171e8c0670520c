"""Who wants to be told when a cycle opens, and telling them."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.cycles.events import ALERT_LIFTED, ALERT_SET
from api.cycles.models import CycleAlert
from api.cycles.queries import announcing as queries
from api.cycles.queries.cycles import home_of
from api.cycles.service.seeing import selling_merchant
from api.errors import AppError
from api.events.log import emit
from api.identity.caller import Caller
from api.kit.ids import new_id

ALERTS_MAX = 50


async def set_alert(session: AsyncSession, *, merchant_id: UUID, caller: Caller) -> CycleAlert:
    """Want to be told of each cycle that a merchant opens for one's home; safe to call twice.

    Raises:
        AppError: not_found, household_needed, alerts_full.
    """
    merchant = await selling_merchant(session, merchant_id=merchant_id, caller=caller)
    if not await home_of(session, user_id=caller.user_id):
        raise AppError("household_needed")
    row = CycleAlert(
        id=new_id(), user_id=caller.user_id, merchant_id=merchant_id, created_at=caller.now
    )
    if await queries.set_alert(session, row=row, at_most=ALERTS_MAX):
        await emit(
            session,
            ALERT_SET,
            subject_id=row.id,
            subject_seq=1,
            actor=caller.actor,
            now=caller.now,
            community_id=merchant.community_id,
            merchant_id=str(merchant_id),
        )
    found = await queries.alert(session, user_id=caller.user_id, merchant_id=merchant_id)
    if found is None:
        raise AppError("alerts_full", f"at most {ALERTS_MAX}")
    return found


async def lift_alert(session: AsyncSession, *, merchant_id: UUID, caller: Caller) -> None:
    """Be told no more; safe to call twice."""
    alert_id = await queries.lift_alert(session, user_id=caller.user_id, merchant_id=merchant_id)
    if alert_id is not None:
        await emit(
            session,
            ALERT_LIFTED,
            subject_id=alert_id,
            subject_seq=2,
            actor=caller.actor,
            now=caller.now,
            merchant_id=str(merchant_id),
        )


async def announce(session: AsyncSession, *, cycle_id: UUID, now: datetime) -> int:
    """Tell of an open cycle whoever wants to know, each once; how many they are."""
    return await queries.announce(session, cycle_id=cycle_id, now=now)
