"""SQL of stock that changes while people join: the cycle is held open, then its item is locked."""

from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.cycles.models import StockChange
from api.kit.db import run

# As whoever joins does it: whoever closes the cycle waits for both, and neither for the other
# longer than for an item.
_HOLD_SQL = """
SELECT 1 FROM cycles WHERE id = $1 AND state = 'open' AND closes_at > $2 FOR SHARE
"""
_LOCK_SQL = """
SELECT stock_count, left_count FROM cycle_items WHERE cycle_id = $1 AND id = $2 FOR NO KEY UPDATE
"""
_SET_SQL = """
UPDATE cycle_items SET stock_count = $2, left_count = left_count + $2 - stock_count WHERE id = $1
"""
_NOTE_SQL = """
INSERT INTO stock_changes (id, item_id, n, from_count, to_count, changed_by_id, changed_at, reason)
SELECT $1::uuid, $2::uuid, coalesce(max(n), 0) + 1, $3::int, $4::int, $5::uuid, $6::timestamptz,
       $7::text
FROM stock_changes WHERE item_id = $2
"""


async def hold_open(session: AsyncSession, *, cycle_id: UUID, now: datetime) -> bool:
    """Let nobody close a cycle until the transaction ends; false: it takes no orders."""
    return bool(await run(session, _HOLD_SQL, cycle_id, now))


async def lock_stock(
    session: AsyncSession, *, cycle_id: UUID, item_id: UUID
) -> tuple[int, int] | None:
    """Stock of an item and what is left of it, which nobody takes of until the transaction ends."""
    rows = await run(session, _LOCK_SQL, cycle_id, item_id)
    return (rows[0][0], rows[0][1]) if rows else None


async def set_stock(
    session: AsyncSession,
    *,
    change_id: UUID,
    item_id: UUID,
    from_count: int,
    to_count: int,
    reason: str,
    by_id: UUID,
    now: datetime,
) -> None:
    """Write the stock of a locked item, who did it and why; what is left follows."""
    await run(session, _SET_SQL, item_id, to_count)
    await run(session, _NOTE_SQL, change_id, item_id, from_count, to_count, by_id, now, reason)


async def changes(
    session: AsyncSession, *, item_id: UUID, before_n: int | None, limit: int
) -> list[StockChange]:
    """What was changed of an item's stock, newest first."""
    statement = select(StockChange).where(StockChange.item_id == item_id)
    if before_n is not None:
        statement = statement.where(col(StockChange.n) < before_n)
    rows = await session.exec(statement.order_by(col(StockChange.n).desc()).limit(limit))
    return list(rows.all())
