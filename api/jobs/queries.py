"""SQL of jobs and stops. Locks are taken in the order order, job, stop, runner."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.jobs.models import Job, Statement, Stop
from api.jobs.promising import PastHour
from api.jobs.rules import CodeTry
from api.jobs.states import JOB
from api.jobs.visiting import PICKUP_S, PastVisits, Visited
from api.kit.db import move_row, run

TABLE = Job.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]

_DUE_TO_OPEN_SQL = """
SELECT id FROM jobs WHERE state = 'waiting' AND opens_at <= $1
ORDER BY opens_at LIMIT $2 FOR UPDATE SKIP LOCKED
"""
_DUE_TO_EXPIRE_SQL = """
SELECT id FROM jobs WHERE state = 'open' AND expires_at <= $1
ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
"""
_TOUCH_SQL = "UPDATE jobs SET version = version + 1 WHERE id = $1 AND state = $2 RETURNING version"
_READY_SQL = """
UPDATE jobs SET ready_at = $2, version = version + 1 WHERE id = $1 RETURNING version
"""
_RESCHEDULE_SQL = """
UPDATE jobs SET due_at = $2, expires_at = $3, version = version + 1 WHERE id = $1
RETURNING version
"""
_ARRIVE_SQL = """
UPDATE jobs SET arrived_at = $2, version = version + 1
WHERE id = $1 AND state = 'accepted' AND arrived_at IS NULL RETURNING version
"""
_WRONG_PICKUP_CODE_SQL = "UPDATE jobs SET wrong_codes = $2, locked_until = $3 WHERE id = $1"
_WRONG_RECEIPT_CODE_SQL = """
UPDATE stops SET wrong_codes = $3, locked_until = $4 WHERE job_id = $1 AND n = $2
"""
_CLOSE_STOP_SQL = """
UPDATE stops SET state = $3, closed_at = $4, proof = $5::jsonb, fail_reason = $6
WHERE job_id = $1 AND n = $2 AND state = 'pending' RETURNING n
"""
_PROVEN_SQL = "UPDATE stops SET proven_at = $3 WHERE job_id = $1 AND n = $2"
_KEEP_BACK_SQL = """
UPDATE stops SET kept_back_at = $3 WHERE job_id = $1 AND n = $2 AND state = 'pending'
"""
_FAIL_STOPS_SQL = """
UPDATE stops SET state = 'failed', closed_at = $2, fail_reason = $3
WHERE job_id = $1 AND state = 'pending' RETURNING n
"""
_SPENT_SQL = "UPDATE stops SET spent_fen = $3 WHERE job_id = $1 AND n = $2"
_RAISE_ADVANCE_SQL = """
UPDATE jobs SET advance_fen = advance_fen + $2, version = version + 1
WHERE id = $1 AND state IN ('accepted', 'picked_up') RETURNING version, advance_fen
"""
_GOING_TO_SQL = """
SELECT DISTINCT job_id FROM stops WHERE job_id = ANY ($1::uuid[]) AND person_id = ANY ($2::uuid[])
"""
_PENDING_SQL = "SELECT count(*) FROM stops WHERE job_id = $1 AND state = 'pending'"
_ORDERS_SQL = "SELECT order_id FROM stops WHERE job_id = $1 ORDER BY n"


# The window that a runner could keep: from when there was something to fetch to the last stop.
_LEARN_HOURS_SQL = """
INSERT INTO promised_hours (community_id, hour, samples, median_s, at)
SELECT $1::uuid, h.hour, count(j.took_s),
       coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY j.took_s), 0), $3::timestamptz
FROM generate_series(0, 23) AS h (hour)
LEFT JOIN (
    SELECT extract(hour FROM ready_at AT TIME ZONE 'Asia/Shanghai')::int AS hour,
           extract(epoch FROM closed_at - ready_at)::float8 AS took_s
    FROM jobs WHERE community_id = $1 AND state = 'delivered' AND closed_at >= $2
      AND closed_at > ready_at) AS j ON j.hour = h.hour
GROUP BY h.hour
ON CONFLICT (community_id, hour) DO UPDATE SET samples = excluded.samples,
    median_s = excluded.median_s, at = excluded.at
