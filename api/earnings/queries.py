"""SQL of earnings. The day of an order is that of its delivery, on clocks in China."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import run

# By the index of delivered jobs; an order that is not completed yet is not earned yet. A dispute
# before completion gives the runner what its split says, of which the money spent for goods is no
# fee; one after completion takes nothing from them. There is one of the former at most.
_FEE = """CASE WHEN d.id IS NULL THEN o.fee_fen
    ELSE greatest(0, d.runner_fen - coalesce(o.spent_fen, 0)) END"""
_EARNED = """
FROM jobs AS j JOIN stops AS s ON s.job_id = j.id JOIN orders AS o ON o.id = s.order_id
LEFT JOIN disputes AS d ON d.order_id = o.id AND d.source = 'escrow'
WHERE j.runner_id = $1 AND j.state = 'delivered' AND j.closed_at >= $2 AND j.closed_at < $3
  AND s.state = 'delivered' AND (o.completed_at IS NOT NULL OR d.runner_fen > 0)
"""
_DAYS_SQL = f"""
SELECT (j.closed_at AT TIME ZONE 'Asia/Shanghai')::date AS day, count(*), sum({_FEE})::int8
{_EARNED} GROUP BY day ORDER BY day DESC
"""
_ITEMS_SQL = f"""
SELECT o.id, o.number, o.kind, o.dropoff_place, j.closed_at, {_FEE}
{_EARNED} AND ($4::uuid IS NULL OR o.id < $4) ORDER BY o.id DESC LIMIT $5
"""


class Day(NamedTuple):
    """A day's sum."""

    day: date
    orders_count: int
    fee_fen: int


class Item(NamedTuple):
    """One order that was earned; the place is the building, never the door."""

    order_id: UUID
    number: int
    kind: str
    place: str
    delivered_at: datetime
    fee_fen: int


async def days(
    session: AsyncSession, *, runner_id: UUID, since: datetime, before: datetime
) -> list[Day]:
    """The sum of each day on which something was earned, newest first."""
    return [Day(*r) for r in await run(session, _DAYS_SQL, runner_id, since, before)]


async def items(
    session: AsyncSession,
    *,
    runner_id: UUID,
    since: datetime,
    before: datetime,
    after: UUID | None,
    limit: int,
) -> list[Item]:
    """The orders that were earned, newest first."""
    rows = await run(session, _ITEMS_SQL, runner_id, since, before, after, limit)
    return [Item(*r) for r in rows]
