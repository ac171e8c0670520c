"""SQL of claiming and packing bags, and of what really came. Items are locked by their ids."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Table
from sqlmodel.ext.asyncio.session import AsyncSession

from api.cycles.models import CycleItem
from api.kit.db import move_row, run
from api.packing.models import PackedLine, Packing
from api.packing.sharing import Share
from api.packing.states import PACKING

TABLE: Table = Packing.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]

_CLAIM_SQL = """
INSERT INTO packings (id, cycle_id, state, packer_id, claimed_at, refund_fen, version)
VALUES ($1, $2, 'claimed', $3, $4, 0, 1) ON CONFLICT DO NOTHING RETURNING id
"""
_KEEP_BACK_SQL = """
UPDATE packings SET kept_back_at = $2, version = version + 1 WHERE id = $1 RETURNING version
"""
_LOCK_ITEMS_SQL = """
SELECT id FROM cycle_items WHERE cycle_id = $1 AND id = ANY ($2::uuid[])
ORDER BY id FOR NO KEY UPDATE
"""
_STOCKS_SQL = """
SELECT i.id, a.there_count, i.stock_count,
       ((SELECT coalesce(sum(d.packed_count), 0) FROM packed_lines AS d WHERE d.item_id = i.id)
        + (SELECT coalesce(sum(d.instead_count), 0) FROM packed_lines AS d
           WHERE d.instead_item_id = i.id))::int
FROM cycle_items AS i LEFT JOIN cycle_arrivals AS a ON a.item_id = i.id
WHERE i.id = ANY ($1::uuid[])
"""
_WANTED_SQL = """
SELECT l.item_id, l.order_id, l.count,
       (o.beneficiary_id IS NOT NULL OR o.customer_id <> o.placed_by_id)
FROM cycle_lines AS l JOIN orders AS o ON o.id = l.order_id
LEFT JOIN packings AS p ON p.id = l.order_id
WHERE l.item_id = ANY ($1::uuid[]) AND o.state = 'active' AND p.state IS DISTINCT FROM 'packed'
ORDER BY l.order_id
"""
_ARRIVE_SQL = """
INSERT INTO cycle_arrivals (item_id, there_count, noted_by_id, noted_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (item_id) DO UPDATE SET there_count = excluded.there_count,
    noted_by_id = excluded.noted_by_id, noted_at = excluded.noted_at
"""


@dataclass(frozen=True, slots=True)
class Stock:
    """Of an item: what came (None: as ordered), what was offered, what is in bags already."""

    there_count: int | None
    stock_count: int
    used_count: int


async def claim(
    session: AsyncSession, *, order_id: UUID, cycle_id: UUID, packer_id: UUID, now: datetime
) -> bool:
    """Be the first to claim a bag; false: somebody did before."""
    return bool(await run(session, _CLAIM_SQL, order_id, cycle_id, packer_id, now))


async def packing(session: AsyncSession, *, order_id: UUID, lock: bool = False) -> Packing | None:
    """The bag of an order, locked until the transaction ends if asked."""
    return await session.get(
        Packing, order_id, populate_existing=True, with_for_update=lock or None
    )


async def move(
    session: AsyncSession, *, order_id: UUID, event: str, from_state: str, **values: Any
) -> Row[Any] | None:
    """Move a bag by an event of its machine; ``None``: it moved on meanwhile."""
    return await move_row(
        session,
        TABLE,
        PACKING,
        key=order_id,
        event=event,
        from_state=from_state,
        **values,
    )


async def keep_back(session: AsyncSession, *, order_id: UUID, since: datetime | None) -> int:
    """Note since when a locked bag is kept back, ``None``: no more; the new version."""
    return (await run(session, _KEEP_BACK_SQL, order_id, since))[0][0]


async def item(session: AsyncSession, *, item_id: UUID) -> CycleItem | None:
    """One item of a cycle."""
    return await session.get(CycleItem, item_id)


async def lock_items(
    session: AsyncSession, *, cycle_id: UUID, item_ids: Sequence[UUID]
) -> set[UUID]:
    """Lock items of a cycle one after the other, so that shares stand still; those found."""
    return {row[0] for row in await run(session, _LOCK_ITEMS_SQL, cycle_id, list(item_ids))}


async def stocks(session: AsyncSession, *, item_ids: Sequence[UUID]) -> dict[UUID, Stock]:
    """What came of items and what of it is in bags."""
    return {row[0]: Stock(*row[1:]) for row in await run(session, _STOCKS_SQL, list(item_ids))}


async def wanted(session: AsyncSession, *, item_ids: Sequence[UUID]) -> dict[UUID, list[Share]]:
    """Who still waits for how many of these items, in the order in which they were ordered."""
    found: dict[UUID, list[Share]] = {item_id: [] for item_id in item_ids}
    if found:
        for item_id, order_id, count, is_first in await run(session, _WANTED_SQL, list(item_ids)):
            found[item_id].append(Share(order_id, count, is_first))
    return found


async def arrive(
    session: AsyncSession, *, item_id: UUID, there_count: int, by_id: UUID, now: datetime
) -> None:
    """Note how many of an item came, in place of what was noted before."""
    await run(session, _ARRIVE_SQL, item_id, there_count, by_id, now)


async def add_lines(session: AsyncSession, *, rows: Sequence[PackedLine]) -> None:
    """Insert what went into a bag."""
    session.add_all(rows)
    await session.flush()