RETURNING hour
"""
_PAST_HOUR_SQL = (
    "SELECT samples, median_s FROM promised_hours WHERE community_id = $1 AND hour = $2"
)
# How long visits took beyond the way: at a counter from when the runner stood there and the goods
# were ready; at a door from what the same runner handed over just before, either these very goods
# at their counter or something else in the same building. Half of a visit follows its handover
# (visiting.py), hence the doubling. Where the way is not known nothing is learned.
_LEARN_VISITS_SQL = """
WITH handed AS (
    SELECT id AS job_id, runner_id, 'pick_up' AS act, kind, picked_up_at AS at,
           pickup_lat AS lat, pickup_lng AS lng, trip_m,
           CASE WHEN arrived_at IS NOT NULL
                THEN 2 * extract(epoch FROM picked_up_at - greatest(arrived_at, ready_at))
           END AS here_s
    FROM jobs WHERE community_id = $1 AND state = 'delivered' AND closed_at >= $2
    UNION ALL
    SELECT j.id, j.runner_id, 'deliver', j.kind, coalesce(s.proven_at, s.closed_at), s.lat, s.lng,
           j.trip_m, NULL
    FROM jobs AS j JOIN stops AS s ON s.job_id = j.id AND s.state = 'delivered'
    WHERE j.community_id = $1 AND j.state = 'delivered' AND j.closed_at >= $2),
seen AS (
    SELECT *, count(*) OVER (PARTITION BY job_id) AS visits, lag(job_id) OVER w AS last_job,
           lag(act) OVER w AS last_act, lag(at) OVER w AS last_at, lag(lat) OVER w AS last_lat,
           lag(lng) OVER w AS last_lng
    FROM handed WINDOW w AS (PARTITION BY runner_id ORDER BY at, act DESC, job_id)),
took AS (
    SELECT act, kind, to_char(lat, 'FM990.000000') || ',' || to_char(lng, 'FM990.000000') AS spot,
           CASE WHEN act = 'pick_up' THEN here_s
                WHEN last_act = 'deliver' AND (last_lat, last_lng) = (lat, lng)
                THEN extract(epoch FROM at - last_at)
                WHEN last_act = 'pick_up' AND last_job = job_id AND visits = 2
                THEN 2 * (extract(epoch FROM at - last_at) - trip_m * 60 / $4) - $5 END::float8 AS s
    FROM seen)
INSERT INTO visit_times (community_id, act, kind, spot, samples, median_s, at)
SELECT $1::uuid, act, coalesce(kind, ''), coalesce(spot, ''), count(*),
       greatest(0, percentile_cont(0.5) WITHIN GROUP (ORDER BY s)), $3::timestamptz
FROM took WHERE s BETWEEN -3600 AND 3600
GROUP BY GROUPING SETS ((act), (act, kind), (act, kind, spot))
ON CONFLICT (community_id, act, kind, spot) DO UPDATE SET samples = excluded.samples,
    median_s = excluded.median_s, at = excluded.at
RETURNING act
"""
_FORGET_VISITS_SQL = "DELETE FROM visit_times WHERE community_id = $1 AND at < $2"
_PAST_VISITS_SQL = """
SELECT act, kind, spot, samples, median_s FROM visit_times
WHERE community_id = $1 AND (spot = '' OR spot = ANY ($2::text[]))
"""
_TO_LEARN_SQL = """
SELECT c.id FROM places AS c
WHERE c.kind = 'community'
  AND EXISTS (SELECT 1 FROM jobs AS j WHERE j.community_id = c.id AND j.state = 'delivered'
              AND j.closed_at > $1::timestamptz - interval '28 days')
  AND NOT EXISTS (SELECT 1 FROM promised_hours AS p
                  WHERE p.community_id = c.id AND p.at > $1::timestamptz - interval '1 day')
