"""SQL of bags that wait at a collection point."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, Table
from sqlmodel.ext.asyncio.session import AsyncSession

from api.jobs.rules import CodeTry
from api.kit.db import move_row, run
from api.packing.models import Collection
from api.packing.states import COLLECTION

TABLE: Table = Collection.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]

_SLOT_SQL = "SELECT begins_at, ends_at FROM cycle_slots WHERE id = $1"
_WRONG_CODE_SQL = "UPDATE collections SET wrong_codes = $2, locked_until = $3 WHERE id = $1"
_TO_LAPSE_SQL = """
SELECT id FROM collections WHERE state = 'ready' AND ends_at <= $1
ORDER BY ends_at LIMIT $2 FOR UPDATE SKIP LOCKED
"""
_LISTED_SQL = """
SELECT w.id, o.number, w.state, w.begins_at, w.ends_at, w.collected_at,
       o.customer_id <> o.placed_by_id
FROM collections AS w JOIN orders AS o ON o.id = w.id
WHERE w.cycle_id = $1 AND ($2::text IS NULL OR w.state = $2) AND ($3::uuid IS NULL OR w.id > $3)
ORDER BY w.id LIMIT $4
"""


class Waiting(NamedTuple):
    """A bag on the list of the collection point."""

    order_id: UUID
    number: int
    state: str
    begins_at: datetime
    ends_at: datetime
    collected_at: datetime | None
    # For somebody whom staff ordered for, as they have no phone.
    has_no_phone: bool


async def add(session: AsyncSession, *, row: Collection) -> None:
    """Insert a bag that waits."""
    session.add(row)
    await session.flush()


async def slot(session: AsyncSession, *, slot_id: UUID) -> tuple[datetime, datetime]:
    """When a slot begins and ends."""
    row = (await run(session, _SLOT_SQL, slot_id))[0]
    return row[0], row[1]


async def collection(
    session: AsyncSession, *, order_id: UUID, lock: bool = False
) -> Collection | None:
    """The bag of an order that waits or waited, locked until the transaction ends if asked."""
    return await session.get(
        Collection, order_id, populate_existing=True, with_for_update=lock or None
    )


async def move(
    session: AsyncSession, *, order_id: UUID, event: str, **values: Any
) -> Row[Any] | None:
    """Move a bag that waits; ``None``: it does so no more."""
    return await move_row(
        session,
        TABLE,
        COLLECTION,
        key=order_id,
        event=event,
        from_state="ready",
        **values,
    )


async def count_code(session: AsyncSession, *, order_id: UUID, tried: CodeTry) -> None:
    """Store how many wrong codes were tried."""
    await run(session, _WRONG_CODE_SQL, order_id, tried.wrong_codes, tried.locked_until)


async def to_lapse(session: AsyncSession, *, before: datetime, limit: int) -> list[UUID]:
    """Bags whose slot ended so long ago, locked; others' are skipped."""
    return [row[0] for row in await run(session, _TO_LAPSE_SQL, before, limit)]


async def listed(
    session: AsyncSession, *, cycle_id: UUID, state: str | None, after: UUID | None, limit: int
) -> Sequence[Waiting]:
    """The bags of a cycle that are fetched, oldest order first."""
    return [Waiting(*row) for row in await run(session, _LISTED_SQL, cycle_id, state, after, limit)]
