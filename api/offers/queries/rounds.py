"""SQL of rounds: whose turn it is, what a round looks at, what it writes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.jobs.models import IS_URGENT_SQL
from api.kit.db import Record, run
from api.offers.models import DispatchRound, Offer
from api.places.settings import OFFER_ROUNDS_MAX
from api.runners.queries import LIMIT_COLUMNS, WORK_COLUMNS

# So many of each are looked at in one round; the others' turn comes with the next ones.
JOBS_MAX = 300
RUNNERS_MAX = 300
# Settings older than the feature have its defaults (places/settings.py).
ROUNDS_SQL = f"coalesce((c.settings->>'offer_rounds')::int, {OFFER_ROUNDS_MAX})"
# What may be offered: no urgent kind, which the hall shows to everybody at once.
_IS_URGENT_SQL = IS_URGENT_SQL.replace("kind", "j.kind", 1)
_OFFERABLE_SQL = f"""j.state = 'open' AND NOT {_IS_URGENT_SQL} AND NOT EXISTS (
    SELECT 1 FROM offer_jobs AS b
    WHERE b.job_id = j.id AND (b.is_live OR b.nth >= {ROUNDS_SQL}))"""
_DUE_SQL = f"""
SELECT DISTINCT c.id, t.n, t.next_at
FROM jobs AS j JOIN places AS c ON c.id = j.community_id
LEFT JOIN dispatch_turns AS t ON t.community_id = c.id
WHERE {_OFFERABLE_SQL} AND j.expires_at > $1 AND {ROUNDS_SQL} > 0
  AND (t.next_at IS NULL OR t.next_at <= $1)
ORDER BY t.next_at NULLS FIRST, c.id LIMIT $2
"""
_OPEN_TURN_SQL = """
INSERT INTO dispatch_turns (community_id, n, next_at) VALUES ($1, 0, $2) ON CONFLICT DO NOTHING
"""
_CLAIM_SQL = """
SELECT n FROM dispatch_turns WHERE community_id = $1 AND next_at <= $2
FOR NO KEY UPDATE SKIP LOCKED
"""
_NEXT_TURN_SQL = "UPDATE dispatch_turns SET n = $2, next_at = $3 WHERE community_id = $1"
_JOBS_SQL = f"""
SELECT j.id, j.state, j.kind, j.load, j.requester_id, j.community_id, j.pickup_lat, j.pickup_lng,
       j.weight_g, j.fee_fen, j.floors_no_lift, j.pickup_place, j.ready_at, j.due_at,
       s.lats, s.lngs, s.people,
       ARRAY(SELECT b.runner_id FROM offer_jobs AS b WHERE b.job_id = j.id) AS asked
FROM jobs AS j JOIN places AS c ON c.id = j.community_id
CROSS JOIN LATERAL (
    SELECT array_agg(lat ORDER BY n) AS lats, array_agg(lng ORDER BY n) AS lngs,
           array_remove(array_agg(person_id), NULL) AS people
    FROM stops WHERE job_id = j.id AND state = 'pending') AS s
WHERE j.community_id = $1 AND {_OFFERABLE_SQL} AND j.expires_at > $2
ORDER BY j.due_at, j.id LIMIT {JOBS_MAX}
"""
# As `matching.signing.runner_now` reads them. Whoever answers an offer gets no other, nor who let
# more of them pass today than the community says.
_RUNNERS_SQL = f"""
SELECT r.id AS user_id, $2::timestamptz AS now, r.state, r.shift, r.lat, r.lng, r.position_at,
       r.community_id, {LIMIT_COLUMNS}, {WORK_COLUMNS},
       c.settings->>'rest' AS rest_rules, u.apart
FROM runners AS r JOIN users AS u ON u.id = r.id AND u.state = 'active'
JOIN places AS c ON c.id = r.community_id
WHERE r.community_id = $1 AND r.state = 'approved' AND r.shift = 'online' AND r.load < r.capacity
  AND r.position_at > $3
  AND NOT EXISTS (SELECT 1 FROM offers AS o WHERE o.runner_id = r.id AND o.state = 'offered')
  AND (SELECT count(*) FROM offers AS o
       WHERE o.runner_id = r.id AND o.made_at >= $4 AND o.state IN ('declined', 'expired')) < $5
ORDER BY r.id LIMIT {RUNNERS_MAX}
"""
# As `matching.queries.AT_HAND_SQL` has them, of many runners at once.
_AT_HAND_SQL = """
SELECT j.runner_id, j.id, j.state, j.pickup_place, j.pickup_lat, j.pickup_lng, j.ready_at,
       j.due_at, s.n, s.lat, s.lng
