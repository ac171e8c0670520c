"""SQL of repeating errands."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import move_row, run
from api.repeats.models import Repeat, RepeatDay
from api.repeats.states import REPEAT

TABLE = Repeat.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]

_ALIVE_SQL = "SELECT count(*) FROM repeats WHERE customer_id = $1 AND state <> 'ended'"
_DUE_SQL = """
SELECT id FROM repeats WHERE state = 'active' AND place_at <= $1
ORDER BY place_at LIMIT $2 FOR UPDATE SKIP LOCKED
"""
_ADVANCE_SQL = """
UPDATE repeats SET next_on = $2, place_at = $3, version = version + 1 WHERE id = $1
RETURNING version
"""
_TOUCH_SQL = "UPDATE repeats SET version = version + 1 WHERE id = $1 RETURNING version"
_DAY_SQL = "INSERT INTO repeat_days (repeat_id, day, order_id, code) VALUES ($1, $2, $3, $4)"
_UNPAID_SQL = """
UPDATE repeat_days SET code = 'not_paid_in_time' WHERE order_id = $1 AND code IS NULL
RETURNING repeat_id, day
"""


async def add(session: AsyncSession, *, row: Repeat) -> None:
    """Insert a repeat."""
    session.add(row)
    await session.flush()


async def repeat(session: AsyncSession, *, repeat_id: UUID, lock: bool = False) -> Repeat | None:
    """One repeat, locked until the transaction ends if asked."""
    return await session.get(
        Repeat, repeat_id, populate_existing=True, with_for_update=lock or None
    )


async def of_customer(
    session: AsyncSession, *, customer_id: UUID, before: UUID | None, limit: int
) -> list[Repeat]:
    """A customer's repeats, newest first."""
    statement = select(Repeat).where(Repeat.customer_id == customer_id)
    if before is not None:
        statement = statement.where(col(Repeat.id) < before)
    return list((await session.exec(statement.order_by(col(Repeat.id).desc()).limit(limit))).all())


async def last_days(session: AsyncSession, *, repeat_id: UUID, limit: int) -> list[RepeatDay]:
    """What came of the last days of a repeat, newest first."""
    statement = select(RepeatDay).where(RepeatDay.repeat_id == repeat_id)
    statement = statement.order_by(col(RepeatDay.day).desc()).limit(limit)
    return list((await session.exec(statement)).all())


async def alive_ids(session: AsyncSession, *, customer_id: UUID) -> list[UUID]:
    """A customer's repeats that were not ended, oldest first."""
    statement = select(Repeat.id).where(Repeat.customer_id == customer_id, Repeat.state != "ended")
    return list((await session.exec(statement.order_by(col(Repeat.id)))).all())


async def count_alive(session: AsyncSession, *, customer_id: UUID) -> int:
    """How many repeats of a customer were not ended."""
    return (await run(session, _ALIVE_SQL, customer_id))[0][0]


async def due(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Repeats whose next order is to be placed, locked; others' are skipped."""
    return [r[0] for r in await run(session, _DUE_SQL, now, limit)]


async def advance(
    session: AsyncSession, *, repeat_id: UUID, next_on: date, place_at: datetime
) -> int:
    """Turn to the next day; the version."""
    return (await run(session, _ADVANCE_SQL, repeat_id, next_on, place_at))[0][0]


async def touch(session: AsyncSession, *, repeat_id: UUID) -> int:
    """Count the version up without a move, for an event that is none."""
    return (await run(session, _TOUCH_SQL, repeat_id))[0][0]


async def note_day(
    session: AsyncSession, *, repeat_id: UUID, day: date, order_id: UUID | None, code: str | None
) -> None:
    """Store what came of a day, once."""
    await run(session, _DAY_SQL, repeat_id, day, order_id, code)


async def note_unpaid(session: AsyncSession, *, order_id: UUID) -> tuple[UUID, date] | None:
    """Note that a day's order was not paid; ``None``: noted already, or not of a repeat."""
    rows = await run(session, _UNPAID_SQL, order_id)
    return (rows[0][0], rows[0][1]) if rows else None


async def move(
    session: AsyncSession, *, repeat_id: UUID, event: str, **values: Any
) -> Row[Any] | None:
    """Move a repeat by an event of its machine; ``None``: it has no such move now."""
    return await move_row(
        session,
        TABLE,  # pyright: ignore[reportUnknownArgumentType]
        REPEAT,
        key=repeat_id,
        event=event,
        **values,
    )