ORDER BY c.id LIMIT $2
"""


async def add_job(session: AsyncSession, *, job: Job, stops: list[Stop]) -> None:
    """Insert a job with its stops."""
    session.add(job)
    await session.flush()
    session.add_all(stops)
    await session.flush()


async def job(session: AsyncSession, *, job_id: UUID, lock: bool = False) -> Job | None:
    """One job, locked until the transaction ends if asked."""
    statement = select(Job).where(Job.id == job_id).execution_options(populate_existing=True)
    if lock:
        statement = statement.with_for_update()
    return (await session.exec(statement)).one_or_none()


async def job_of_order(session: AsyncSession, *, order_id: UUID) -> Job | None:
    """The job that carries an order out."""
    statement = select(Job).join(Stop, col(Stop.job_id) == col(Job.id))
    return (await session.exec(statement.where(Stop.order_id == order_id))).one_or_none()


async def stops(session: AsyncSession, *, job_ids: list[UUID]) -> list[Stop]:
    """The stops of some jobs, in order."""
    statement = select(Stop).where(col(Stop.job_id).in_(job_ids))
    statement = statement.order_by(col(Stop.job_id), col(Stop.n))
    statement = statement.execution_options(populate_existing=True)
    return list((await session.exec(statement)).all())


async def order_ids(session: AsyncSession, *, job_id: UUID) -> list[str]:
    """The orders behind a job, as text for events."""
    return [str(r[0]) for r in await run(session, _ORDERS_SQL, job_id)]


async def going_to(
    session: AsyncSession, *, job_ids: Collection[UUID], person_ids: Collection[UUID]
) -> frozenset[UUID]:
    """Those of these jobs that have a stop of one of these people."""
    rows = await run(session, _GOING_TO_SQL, list(job_ids), list(person_ids))
    return frozenset(r[0] for r in rows)


async def at_hand(session: AsyncSession, *, runner_id: UUID) -> list[Job]:
    """The jobs a runner has in hand or must bring back, oldest accept first."""
    statement = select(Job).where(
        Job.runner_id == runner_id, col(Job.state).in_(("accepted", "picked_up", "failed"))
    )
    statement = statement.order_by(col(Job.accepted_at), col(Job.id)).limit(50)
    return list((await session.exec(statement)).all())


async def move(
    session: AsyncSession,
    *,
    job_id: UUID,
    event: str,
    from_state: str | None = None,
    **values: Any,
) -> Row[Any] | None:
    """Move a job by an event of the machine, from one state or from any the machine allows."""
    return await move_row(
        session,
        TABLE,  # pyright: ignore[reportUnknownArgumentType]
        JOB,
        key=job_id,
        event=event,
        from_state=from_state,
        **values,
    )


async def keep_back(session: AsyncSession, *, job_id: UUID, n: int, since: datetime | None) -> None:
    """Note since when what is brought to a pending stop is kept back; ``None``: it is no more."""
    await run(session, _KEEP_BACK_SQL, job_id, n, since)


async def touch(session: AsyncSession, *, job_id: UUID, state: str) -> int | None:
    """Count the version up without a move, for an event that is none."""
    rows = await run(session, _TOUCH_SQL, job_id, state)
    return rows[0][0] if rows else None


async def reschedule(
    session: AsyncSession, *, job_id: UUID, due_at: datetime, expires_at: datetime
) -> int:
    """Set the promised time of a locked job; the new version."""
    return (await run(session, _RESCHEDULE_SQL, job_id, due_at, expires_at))[0][0]


async def make_ready(session: AsyncSession, *, job_id: UUID, now: datetime) -> int:
    """Let the goods of a locked job be there now; the new version."""
    return (await run(session, _READY_SQL, job_id, now))[0][0]


async def arrive(session: AsyncSession, *, job_id: UUID, now: datetime) -> int | None:
    """Note the arrival at the pickup; ``None``: noted already, or not on the way."""
    rows = await run(session, _ARRIVE_SQL, job_id, now)
    return rows[0][0] if rows else None


async def count_pickup_code(session: AsyncSession, *, job_id: UUID, tried: CodeTry) -> None:
    """Store how many wrong pickup codes were tried."""
    await run(session, _WRONG_PICKUP_CODE_SQL, job_id, tried.wrong_codes, tried.locked_until)


async def count_receipt_code(
    session: AsyncSession, *, job_id: UUID, n: int, tried: CodeTry
) -> None:
    """Store how many wrong receipt codes were tried."""
    await run(session, _WRONG_RECEIPT_CODE_SQL, job_id, n, tried.wrong_codes, tried.locked_until)


async def close_stop(
    session: AsyncSession,
    *,
    job_id: UUID,
    n: int,
    outcome: str,
    now: datetime,
    proof: str | None,
    reason: str | None,
) -> bool:
    """Close a pending stop; false: it is closed already."""
    return bool(await run(session, _CLOSE_STOP_SQL, job_id, n, outcome, now, proof, reason))


async def set_proven(session: AsyncSession, *, job_id: UUID, n: int, proven_at: datetime) -> None:
    """Note since when a delivered stop is proven."""
    await run(session, _PROVEN_SQL, job_id, n, proven_at)


async def fail_stops(session: AsyncSession, *, job_id: UUID, now: datetime, reason: str) -> int:
    """Fail all pending stops; how many there were."""
    return len(await run(session, _FAIL_STOPS_SQL, job_id, now, reason))


async def add_statement(session: AsyncSession, *, row: Statement) -> None:
    """Insert what somebody said."""
    session.add(row)
    await session.flush()


async def statements(
    session: AsyncSession, *, order_id: UUID, author_id: UUID | None, limit: int
) -> list[Statement]:
    """What was said about an order, by one author or by anybody, oldest first."""
    statement = select(Statement).where(Statement.order_id == order_id)
    if author_id is not None:
        statement = statement.where(Statement.author_id == author_id)
    return list((await session.exec(statement.order_by(col(Statement.id)).limit(limit))).all())


async def raise_advance(
    session: AsyncSession, *, job_id: UUID, extra_fen: int
) -> tuple[int, int] | None:
    """Add to what may be spent: version and sum; ``None``: nobody has the job in hand."""
    rows = await run(session, _RAISE_ADVANCE_SQL, job_id, extra_fen)
    return (rows[0][0], rows[0][1]) if rows else None


async def note_spent(session: AsyncSession, *, job_id: UUID, n: int, spent_fen: int) -> None:
    """Store what the receipt of a stop says."""
    await run(session, _SPENT_SQL, job_id, n, spent_fen)


async def pending_stops(session: AsyncSession, *, job_id: UUID) -> int:
    """How many stops are still to be visited."""
    return (await run(session, _PENDING_SQL, job_id))[0][0]


async def due_to_open(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Waiting jobs whose time has come, locked; others' are skipped."""
    return [r[0] for r in await run(session, _DUE_TO_OPEN_SQL, now, limit)]


