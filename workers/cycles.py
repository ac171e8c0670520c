"""The timers of cycles: opening, closing after the cut-off, refunding where it does not happen."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.bootstrap import Parts
from api.cycles.queries.cycles import due_to_close, due_to_open, note_unwound, to_unwind
from api.cycles.queries.standing import due
from api.cycles.service import opening, standing
from workers.sweeping import sweep


async def open_cycles(parts: Parts) -> int:
    """Open cycles whose time has come."""

    async def move(session: AsyncSession, cycle_id: UUID, now: datetime) -> bool:
        return await opening.open_due(session, cycle_id=cycle_id, now=now)

    return await sweep(parts, due_to_open, move)


async def place_standing(parts: Parts) -> int:
    """Join open cycles for whoever wants of each of them."""

    async def move(session: AsyncSession, standing_id: UUID, now: datetime) -> bool:
        return await standing.place_due(
            session, standing_id=standing_id, vault=parts.vault, now=now
        )

    return await sweep(parts, due, move)


async def close_cycles(parts: Parts) -> int:
    """Close cycles after their cut-off, or cancel them where too few joined."""

    async def move(session: AsyncSession, cycle_id: UUID, now: datetime) -> bool:
        return await opening.close(session, cycle_id=cycle_id, now=now)

    return await sweep(parts, due_to_close, move)


async def unwind_cycles(parts: Parts) -> int:
    """Cancel the orders of cycles that do not happen, refunded in full."""

    async def move(session: AsyncSession, order_id: UUID, now: datetime) -> bool:
        return await opening.unwind(session, order_id=order_id, now=now)

    moved = await sweep(parts, to_unwind, move)
    if moved == 0:
        async with parts.database.transaction() as (session, _):
            await note_unwound(session)
    return moved
