"""SQL of what the detectors look at: a community's last three months, across features."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import run

# Beyond it the oldest are left out, which a busier community would have to raise.
ROWS_MAX = 50_000
_SERVED_SQL = """
SELECT p.fact->>'id', p.runner_id::text, p.fact->>'household', (p.fact->>'at')::bigint,
       coalesce((p.fact->'data'->>'own_household')::boolean, false)
FROM points_entries AS p JOIN runners AS r ON r.id = p.runner_id
WHERE r.community_id = $1 AND p.at >= $2 AND p.kind = 'order.completed'
  AND p.fact->>'household' IS NOT NULL
ORDER BY p.at DESC LIMIT $3
"""
_RATED_SQL = """
SELECT p.fact->>'id', p.runner_id::text, p.fact->>'household', (p.fact->>'at')::bigint,
       (p.fact->'data'->>'stars')::int
FROM points_entries AS p JOIN runners AS r ON r.id = p.runner_id
WHERE r.community_id = $1 AND p.at >= $2 AND p.kind = 'rating.revealed'
  AND p.fact->>'household' IS NOT NULL
ORDER BY p.at DESC LIMIT $3
"""
# A dispute that was decided for the runner, or trouble that the runner reported of the customer.
_QUARRELS_SQL = """
SELECT e.name || ':' || e.seq, j.runner_id::text, o.customer_id::text,
       floor(extract(epoch FROM e.at))::bigint
FROM events AS e
JOIN orders AS o ON o.id = CASE WHEN e.subject = 'order' THEN e.subject_id
                                ELSE (e.data->>'order_id')::uuid END
JOIN stops AS s ON s.order_id = o.id JOIN jobs AS j ON j.id = s.job_id
WHERE e.community_id = $1 AND e.at >= $2 AND j.runner_id IS NOT NULL
  AND (e.name = 'order.resolved' AND e.data->>'resident_fen' = '0'
       OR e.name = 'incident.reported' AND e.data->>'side' = 'runner'
          AND e.data->>'code' IN ('customer_unreachable', 'extra_request', 'unsafe'))
ORDER BY e.at DESC LIMIT $3
"""
_DECIDED_SQL = """
SELECT p.fact->>'id', p.runner_id::text, e.actor_id::text, (p.fact->>'at')::bigint
FROM points_entries AS p JOIN runners AS r ON r.id = p.runner_id
JOIN events AS e ON e.seq = p.event_seq
WHERE r.community_id = $1 AND p.at >= $2 AND e.actor_kind = 'user' AND e.actor_id <> p.runner_id
  AND p.kind IN ('excuse.granted', 'entry.reversed', 'appeal.decided')
ORDER BY p.at DESC LIMIT $3
"""
# Who lives with which runner of the community; runners with themselves.
_HOMES_SQL = """
SELECT m.user_id::text, o.user_id::text FROM runners AS r
JOIN memberships AS o ON o.user_id = r.id AND o.state = 'joined'
JOIN memberships AS m ON m.household_id = o.household_id AND m.state = 'joined'
WHERE r.community_id = $1
UNION SELECT id::text, id::text FROM runners WHERE community_id = $1
"""


async def served(session: AsyncSession, *, community_id: UUID, since: datetime) -> list[Any]:
    """Rows (fact, runner, household, at, is own) of completed orders."""
    return list(await run(session, _SERVED_SQL, community_id, since, ROWS_MAX))


async def rated(session: AsyncSession, *, community_id: UUID, since: datetime) -> list[Any]:
    """Rows (fact, runner, household, at, stars) of ratings."""
    return list(await run(session, _RATED_SQL, community_id, since, ROWS_MAX))


async def quarrels(session: AsyncSession, *, community_id: UUID, since: datetime) -> list[Any]:
    """Rows (event, runner, household, at) of what may have left somebody angry."""
    return list(await run(session, _QUARRELS_SQL, community_id, since, ROWS_MAX))


async def decided(session: AsyncSession, *, community_id: UUID, since: datetime) -> list[Any]:
    """Rows (fact, runner, who decided, at) of what people decided."""
    return list(await run(session, _DECIDED_SQL, community_id, since, ROWS_MAX))


async def homes(session: AsyncSession, *, community_id: UUID) -> dict[str, list[str]]:
    """The runners who live with a person, by the person."""
    found: dict[str, list[str]] = {}
    for person, runner in await run(session, _HOMES_SQL, community_id):
        found.setdefault(person, []).append(runner)
    return found
