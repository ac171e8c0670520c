"""Offering a tip, once for an order, and taking its payment in."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import GATEWAY, SYSTEM, emit
from api.identity.caller import Caller
from api.orders import queries as order_queries
from api.orders.queries import Carried
from api.tips import queries
from api.tips.events import TIP_LAPSED, TIP_OFFERED, TIP_PAID
from api.tips.models import Tip
from api.tips.rules import OFFER_WINDOW, PAY_WINDOW


async def offer(session: AsyncSession, *, order_id: UUID, amount_fen: int, caller: Caller) -> Tip:
    """Offer a tip for a completed order; it is paid by `POST /v1/payments` next.

    Raises:
        AppError: not_found, tip_too_early, tip_too_late, already_tipped.
    """
    carried = await _own(session, order_id=order_id, caller=caller, lock=True)
    order, job = carried.order, carried.job
    if order.state != "completed" or job is None or job.runner_id is None:
        raise AppError("tip_too_early")
    assert order.completed_at is not None
    if caller.now > order.completed_at + OFFER_WINDOW:
        raise AppError("tip_too_late")
    tip = Tip(
        order_id=order_id,
        payer_id=order.payer_id,
        runner_id=job.runner_id,
        amount_fen=amount_fen,
        until=caller.now + PAY_WINDOW,
        created_at=caller.now,
    )
    if not await queries.add(session, tip=tip):
        raise AppError("already_tipped")
    await emit(
        session,
        TIP_OFFERED,
        subject_id=tip.id,
        subject_seq=1,
        actor=caller.actor,
        now=caller.now,
        community_id=order.community_id,
        to_state="offered",
        order_id=str(order_id),
        amount_fen=amount_fen,
    )
    return tip


async def last_tip(session: AsyncSession, *, order_id: UUID, caller: Caller) -> Tip | None:
    """The last tip of one's own order.

    Raises:
        AppError: not_found.
    """
    await _own(session, order_id=order_id, caller=caller, lock=False)
    return await queries.last(session, order_id=order_id)


async def payable(session: AsyncSession, *, carried: Carried, now: datetime) -> Tip | None:
    """What the payer of an order offered and may pay now, or ``None``."""
    if carried.order.state != "completed":
        return None
    tip = await queries.last(session, order_id=carried.order.id)
    return tip if tip is not None and tip.state == "offered" and tip.until > now else None


async def take_payment(session: AsyncSession, *, tip_id: UUID, now: datetime) -> UUID | None:
    """A tip was paid: whose it is; ``None``: it lapsed, or was paid before: the money goes back.

    The order is locked by the caller. A dispute that came up meanwhile is about the order, not
    about thanks: the tip is the runner's all the same.
    """
    tip = await queries.tip(session, tip_id=tip_id, lock=True)
    assert tip is not None, "its payment names it"
    moved = await queries.move(session, tip_id=tip_id, event="pay")
    if moved is None:
        return None
    await emit(
        session,
        TIP_PAID,
        subject_id=tip_id,
        subject_seq=moved.version,
        actor=GATEWAY,
        now=now,
        from_state="offered",
        to_state="paid",
        order_id=str(tip.order_id),
        amount_fen=tip.amount_fen,
        runner_id=str(tip.runner_id),
    )
    return tip.runner_id


async def lapse(session: AsyncSession, *, tip_id: UUID, now: datetime) -> bool:
    """Let a tip lapse that nobody paid in time; false: somebody did after all."""
    moved = await queries.move(session, tip_id=tip_id, event="lapse")
    if moved is None:
        return False
    await emit(
        session,
        TIP_LAPSED,
        subject_id=tip_id,
        subject_seq=moved.version,
        actor=SYSTEM,
        now=now,
        from_state="offered",
        to_state="lapsed",
        order_id=str(moved.order_id),
    )
    return True


async def _own(session: AsyncSession, *, order_id: UUID, caller: Caller, lock: bool) -> Carried:
    carried = await order_queries.carried(session, order_id=order_id, lock=lock)
    # Whoever paid for it: staff who ordered for somebody without a phone, too.
    if carried is None or carried.order.payer_id != caller.user_id:
        raise AppError("not_found")
    return carried
