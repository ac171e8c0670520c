"""Disputing an order, and settling the dispute by a split of its money.

While an order is disputed nothing of its money moves: neither time nor customer completes it, and
nobody cancels it.
"""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import by_user, emit
from api.identity.caller import Caller
from api.jobs.service.stating import Said, keep_statement
from api.kinds import VEGETABLES
from api.kit.crypto import Vault
from api.kit.ids import new_id
from api.orders import queries
from api.orders.events import ORDER_DISPUTED, ORDER_RESOLVED
from api.orders.models import Dispute
from api.orders.policies import CancelCost, Side
from api.orders.queries import Carried
from api.orders.rules import Source, Split, is_whole, may_dispute, source_of
from api.orders.service.booking import book_split
from api.orders.service.cancelling import Cancelled, cancel, left_of
from api.orders.service.caring import asked_by
from api.orders.service.completing import complete
from api.orders.service.refunding import managed_order, tell_refund
from api.orders.service.settling import is_unsettled
from api.orders.states import ORDER

_STILL_CARRIED = ("picked_up", "failed")


async def dispute(
    session: AsyncSession,
    *,
    order_id: UUID,
    reason: str,
    said: Said,
    vault: Vault,
    caller: Caller,
) -> UUID:
    """Dispute an active order, or one completed in the last seven days; the order's id.

    Raises:
        AppError: not_found, order_moved_on, dispute_too_late, evidence_missing.
    """
    carried, side = await _side(session, order_id=order_id, caller=caller)
    order = carried.order
    # What is wrong with vegetables is reported to their cycle.
    if not ORDER.allows(order.state, "dispute") or order.kind == VEGETABLES:
        raise AppError("order_moved_on")
    if not may_dispute(completed_at=order.completed_at, now=caller.now):
        raise AppError("dispute_too_late")
    if not said.text.strip():
        raise AppError("evidence_missing")
    row = Dispute(
        id=new_id(),
        order_id=order_id,
        opened_by=caller.user_id,
        side=side,
        reason=reason,
        from_state=order.state,
        left_fen=left_of(order),
        opened_at=caller.now,
    )
    before = order.state
    await keep_statement(
        session, said=said, act="dispute", reason=reason, author_id=caller.user_id,
        order_id=order_id, vault=vault, now=caller.now,
    )  # fmt: skip
    moved = await queries.move(session, order_id=order_id, event="dispute", from_state=before)
    assert moved is not None, "the order was locked"
    await queries.add(session, row=row)
    await emit(
        session,
        ORDER_DISPUTED,
        subject_id=order_id,
        subject_seq=moved.version,
        actor=caller.actor,
        now=caller.now,
        community_id=order.community_id,
        from_state=before,
        to_state="disputed",
        dispute_id=str(row.id),
        side=side,
        reason=reason,
        left_fen=row.left_fen,
    )
    return order_id


async def resolve(
    session: AsyncSession,
    *,
    order_id: UUID,
    version: int,
    outcome: str,
    split: Split,
    said: Said,
    vault: Vault,
    caller: Caller,
) -> None:
    """Settle a dispute: complete or cancel the order, and split what is left, with a reason.

    Raises:
        AppError: not_found, role_missing, version_changed, order_moved_on, job_moved_on,
            outcome_unfit, split_wrong, evidence_missing.
    """
    carried = await managed_order(session, order_id=order_id, version=version, caller=caller)
    await _settle(
        session, carried, outcome=outcome, split=split, said=said, vault=vault,
        by_id=caller.user_id, now=caller.now,
    )  # fmt: skip


async def resolve_as_agreed(
    session: AsyncSession,
    *,
    order_id: UUID,
    outcome: str,
    split: Split,
    said: Said,
    vault: Vault,
    by_id: UUID,
    now: datetime,
) -> None:
    """Settle a dispute by the split on which both sides agreed in mediation.

    Whoever calls has seen that the agreement is in force; ``by_id`` is its mediator, who decides
    nothing: the split is the sides' own, within the same limits as a decision of staff.

    Raises:
        AppError: not_found, order_moved_on, job_moved_on, version_changed, outcome_unfit,
            split_wrong, evidence_missing.
    """
    carried = await queries.carried(session, order_id=order_id, lock=True)
    if carried is None:
        raise AppError("not_found")
    await _settle(
        session, carried, outcome=outcome, split=split, said=said, vault=vault, by_id=by_id, now=now
    )


