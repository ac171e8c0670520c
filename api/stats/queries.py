"""SQL of figures: each one statement, bounded by days and by rows."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import run

# The newest of a community; whoever has more in the days asked for reads of fewer days.
ORDERS_MAX = 50_000
RUNNERS_MAX = 5_000
# Each order became one thing: what arrived arrived, whatever was decided about it later.
_DAYS_SQL = """
SELECT (placed_at AT TIME ZONE 'Asia/Shanghai')::date, count(*),
       count(*) FILTER (WHERE became = 'delivered'), count(*) FILTER (WHERE became = 'failed'),
       count(*) FILTER (WHERE became = 'cancelled')
FROM (
    SELECT o.created_at AS placed_at,
           CASE WHEN s.state = 'delivered' OR o.collected_at IS NOT NULL THEN 'delivered'
                WHEN j.state IN ('failed', 'returned', 'expired') THEN 'failed'
                WHEN o.state = 'cancelled' THEN 'cancelled' END AS became
    FROM (SELECT id, state, collected_at, created_at FROM orders
          WHERE community_id = $1 ORDER BY id DESC LIMIT $4) AS o
    LEFT JOIN stops AS s ON s.order_id = o.id LEFT JOIN jobs AS j ON j.id = s.job_id
    WHERE o.created_at >= $2 AND o.created_at < $3) AS placed
GROUP BY 1 ORDER BY 1
"""
_HOURS_SQL = """
SELECT extract(hour FROM accepted_at AT TIME ZONE 'Asia/Shanghai')::int, count(*),
       percentile_cont(ARRAY[0.5, 0.9])
           WITHIN GROUP (ORDER BY extract(epoch FROM closed_at - accepted_at)::float8)
FROM jobs
WHERE community_id = $1 AND state = 'delivered' AND closed_at >= $2 AND closed_at < $3
GROUP BY 1 ORDER BY 1
"""
_BALANCES_SQL = """
SELECT b.balance_cp FROM runners AS r JOIN points_balances AS b ON b.runner_id = r.id
WHERE r.community_id = $1 AND r.state = 'approved' LIMIT $2
"""


class DayCounts(NamedTuple):
    """Orders of a day in China, and what became of them so far."""

    day: date
    orders_count: int
    delivered_count: int
    failed_count: int
    cancelled_count: int


class HourTimes(NamedTuple):
    """What was accepted in an hour of the day: seconds from accepting to the door."""

    hour: int
    jobs_count: int
    median_s: int
    p90_s: int


async def days(
    session: AsyncSession, *, community_id: UUID, since: datetime, before: datetime
) -> list[DayCounts]:
    """Orders by the day on which they were placed; days without one are left out."""
    rows = await run(session, _DAYS_SQL, community_id, since, before, ORDERS_MAX)
    return [DayCounts(*r) for r in rows]


async def hours(
    session: AsyncSession, *, community_id: UUID, since: datetime, before: datetime
) -> list[HourTimes]:
    """How long deliveries took, by the hour in which they were accepted."""
    rows = await run(session, _HOURS_SQL, community_id, since, before)
    return [HourTimes(r[0], r[1], round(r[2][0]), round(r[2][1])) for r in rows]


async def balances(session: AsyncSession, *, community_id: UUID) -> list[int]:
    """Points of each approved runner, in hundredths, of nobody by name."""
    return [r[0] for r in await run(session, _BALANCES_SQL, community_id, RUNNERS_MAX)]