async def due_to_expire(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Open jobs that nobody took in time, locked; others' are skipped."""
    return [r[0] for r in await run(session, _DUE_TO_EXPIRE_SQL, now, limit)]


async def learn_hours(
    session: AsyncSession, *, community_id: UUID, since: datetime, now: datetime
) -> int:
    """Count each hour of the day since a moment anew; how many were written."""
    return len(await run(session, _LEARN_HOURS_SQL, community_id, since, now))


async def past_hour(session: AsyncSession, *, community_id: UUID, hour: int) -> PastHour | None:
    """What was learned of an hour; ``None``: nothing yet."""
    rows = await run(session, _PAST_HOUR_SQL, community_id, hour)
    return PastHour(*rows[0]) if rows else None


async def learn_visits(
    session: AsyncSession,
    *,
    community_id: UUID,
    walk_m_per_min: int,
    since: datetime,
    now: datetime,
) -> int:
    """Learn anew what visits took since a moment, and forget what was before; how many kinds."""
    rows = await run(
        session, _LEARN_VISITS_SQL, community_id, since, now, float(walk_m_per_min), PICKUP_S
    )
    await run(session, _FORGET_VISITS_SQL, community_id, now)
    return len(rows)


async def past_visits(
    session: AsyncSession, *, community_id: UUID, spots: list[str]
) -> dict[Visited, PastVisits]:
    """What was learned of visits at some places, and of all in the community."""
    rows = await run(session, _PAST_VISITS_SQL, community_id, spots)
    return {Visited(r[0], r[1], r[2]): PastVisits(r[3], r[4]) for r in rows}


async def to_learn(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Communities that delivered something and learned nothing for a day."""
    return [r[0] for r in await run(session, _TO_LEARN_SQL, now, limit)]
