"""SQL of earnings. The day of an order is that of its delivery, on clocks in China."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import run
from api.ledger.rules import INCOME, account_id

# By the index of delivered jobs. What is earned of an order is what the ledger paid the runner of
# it, apart from advances; an order that is not completed yet is not earned yet.
_EARNED = """
FROM jobs AS j JOIN stops AS s ON s.job_id = j.id JOIN orders AS o ON o.id = s.order_id
JOIN LATERAL (SELECT coalesce(sum(t.amount_fen), 0)::int8 AS fen FROM ledger_transfers AS t
              WHERE t.order_id = o.id AND t.to_id = $4 AND t.rule = ANY ($5::text[])) AS paid
  ON true
WHERE j.runner_id = $1 AND j.state = 'delivered' AND j.closed_at >= $2 AND j.closed_at < $3
  AND s.state = 'delivered' AND (o.completed_at IS NOT NULL OR paid.fen > 0)
"""
_DAYS_SQL = f"""
SELECT (j.closed_at AT TIME ZONE 'Asia/Shanghai')::date AS day, count(*), sum(paid.fen)::int8
{_EARNED} GROUP BY day ORDER BY day DESC
"""
_ITEMS_SQL = f"""
SELECT o.id, o.number, o.kind, o.dropoff_place, j.closed_at, paid.fen
{_EARNED} AND ($6::uuid IS NULL OR o.id < $6) ORDER BY o.id DESC LIMIT $7
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
    rows = await run(session, _DAYS_SQL, runner_id, since, before, *_income_of(runner_id))
    return [Day(*r) for r in rows]


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
    income = _income_of(runner_id)
    rows = await run(session, _ITEMS_SQL, runner_id, since, before, *income, after, limit)
    return [Item(*r) for r in rows]


def _income_of(runner_id: UUID) -> tuple[UUID, list[str]]:
    """The runner's account, and the rules by which what comes into it is income."""
    return account_id("runner_payable", runner_id), list(INCOME)
