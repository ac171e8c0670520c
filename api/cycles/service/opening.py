"""Opening a cycle, cutting it off, closing it where it happens, cancelling it where not."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.cycles.events import CYCLE_CANCELLED, CYCLE_CLOSED, CYCLE_CUT_OFF, CYCLE_OPENED
from api.cycles.models import Cycle
from api.cycles.queries import cycles as queries
from api.cycles.service.seeing import managed_cycle
from api.cycles.states import CYCLE
from api.errors import AppError
from api.events.log import SYSTEM, Actor, emit
from api.identity.caller import MANAGERS, Caller
from api.orders.service.cancelling import cancel_with_cycle

_WHY_ORDERS = {"too_small": "cycle_too_small"}


async def open_by_hand(session: AsyncSession, *, cycle_id: UUID, caller: Caller) -> Cycle:
    """Open a draft now, whatever time it was to open by itself.

    Raises:
        AppError: not_found, role_missing, cycle_moved_on, cycle_empty, cycle_times_wrong.
    """
    row = await managed_cycle(session, cycle_id=cycle_id, caller=caller, lock=True)
    if row.state != "draft":
        raise AppError("cycle_moved_on")
    if not await queries.items(session, cycle_ids=[row.id]):
        raise AppError("cycle_empty")
    if row.closes_at <= caller.now:
        raise AppError("cycle_times_wrong", "its cut-off is over")
    await _open(session, row, actor=caller.actor, now=caller.now)
    await session.refresh(row)
    return row


async def open_due(session: AsyncSession, *, cycle_id: UUID, now: datetime) -> bool:
    """Open a draft whose time has come; false: it was opened or changed meanwhile."""
    row = await queries.cycle(session, cycle_id=cycle_id, lock=True)
    is_due = row is not None and row.opens_at is not None and row.opens_at <= now < row.closes_at
    if row is None or row.state != "draft" or not is_due:
        return False
    await _open(session, row, actor=SYSTEM, now=now)
    return True


async def cut_off(session: AsyncSession, *, cycle_id: UUID, caller: Caller) -> Cycle:
    """Let nobody join from now on; it closes by itself once the last order is paid or gone.

    Raises:
        AppError: not_found, role_missing, cycle_moved_on.
    """
    row = await managed_cycle(session, cycle_id=cycle_id, caller=caller)
    version = await queries.cut_off(session, cycle_id=cycle_id, now=caller.now)
    if version is None:
        raise AppError("cycle_moved_on")
    await emit(
        session,
        CYCLE_CUT_OFF,
        subject_id=row.id,
        subject_seq=version,
        actor=caller.actor,
        now=caller.now,
        community_id=row.community_id,
        closes_at=caller.now.isoformat(),
    )
    waiting, _ = await queries.standing(session, cycle_id=cycle_id)
    if waiting == 0:
        await close(session, cycle_id=cycle_id, now=caller.now)
    await session.refresh(row)
    return row


async def close(session: AsyncSession, *, cycle_id: UUID, now: datetime) -> bool:
    """After the cut-off: closed where enough joined, else cancelled and all refunded."""
    row = await queries.cycle(session, cycle_id=cycle_id, lock=True)
    if row is None or row.state != "open" or row.closes_at > now:
        return False
    waiting, paid = await queries.standing(session, cycle_id=cycle_id)
    if waiting:
        return False
    if paid < row.orders_min:
        await _cancel(session, row, why="too_small", actor=SYSTEM, now=now)
        return True
    moved = await queries.move(
        session, cycle_id=cycle_id, event="close", from_state="open", closed_at=now
    )
    assert moved is not None, "the cycle was locked"
    await emit(
        session,
        CYCLE_CLOSED,
        subject_id=row.id,
        subject_seq=moved.version,
        actor=SYSTEM,
        now=now,
        community_id=row.community_id,
        from_state="open",
        to_state="closed",
        orders_count=paid,
    )
    return True


async def cancel_by_hand(session: AsyncSession, *, cycle_id: UUID, caller: Caller) -> Cycle:
    """Cancel a cycle before it is closed; each order is refunded in full by the timer.

    Raises:
        AppError: not_found, role_missing, cycle_moved_on.
    """
    row = await managed_cycle(session, cycle_id=cycle_id, caller=caller, lock=True)
    if not CYCLE.allows(row.state, "cancel"):
        raise AppError("cycle_moved_on")
    why = "staff" if caller.holds(MANAGERS, row.place_path) else "merchant"
    await _cancel(session, row, why=why, actor=caller.actor, now=caller.now)
    await session.refresh(row)
    return row


async def unwind(session: AsyncSession, *, order_id: UUID, now: datetime) -> bool:
    """Cancel one order of a cancelled cycle, refunded in full; false: it is over."""
    why = await queries.cancelled_why(session, order_id=order_id)
    assert why is not None
    reason = _WHY_ORDERS.get(why, "cycle_cancelled")
    return await cancel_with_cycle(session, order_id=order_id, reason=reason, now=now)


async def _open(session: AsyncSession, row: Cycle, *, actor: Actor, now: datetime) -> None:
    moved = await queries.move(
        session, cycle_id=row.id, event="open", from_state="draft", opened_at=now
    )
    assert moved is not None, "the cycle was locked"
    await emit(
        session,
        CYCLE_OPENED,
        subject_id=row.id,
        subject_seq=moved.version,
        actor=actor,
        now=now,
        community_id=row.community_id,
        from_state="draft",
        to_state="open",
        closes_at=row.closes_at.isoformat(),
    )


async def _cancel(
    session: AsyncSession, row: Cycle, *, why: str, actor: Actor, now: datetime
) -> None:
    before = row.state
    moved = await queries.move(
        session,
        cycle_id=row.id,
        event="cancel",
        from_state=before,
        cancelled_at=now,
        cancelled_why=why,
    )
    assert moved is not None, "the cycle was locked"
    await emit(
        session,
        CYCLE_CANCELLED,
        subject_id=row.id,
        subject_seq=moved.version,
        actor=actor,
        now=now,
        community_id=row.community_id,
        from_state=before,
        to_state="cancelled",
        why=why,
    )