async def refuse_split(
    session: AsyncSession, *, order_id: UUID, outcome: str, split: Split
) -> None:
    """Refuse what a dispute cannot be settled by, before anybody signs it.

    Raises:
        AppError: not_found, order_moved_on, job_moved_on, version_changed, outcome_unfit,
            split_wrong.
    """
    carried = await queries.carried(session, order_id=order_id, lock=True)
    if carried is None:
        raise AppError("not_found")
    open_one = await queries.open_dispute(session, order_id=order_id)
    if carried.order.state != "disputed" or open_one is None:
        raise AppError("order_moved_on")
    source = source_of(open_one.from_state)
    _refuse(carried, outcome=outcome, split=split, left_fen=open_one.left_fen, source=source)


async def open_sum(session: AsyncSession, *, order_id: UUID) -> int | None:
    """What is to be split of a disputed order, in fen; ``None``: it is not disputed."""
    open_one = await queries.open_dispute(session, order_id=order_id)
    return None if open_one is None else open_one.left_fen


async def _settle(
    session: AsyncSession,
    carried: Carried,
    *,
    outcome: str,
    split: Split,
    said: Said,
    vault: Vault,
    by_id: UUID,
    now: datetime,
) -> None:
    order_id, actor = carried.order.id, by_user(by_id)
    open_one = await queries.open_dispute(session, order_id=order_id)
    if carried.order.state != "disputed" or open_one is None:
        raise AppError("order_moved_on")
    source = source_of(open_one.from_state)
    _refuse(carried, outcome=outcome, split=split, left_fen=open_one.left_fen, source=source)
    if not said.text.strip():
        raise AppError("evidence_missing")
    await keep_statement(
        session, said=said, act="resolve", reason=outcome, author_id=by_id,
        order_id=order_id, vault=vault, now=now,
    )  # fmt: skip
    await queries.resolve_dispute(
        session, dispute_id=open_one.id, outcome=outcome, split=split, source=source,
        by=by_id, now=now,
    )  # fmt: skip
    await book_split(session, carried, dispute_id=open_one.id, split=split, source=source, now=now)
    before, after = None, None
    if outcome == "cancelled":
        by = Cancelled("staff", "dispute_resolved", "nobody", "none")
        cost = CancelCost(open_one.left_fen - split.resident_fen, split.resident_fen)
        await cancel(session, carried, by=by, cost=cost, actor=actor, now=now)
        seq = await queries.touch(session, order_id=order_id)
    elif open_one.from_state == "active":
        await complete(session, carried, how="resolved", actor=actor, now=now)
        seq = await queries.touch(session, order_id=order_id)
    else:
        # It was completed, and scored, before.
        before, after = "disputed", "completed"
        moved = await queries.move(
            session, order_id=order_id, event="resolve_completed", from_state="disputed"
        )
        assert moved is not None, "the order was locked"
        seq = moved.version
    await emit(
        session,
        ORDER_RESOLVED,
        subject_id=order_id,
        subject_seq=seq,
        actor=actor,
        now=now,
        community_id=carried.order.community_id,
        from_state=before,
        to_state=after,
        dispute_id=str(open_one.id),
        outcome=outcome,
        resident_fen=split.resident_fen,
        runner_fen=split.runner_fen,
        platform_fen=split.platform_fen,
        source=source,
    )
    if outcome == "completed" and split.resident_fen > 0:
        await tell_refund(
            session, carried, amount_fen=split.resident_fen, reason="dispute_resolved",
            actor=actor, now=now,
        )  # fmt: skip


async def _side(session: AsyncSession, *, order_id: UUID, caller: Caller) -> tuple[Carried, Side]:
    """Customer or runner, also when the job is long done; staff settle disputes, they open none."""
    carried = await queries.carried(session, order_id=order_id, lock=True)
    if carried is None:
        raise AppError("not_found")
    if asked_by(carried.order, caller):
        return carried, "resident"
    if carried.job is not None and carried.job.runner_id == caller.user_id:
        return carried, "runner"
    raise AppError("not_found")


def _refuse(carried: Carried, *, outcome: str, split: Split, left_fen: int, source: Source) -> None:
    """Refuse what cannot be: work that is under way, goods that did not come, sums that differ."""
    if is_unsettled(carried):
        # In a moment, by reaction: then less is left, and the order has another version.
        raise AppError("version_changed")
    assert carried.job is not None
    assert carried.stop is not None
    if carried.job.state in _STILL_CARRIED:
        raise AppError("job_moved_on")
    if outcome == "completed" and carried.stop.state != "delivered":
        raise AppError("outcome_unfit")
    if not is_whole(split, left_fen=left_fen, source=source):
        raise AppError("split_wrong")
    if split.runner_fen > 0 and carried.job.runner_id is None:
        raise AppError("split_wrong", "no runner had it")
