"""Ends: a cycle whose orders are all final, and orders that would wait for ever."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.cycles.queries import cycles
from api.cycles.states import CYCLE
from api.events.log import SYSTEM, emit
from api.kit.clock import china
from api.orders.service.cancelling import cancel_with_cycle
from api.packing.events import CYCLE_COMPLETED
from api.packing.queries import leaving as queries


async def complete(session: AsyncSession, *, cycle_id: UUID, now: datetime) -> bool:
    """Complete a cycle whose every order is final; false: somebody did before."""
    cycle = await cycles.cycle(session, cycle_id=cycle_id, lock=True)
    if cycle is None or not CYCLE.allows(cycle.state, "complete"):
        return False
    moved = await cycles.move(session, cycle_id=cycle_id, event="complete", from_state=cycle.state)
    assert moved is not None, "the cycle was locked"
    await emit(
        session,
        CYCLE_COMPLETED,
        subject_id=cycle_id,
        subject_seq=moved.version,
        actor=SYSTEM,
        now=now,
        community_id=cycle.community_id,
        from_state=cycle.state,
        to_state="completed",
    )
    return True


async def to_give_up(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Orders that were neither brought nor made ready long after their day."""
    return await queries.to_give_up(session, today=china(now).date(), limit=limit)


async def give_up(session: AsyncSession, *, order_id: UUID, now: datetime) -> bool:
    """Give all back of an order that was never brought; false: it ended meanwhile."""
    return await cancel_with_cycle(session, order_id=order_id, reason="not_brought", now=now)
