"""Cancelling: the cost asked first, the figure shown is the figure charged."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import SYSTEM, Actor, emit
from api.identity.caller import STAFF, Caller
from api.jobs.service.making import cancel_job
from api.kit.crypto import Vault, same
from api.orders import queries
from api.orders.events import ORDER_CANCELLED
from api.orders.goods import due_fen, owed_fen
from api.orders.models import Order
from api.orders.queries import Carried
from api.orders.rules import FAIL_FAULT, CancelCost, Fault, cancel_cost, returned_cost_fen
from api.orders.states import ORDER
from api.places.service import community_of_place

_PURPOSE = "cancel-cost"


@dataclass(frozen=True, slots=True)
class TokenedCost:
    """What cancelling costs, and the token that holds the figure."""

    cost: CancelCost
    token: str


async def ask_cost(
    session: AsyncSession, *, order_id: UUID, vault: Vault, caller: Caller
) -> TokenedCost:
    """What cancelling would cost now, the same for whoever asks.

    Raises:
        AppError: not_found, order_moved_on, cancel_not_possible.
    """
    carried = await visible_order(session, order_id=order_id, caller=caller)
    cost = await _cost(session, carried, now=caller.now)
    return TokenedCost(cost, _token(vault, order_id, cost))


async def cancel_order(
    session: AsyncSession,
    *,
    order_id: UUID,
    reason: str,
    token: str | None,
    vault: Vault,
    caller: Caller,
) -> Order:
    """Cancel at the cost that was shown; a cost of 0 needs no token.

    Raises:
        AppError: not_found, order_moved_on, cancel_not_possible, cancel_cost_changed,
            job_moved_on.
    """
    carried = await visible_order(session, order_id=order_id, caller=caller, lock=True)
    cost = await _cost(session, carried, now=caller.now)
    if token is None and cost.cost_fen > 0:
        raise AppError("cancel_cost_changed", "ask for the cost first")
    if token is not None and not same(token, _token(vault, order_id, cost)):
        raise AppError("cancel_cost_changed")
    fault: Fault = "resident" if carried.order.customer_id == caller.user_id else "nobody"
    await _cancel(
        session,
        carried,
        reason=reason,
        fault=fault,
        cost=cost,
        actor=caller.actor,
        now=caller.now,
    )
    return (await visible_order(session, order_id=order_id, caller=caller)).order


async def cancel_unpaid(session: AsyncSession, *, order_id: UUID, now: datetime) -> bool:
    """Cancel an order whose time for paying is over; false: it was paid meanwhile."""
    carried = await queries.carried(session, order_id=order_id, lock=True)
    if carried is None or carried.order.state != "awaiting_payment":
        return False
    await _cancel(
        session,
        carried,
        reason="not_paid_in_time",
        fault="nobody",
        cost=CancelCost(0, 0),
        actor=SYSTEM,
        now=now,
    )
    return True


async def cancel_after_job(
    session: AsyncSession, *, order_id: UUID, job_outcome: str, reason: str | None, now: datetime
) -> None:
    """Cancel an order whose job expired or came back, the money by fault; safe to call twice."""
    carried = await queries.carried(session, order_id=order_id, lock=True)
    if carried is None or carried.order.state != "active":
        return
    order, stop = carried.order, carried.stop
    fault: Fault = FAIL_FAULT[reason] if reason else "platform"
    owed = owed_fen(fee_fen=order.fee_fen, spent_fen=stop.spent_fen if stop else None)
    cost_fen = returned_cost_fen(fee_fen=owed, fault=fault) if job_outcome == "returned" else 0
    paid_fen = due_fen(fee_fen=order.fee_fen, goods_fen=order.goods_fen)
    await _cancel(
        session,
        carried,
        reason=f"job_{job_outcome}",
        fault=fault,
        cost=CancelCost(cost_fen, paid_fen - cost_fen),
        actor=SYSTEM,
        now=now,
    )


async def visible_order(
    session: AsyncSession, *, order_id: UUID, caller: Caller, lock: bool = False
) -> Carried:
    """An order that is the caller's own, or stands where they are staff.

    Raises:
        AppError: not_found.
    """
    carried = await queries.carried(session, order_id=order_id, lock=lock)
    if carried is None or not (
        carried.order.customer_id == caller.user_id or caller.holds(STAFF, carried.order.place_path)
    ):
        raise AppError("not_found")
    return carried


async def _cost(session: AsyncSession, carried: Carried, *, now: datetime) -> CancelCost:
    order, job = carried.order, carried.job
    if not ORDER.allows(order.state, "cancel"):
        raise AppError("order_moved_on")
    community = await community_of_place(session, place_id=order.community_id)
    cost = cancel_cost(
        community.settings,
        fee_fen=order.fee_fen,
        is_paid=order.state != "awaiting_payment",
        job_state=job.state if job else None,
        accepted_at=job.accepted_at if job else None,
        now=now,
    )
    if cost is None:
        raise AppError("cancel_not_possible")
    if order.state == "awaiting_payment":
        return cost
    # What was paid for goods goes back whole: nothing was bought yet.
    return CancelCost(cost.cost_fen, cost.refund_fen + order.goods_fen)


async def _cancel(
    session: AsyncSession,
    carried: Carried,
    *,
    reason: str,
    fault: Fault,
    cost: CancelCost,
    actor: Actor,
    now: datetime,
) -> None:
    order, job = carried.order, carried.job
    before = order.state
    moved = await queries.move(
        session,
        order_id=order.id,
        event="cancel",
        from_state=before,
        cancelled_at=now,
        cancel_reason=reason,
        cancel_fault=fault,
        cost_fen=cost.cost_fen,
    )
    if moved is None:
        raise AppError("order_moved_on")
    if job is not None and job.state in ("waiting", "open", "accepted"):
        await cancel_job(session, job=job, reason=reason, actor=actor, now=now)
    await emit(
        session,
        ORDER_CANCELLED,
        subject_id=order.id,
        subject_seq=moved.version,
        actor=actor,
        now=now,
        community_id=order.community_id,
        from_state=before,
        to_state="cancelled",
        reason=reason,
        fault=fault,
        cost_fen=cost.cost_fen,
        refund_fen=cost.refund_fen,
    )


def _token(vault: Vault, order_id: UUID, cost: CancelCost) -> str:
    return vault.sign(f"{order_id}|{cost.cost_fen}|{cost.refund_fen}", purpose=_PURPOSE)
