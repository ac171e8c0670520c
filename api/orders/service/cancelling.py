"""Cancelling: the cost asked first, the figure shown is the figure charged."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import SYSTEM, Actor, emit
from api.identity.caller import STAFF, Caller
from api.jobs.policies import FAILURES, Fault, Points
from api.jobs.service.making import cancel_job
from api.jobs.service.stating import NOTHING_SAID, Said, keep_statement, require_evidence
from api.jobs.states import IN_HAND
from api.kinds import VEGETABLES
from api.kit.clock import unix_s
from api.kit.crypto import Vault, same
from api.kit.money import percent_of_fen
from api.orders import queries
from api.orders.events import ORDER_CANCELLED
from api.orders.goods import owed_fen
from api.orders.models import Order
from api.orders.policies import ROWS, CancelCost, CancelRow, Side, cancel_cost, may_give, stage_of
from api.orders.queries import Carried
from api.orders.rules import paid_fen
from api.orders.service.booking import book_cancellation, book_loss, book_return
from api.orders.service.caring import asked_by
from api.orders.states import ORDER
from api.places.service import community_of_place
from api.places.settings import CommunitySettings

# How long a figure that was shown may be relied on; it is refused, never raised, if it changes.
# The end is a whole minute, so that two who ask together read the same answer.
TOKEN_TTL_S = 300
_PURPOSE = "cancel-cost"


@dataclass(frozen=True, slots=True)
class Priced:
    """The row of the table that applies now, and its figure."""

    settings: CommunitySettings
    row: CancelRow
    cost: CancelCost


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown before cancelling, and the token that holds the figure until `expires_at`."""

    priced: Priced
    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Who cancelled, why, whose fault it is, and what the runner gets of it in points."""

    side: Side
    reason: str
    fault: Fault
    points: Points


async def ask_cost(
    session: AsyncSession, *, order_id: UUID, reason: str, vault: Vault, caller: Caller
) -> Shown:
    """What cancelling for this reason would cost now, the same for whoever asks.

    Raises:
        AppError: not_found, order_moved_on, cancel_not_possible, cancel_reason_unfit.
    """
    carried, _ = await party_order(session, order_id=order_id, caller=caller)
    priced = await _price(session, carried, reason=reason, now=caller.now)
    expires_unix_s = unix_s(caller.now) // 60 * 60 + TOKEN_TTL_S
    token = _token(vault, order_id, priced.cost, expires_unix_s=expires_unix_s)
    return Shown(priced, token, datetime.fromtimestamp(expires_unix_s, UTC))


async def cancel_order(
    session: AsyncSession,
    *,
    order_id: UUID,
    reason: str,
    said: Said = NOTHING_SAID,
    token: str | None,
    vault: Vault,
    caller: Caller,
) -> Order:
    """Cancel at the cost that was shown; a cost of 0 needs no token.

    Raises:
        AppError: not_found, order_moved_on, cancel_not_possible, cancel_reason_unfit,
            evidence_missing, cancel_cost_changed, cancel_token_expired, job_moved_on.
    """
    carried, side = await party_order(session, order_id=order_id, caller=caller, lock=True)
    priced = await _price(session, carried, reason=reason, now=caller.now)
    row = priced.row
    if not may_give(row, side):
        raise AppError("cancel_reason_unfit")
    # Staff vouch for what they were told.
    if side != "staff":
        require_evidence(row.evidence, said)
    _check_token(token, vault=vault, order_id=order_id, cost=priced.cost, now=caller.now)
    await keep_statement(
        session, said=said, act="cancel", reason=reason, author_id=caller.user_id,
        order_id=order_id, vault=vault, now=caller.now,
    )  # fmt: skip
    by = Cancelled(side, reason, row.fault, row.points if side == "runner" else "none")
    await cancel(session, carried, by=by, cost=priced.cost, actor=caller.actor, now=caller.now)
    await book_cancellation(session, carried, cost_fen=priced.cost.cost_fen, now=caller.now)
    after = await queries.carried(session, order_id=order_id)
    assert after is not None
    return after.order


async def cancel_unpaid(session: AsyncSession, *, order_id: UUID, now: datetime) -> bool:
    """Cancel an order whose time for paying is over; false: it was paid meanwhile."""
    carried = await queries.carried(session, order_id=order_id, lock=True)
    if carried is None or carried.order.state != "awaiting_payment":
        return False
    row = ROWS["unpaid", "not_paid_in_time"]
    by = Cancelled("system", row.reason, row.fault, row.points)
    await cancel(session, carried, by=by, cost=CancelCost(0, 0), actor=SYSTEM, now=now)
    return True


async def cancel_with_cycle(
    session: AsyncSession, *, order_id: UUID, reason: str, now: datetime
) -> bool:
    """Cancel an order that its vegetable cycle does not serve, refunded in full; false: it is over.

    ``reason`` is ``cycle_cancelled``, ``cycle_too_small``, or, of an order that has nothing to come
    or never came, ``nothing_packed`` or ``not_brought``.
    """
    carried = await queries.carried(session, order_id=order_id, lock=True)
    if carried is None or not ORDER.allows(carried.order.state, "cancel"):
        return False
    row = ROWS["collecting", reason]
    by = Cancelled("system", row.reason, row.fault, row.points)
    cost = CancelCost(0, left_of(carried.order))
    is_paid = carried.order.activated_at is not None
    await cancel(session, carried, by=by, cost=cost, actor=SYSTEM, now=now)
    if is_paid:
        await book_cancellation(session, carried, cost_fen=0, now=now)
    return True


async def cancel_after_job(
    session: AsyncSession, *, order_id: UUID, job_outcome: str, reason: str | None, now: datetime
) -> None:
    """Cancel an order whose job expired or came back, or that nobody fetched, the money by fault;
    safe to call twice.
    """
    carried = await queries.carried(session, order_id=order_id, lock=True)
    if carried is None or carried.order.state != "active":
        return
    order, stop, left_fen = carried.order, carried.stop, left_of(carried.order)
    failed = None
    if job_outcome == "returned":
        # Each stop of a shared job has a reason of its own.
        reason = (stop.fail_reason if stop else None) or reason
        assert reason is not None
        failed = FAILURES[reason]
        # Whoever is at fault for the return owes what was bought, too.
        owed = owed_fen(fee_fen=order.fee_fen, spent_fen=stop.spent_fen if stop else None)
        cost_fen = min(percent_of_fen(owed, failed.percent), left_fen)
        by = Cancelled("system", "job_returned", failed.fault, "none")
    else:
        row = ROWS["open", "job_expired"]
        cost_fen, by = 0, Cancelled("system", row.reason, row.fault, "none")
    cost = CancelCost(cost_fen, left_fen - cost_fen)
    await cancel(session, carried, by=by, cost=cost, actor=SYSTEM, now=now)
    if failed is None:
        await book_cancellation(session, carried, cost_fen=cost_fen, now=now)
    elif order.kind == VEGETABLES and failed.is_gone:
        assert cost_fen == 0, "nobody pays for what is gone"
        await book_loss(session, carried, now=now)
    else:
        await book_return(session, carried, cost_fen=cost_fen, fault=failed.fault, now=now)


async def cancel_failed_stops(session: AsyncSession, *, job_id: UUID, now: datetime) -> None:
    """Cancel what a delivered job could not bring, the money by fault; safe to call twice."""
    for order_id, reason in await queries.failed_stops(session, job_id=job_id):
        await cancel_after_job(
            session, order_id=order_id, job_outcome="returned", reason=reason, now=now
        )


async def visible_order(
    session: AsyncSession, *, order_id: UUID, caller: Caller, lock: bool = False
) -> Carried:
    """An order that is the caller's own, or stands where they are staff.

    Raises:
        AppError: not_found.
    """
    carried, side = await party_order(session, order_id=order_id, caller=caller, lock=lock)
    if side == "runner":
        raise AppError("not_found")
    return carried


async def party_order(
    session: AsyncSession, *, order_id: UUID, caller: Caller, lock: bool = False
) -> tuple[Carried, Side]:
    """An order, and on which side of it the caller stands: customer, runner with the job in hand,
    or staff of the place.

    Raises:
        AppError: not_found.
    """
    carried = await queries.carried(session, order_id=order_id, lock=lock)
    if carried is None:
        raise AppError("not_found")
    order, job = carried.order, carried.job
    if asked_by(order, caller):
        return carried, "resident"
    if job is not None and job.runner_id == caller.user_id and job.state in IN_HAND:
        return carried, "runner"
    if caller.holds(STAFF, order.place_path):
        return carried, "staff"
    raise AppError("not_found")


async def order_of_job(session: AsyncSession, *, job_id: UUID) -> UUID:
    """The order behind a job; a runner knows jobs only.

    Raises:
        AppError: not_found, where there is none, or more than one.
    """
    order_id = await queries.order_of_job(session, job_id=job_id)
    if order_id is None:
        raise AppError("not_found")
    return order_id


async def order_of_stop(session: AsyncSession, *, job_id: UUID, n: int) -> UUID:
    """The order that one stop of a job brings.

    Raises:
        AppError: not_found.
    """
    order_id = await queries.order_of_stop(session, job_id=job_id, n=n)
    if order_id is None:
        raise AppError("not_found")
    return order_id


def left_of(order: Order) -> int:
    """What is left, in fen, of what was paid."""
    paid = paid_fen(
        fee_fen=order.fee_fen, goods_fen=order.goods_fen, activated_at=order.activated_at
    )
    return paid - order.refunded_fen


async def cancel(
    session: AsyncSession,
    carried: Carried,
    *,
    by: Cancelled,
    cost: CancelCost,
    actor: Actor,
    now: datetime,
) -> None:
    """Cancel a locked order and what of its job is not on its way yet.

    Its money is booked by the caller, who knows whether it follows the table, a fault or a split.

    Raises:
        AppError: order_moved_on, job_moved_on.
    """
    order, job = carried.order, carried.job
    event = "resolve_cancelled" if order.state == "disputed" else "cancel"
    before, refunded_fen = order.state, order.refunded_fen + cost.refund_fen
    runner_id, after_accept_s = _held(carried, now=now)
    moved = await queries.move(
        session,
        order_id=order.id,
        event=event,
        from_state=before,
        cancelled_at=now,
        cancel_reason=by.reason,
        cancel_fault=by.fault,
        cancel_side=by.side,
        cost_fen=cost.cost_fen,
        refunded_fen=refunded_fen,
    )
    if moved is None:
        raise AppError("order_moved_on")
    if job is not None and job.state in ("waiting", "open", "accepted"):
        await cancel_job(session, job=job, reason=by.reason, actor=actor, now=now)
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
        reason=by.reason,
        fault=by.fault,
        side=by.side,
        cost_fen=cost.cost_fen,
        refund_fen=cost.refund_fen,
        points=by.points,
        runner_id=runner_id,
        after_accept_s=after_accept_s,
    )


def _held(carried: Carried, *, now: datetime) -> tuple[str | None, int]:
    """Who had the job in hand, and for how many seconds."""
    job = carried.job
    if job is None or job.runner_id is None or job.accepted_at is None:
        return None, 0
    return str(job.runner_id), max(0, int((now - job.accepted_at).total_seconds()))


async def _price(session: AsyncSession, carried: Carried, *, reason: str, now: datetime) -> Priced:
    order, job = carried.order, carried.job
    if not ORDER.allows(order.state, "cancel"):
        raise AppError("order_moved_on")
    settings = (await community_of_place(session, place_id=order.community_id)).settings
    stage = stage_of(
        settings,
        is_paid=order.state != "awaiting_payment",
        cancel_until=order.cancel_until,
        job_state=job.state if job else None,
        accepted_at=job.accepted_at if job else None,
        arrived_at=job.arrived_at if job else None,
        due_at=job.due_at if job else None,
        now=now,
    )
    if stage is None:
        raise AppError("cancel_not_possible")
    row = ROWS.get((stage, reason))
    if row is None:
        raise AppError("cancel_reason_unfit")
    cost = cancel_cost(settings, row, fee_fen=order.fee_fen, left_fen=left_of(order))
    return Priced(settings, row, cost)


def _token(vault: Vault, order_id: UUID, cost: CancelCost, *, expires_unix_s: int) -> str:
    text = f"{order_id}|{cost.cost_fen}|{cost.refund_fen}|{expires_unix_s}"
    return f"{expires_unix_s}.{vault.sign(text, purpose=_PURPOSE)}"


def _check_token(
    token: str | None, *, vault: Vault, order_id: UUID, cost: CancelCost, now: datetime
) -> None:
    """Refuse unless the token holds exactly this figure, and still does."""
    if token is None:
        if cost.cost_fen > 0:
            raise AppError("cancel_cost_changed", "ask for the cost first")
        return
    digits = token.partition(".")[0]
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 12):
        raise AppError("cancel_cost_changed")
    if not same(token, _token(vault, order_id, cost, expires_unix_s=int(digits))):
        raise AppError("cancel_cost_changed")
    if int(digits) <= unix_s(now):
        raise AppError("cancel_token_expired")
