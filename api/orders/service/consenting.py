"""Spending more than was paid in front: asked by the runner before the purchase, agreed to and
paid by the customer, or declined, or lapsed.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import GATEWAY, SYSTEM, Actor, emit
from api.events.registry import EventKind
from api.identity.caller import Caller
from api.jobs import queries as job_queries
from api.jobs.service.advancing import raise_advance
from api.kinds import KINDS
from api.orders import queries
from api.orders.events import (
    CONSENT_AGREED,
    CONSENT_ASKED,
    CONSENT_DECLINED,
    CONSENT_LAPSED,
    CONSENT_PAID,
    ORDER_GOODS_RAISED,
)
from api.orders.goods import extra_fen
from api.orders.models import Consent
from api.orders.queries import Carried
from api.orders.service.caring import asked_by, check_more
from api.places.service import community_of_place


async def ask_for_more(
    session: AsyncSession, *, job_id: UUID, goods_fen: int, caller: Caller
) -> Consent:
    """Ask the customer to raise the ceiling to ``goods_fen``; the runner's own act.

    Raises:
        AppError: not_found, job_moved_on, consent_not_needed, ceiling_too_high, consent_pending.
    """
    carried = await _at_the_counter(session, job_id=job_id, caller=caller)
    order = carried.order
    more_fen = extra_fen(goods_fen=order.goods_fen, wanted_fen=goods_fen)
    if not KINDS[order.kind].has_goods or more_fen <= 0:
        raise AppError("consent_not_needed")
    settings = (await community_of_place(session, place_id=order.community_id)).settings
    if goods_fen > settings.goods_max_fen:
        raise AppError("ceiling_too_high")
    last = await queries.last_consent(session, order_id=order.id)
    if last is not None and last.state in ("asked", "agreed"):
        raise AppError("consent_pending")
    consent = Consent(
        order_id=order.id,
        goods_fen=goods_fen,
        extra_fen=more_fen,
        until=caller.now + timedelta(seconds=settings.consent_window_s),
        created_at=caller.now,
    )
    await queries.add(session, row=consent)
    await _tell(
        session, CONSENT_ASKED, consent, 1, None, "asked", caller.actor, caller.now,
        goods_fen=goods_fen, extra_fen=more_fen,
    )  # fmt: skip
    return consent


async def answer(session: AsyncSession, *, order_id: UUID, agrees: bool, caller: Caller) -> Consent:
    """Agree, and pay next, or decline; the customer's own act.

    Raises:
        AppError: not_found, nothing_to_consent, consent_missing, cap_exceeded.
    """
    carried = await queries.carried(session, order_id=order_id, lock=True)
    if carried is None or not asked_by(carried.order, caller):
        raise AppError("not_found")
    consent = await queries.last_consent(session, order_id=order_id, lock=True)
    if consent is None or consent.state != "asked" or consent.until <= caller.now:
        raise AppError("nothing_to_consent")
    if not _is_buying(carried):
        raise AppError("nothing_to_consent")
    if agrees:
        await check_more(session, order=carried.order, extra_fen=consent.extra_fen, caller=caller)
    event = "agree" if agrees else "decline"
    moved = await _move(session, consent, event)
    told: dict[str, Any] = {"extra_fen": consent.extra_fen} if agrees else {}
    await _tell(
        session, CONSENT_AGREED if agrees else CONSENT_DECLINED, consent, moved.version,
        "asked", moved.state, caller.actor, caller.now, **told,
    )  # fmt: skip
    answered = await queries.consent(session, consent_id=consent.id)
    assert answered is not None
    return answered


async def last_asked(session: AsyncSession, *, job_id: UUID, caller: Caller) -> Consent | None:
    """What the runner of a job last asked its customer.

    Raises:
        AppError: not_found.
    """
    job = await job_queries.job(session, job_id=job_id)
    if job is None or job.runner_id != caller.user_id:
        raise AppError("not_found")
    return await queries.last_consent_of_job(session, job_id=job_id, runner_id=caller.user_id)


async def payable(session: AsyncSession, *, carried: Carried, now: datetime) -> Consent | None:
    """What the customer agreed to and may pay now, or ``None``."""
    if not _is_buying(carried):
        return None
    consent = await queries.last_consent(session, order_id=carried.order.id)
    if consent is None or consent.state != "agreed" or consent.until <= now:
        return None
    return consent


async def take_payment(session: AsyncSession, *, consent_id: UUID, now: datetime) -> bool:
    """Raise the ceiling by what was paid; false: it is too late, the money goes back.

    The order is locked by the caller.
    """
    consent = await queries.consent(session, consent_id=consent_id, lock=True)
    assert consent is not None
    carried = await queries.carried(session, order_id=consent.order_id, lock=True)
    assert carried is not None
    if consent.state != "agreed" or not _is_buying(carried):
        return False
    assert carried.job is not None
    raised = await queries.raise_goods(
        session, order_id=consent.order_id, extra_fen=consent.extra_fen
    )
    assert raised is not None, "the order was locked"
    version, goods_fen = raised
    moved = await _move(session, consent, "pay")
    await _tell(
        session, CONSENT_PAID, consent, moved.version, "agreed", "paid", GATEWAY, now,
        extra_fen=consent.extra_fen,
    )  # fmt: skip
    await emit(
        session,
        ORDER_GOODS_RAISED,
        subject_id=consent.order_id,
        subject_seq=version,
        actor=GATEWAY,
        now=now,
        community_id=carried.order.community_id,
        goods_fen=goods_fen,
        extra_fen=consent.extra_fen,
    )
    await raise_advance(session, job=carried.job, extra_fen=consent.extra_fen, now=now)
    return True


async def lapse(session: AsyncSession, *, consent_id: UUID, now: datetime) -> bool:
    """Let a consent lapse whose time is over; false: it was answered after all."""
    consent = await queries.consent(session, consent_id=consent_id, lock=True)
    if consent is None or consent.state not in ("asked", "agreed"):
        return False
    before = consent.state
    moved = await _move(session, consent, "lapse")
    await _tell(session, CONSENT_LAPSED, consent, moved.version, before, moved.state, SYSTEM, now)
    return True


async def _at_the_counter(session: AsyncSession, *, job_id: UUID, caller: Caller) -> Carried:
    """The one order of a job that the caller has accepted and not bought for yet, locked."""
    job = await job_queries.job(session, job_id=job_id)
    if job is None or job.runner_id != caller.user_id:
        raise AppError("not_found")
    order_id = UUID((await job_queries.order_ids(session, job_id=job_id))[0])
    carried = await queries.carried(session, order_id=order_id, lock=True)
    assert carried is not None
    if carried.job is None or carried.job.runner_id != caller.user_id:
        raise AppError("not_found")
    if not _is_buying(carried):
        raise AppError("job_moved_on")
    return carried


def _is_buying(carried: Carried) -> bool:
    """Whether the money is not spent yet: before the receipt is shown, pickup or voucher."""
    order, job = carried.order, carried.job
    if order.state != "active" or job is None:
        return False
    is_begun_unspent = job.state == "picked_up" and KINDS[job.kind].spends_at_the_end
    return job.state == "accepted" or is_begun_unspent


async def _move(session: AsyncSession, consent: Consent, event: str) -> Any:
    moved = await queries.move_consent(
        session, consent_id=consent.id, event=event, from_state=consent.state
    )
    assert moved is not None, "the consent was locked"
    return moved


async def _tell(
    session: AsyncSession,
    kind: EventKind,
    consent: Consent,
    version: int,
    before: str | None,
    after: str,
    actor: Actor,
    now: datetime,
    **data: Any,
) -> None:
    await emit(
        session,
        kind,
        subject_id=consent.id,
        subject_seq=version,
        actor=actor,
        now=now,
        from_state=before,
        to_state=after,
        order_id=str(consent.order_id),
        **data,
    )