FROM jobs AS j LEFT JOIN stops AS s ON s.job_id = j.id AND s.state = 'pending'
WHERE j.runner_id = ANY ($1::uuid[]) AND j.state IN ('accepted', 'picked_up', 'failed')
ORDER BY j.runner_id, j.accepted_at, j.id, s.n LIMIT 5000
"""
_ADD_OFFER_SQL = """
INSERT INTO offers (id, community_id, runner_id, run, state, reason, pickup_at, done_at, made_at,
                    until, version)
VALUES ($1, $2, $3, $4, 'offered', $5::jsonb, $6, $7, $8, $9, 1)
"""
_ADD_JOBS_SQL = """
INSERT INTO offer_jobs (offer_id, job_id, runner_id, nth, turn, distance_m, is_live)
SELECT $1, b.job_id, $2,
       1 + (SELECT count(*) FROM offer_jobs AS o WHERE o.job_id = b.job_id), b.turn, b.distance_m,
       true
FROM unnest($3::uuid[], $4::float8[]) WITH ORDINALITY AS b (job_id, distance_m, turn)
"""
_ADD_ROUND_SQL = """
INSERT INTO dispatch_rounds (community_id, n, at, jobs, runners, offers, took_ms, objective)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""


class Due(NamedTuple):
    """A community whose next round is due. ``n``: how many there were; ``None``: none ever."""

    community_id: UUID
    n: int | None
    since: datetime | None


async def communities_due(session: AsyncSession, *, now: datetime, limit: int) -> list[Due]:
    """Where something may be offered and the turn has come, the longest due first."""
    return [Due(*r) for r in await run(session, _DUE_SQL, now, limit)]


async def open_turn(session: AsyncSession, *, community_id: UUID, now: datetime) -> None:
    """Make the row whose lock is the right to a round, where there is none yet."""
    await run(session, _OPEN_TURN_SQL, community_id, now)


async def claim_turn(session: AsyncSession, *, community_id: UUID, now: datetime) -> int | None:
    """How many rounds there were, the turn locked; ``None``: not due, or somebody is at it."""
    rows = await run(session, _CLAIM_SQL, community_id, now)
    return rows[0][0] if rows else None


async def open_jobs(
    session: AsyncSession, *, community_id: UUID, now: datetime
) -> list[Mapping[str, Any]]:
    """What may be offered, what is due soonest first."""
    return await _named(session, _JOBS_SQL, community_id, now)


async def able_runners(
    session: AsyncSession,
    *,
    community_id: UUID,
    now: datetime,
    seen_since: datetime,
    today: datetime,
    refusals_max: int,
) -> list[Record]:
    """Who is at work and waits for no answer, as the predicate reads them."""
    rows = await _named(session, _RUNNERS_SQL, community_id, now, seen_since, today, refusals_max)
    return cast("list[Record]", rows)


async def at_hand(session: AsyncSession, *, runner_ids: Sequence[UUID]) -> list[Mapping[str, Any]]:
    """What runners have in hand, a row for each stop that is left."""
    return await _named(session, _AT_HAND_SQL, list(runner_ids))


async def add_offer(
    session: AsyncSession,
    *,
    offer: Offer,
    reason: str,
    job_ids: Sequence[UUID],
    distances_m: Sequence[float],
) -> None:
    """Insert an offer with its jobs in order; ``reason`` is JSON."""
    await run(
        session, _ADD_OFFER_SQL, offer.id, offer.community_id, offer.runner_id, offer.run, reason,
        offer.pickup_at, offer.done_at, offer.made_at, offer.until,
    )  # fmt: skip
    await run(session, _ADD_JOBS_SQL, offer.id, offer.runner_id, list(job_ids), list(distances_m))


async def end_round(session: AsyncSession, *, made: DispatchRound, next_at: datetime) -> None:
    """Write down a round, and when the next one is due."""
    await run(
        session, _ADD_ROUND_SQL, made.community_id, made.n, made.at, made.jobs, made.runners,
        made.offers, made.took_ms, made.objective,
    )  # fmt: skip
    await run(session, _NEXT_TURN_SQL, made.community_id, made.n, next_at)


async def rounds(
    session: AsyncSession, *, community_id: UUID, before: int | None, limit: int
) -> list[DispatchRound]:
    """Rounds of a community, newest first."""
    statement = select(DispatchRound).where(DispatchRound.community_id == community_id)
    if before is not None:
        statement = statement.where(col(DispatchRound.n) < before)
    return list(
        (await session.exec(statement.order_by(col(DispatchRound.n).desc()).limit(limit))).all()
    )


async def _named(session: AsyncSession, sql: str, *arguments: Any) -> list[Mapping[str, Any]]:
    """Rows by the names of their columns."""
    connection = await session.connection()
    result = await connection.exec_driver_sql(sql, arguments)
    return cast("list[Mapping[str, Any]]", result.mappings().all())
