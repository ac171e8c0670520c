"""SQL of the event log and its reactions."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import run

INSERT_COLUMNS = """events (name, subject, subject_id, subject_seq, from_state, to_state,
 actor_kind, actor_id, at, community_id, data)"""
INSERT_SQL = f"""
INSERT INTO {INSERT_COLUMNS}
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb)
"""

_CLAIM_SQL = """
WITH taken AS (
    SELECT seq FROM events WHERE pumped_at IS NULL ORDER BY seq LIMIT $1
    FOR UPDATE SKIP LOCKED)
UPDATE events AS e SET pumped_at = clock_timestamp()
FROM taken WHERE e.seq = taken.seq
RETURNING e.seq, e.name
"""
_ADD_SQL = """
INSERT INTO reactions (event_seq, task, state, attempts, next_at)
SELECT seq, task, 'pending', 0, clock_timestamp() + make_interval(secs => $3)
FROM unnest($1::bigint[], $2::text[]) AS wanted (seq, task)
ON CONFLICT DO NOTHING
"""
_OVERDUE_SQL = """
UPDATE reactions SET next_at = clock_timestamp() + make_interval(secs => $2)
WHERE (event_seq, task) IN (
    SELECT event_seq, task FROM reactions
    WHERE state = 'pending' AND next_at < clock_timestamp()
    ORDER BY next_at LIMIT $1 FOR UPDATE SKIP LOCKED)
RETURNING event_seq, task
"""
_BEGIN_SQL = """
UPDATE reactions SET attempts = attempts + 1,
    -- Whoever sets a dead one back to pending does not wait for it. Those that died together do
    -- not come back together: beside a deadly one they would die again.
    next_at = CASE WHEN attempts + 1 > $3 THEN clock_timestamp()
        ELSE clock_timestamp() + make_interval(secs =>
            least(300, 2 ^ attempts * 5) * (1 + random() / 2)) END,
    state = CASE WHEN attempts + 1 > $3 THEN 'dead' ELSE state END
WHERE event_seq = $1 AND task = $2 AND state = 'pending'
RETURNING state, attempts
"""
_LOCK_SQL = """
SELECT e.seq, e.name, e.subject_id, e.subject_seq, e.at, e.actor_kind, e.actor_id,
       e.data::text, extract(epoch FROM clock_timestamp() - e.written_at)::float8 AS age_s
FROM reactions AS r JOIN events AS e ON e.seq = r.event_seq
WHERE r.event_seq = $1 AND r.task = $2 AND r.state = 'pending'
FOR UPDATE OF r
"""
_DONE_SQL = """
UPDATE reactions SET state = 'done', done_at = clock_timestamp(), last_error = NULL
WHERE event_seq = $1 AND task = $2 AND state = 'pending'
"""
_FAILED_SQL = """
UPDATE reactions SET last_error = left($3, 300)
WHERE event_seq = $1 AND task = $2 AND state = 'pending'
"""
_HISTORY_SQL = """
SELECT subject_seq, name, from_state, to_state, actor_kind, at
FROM events WHERE subject_id = $1 AND subject = $2 AND subject_seq > $3
ORDER BY subject_seq LIMIT $4
"""
_UNPUMPED_SQL = "SELECT count(*) FROM (SELECT 1 FROM events WHERE pumped_at IS NULL LIMIT 10000) u"


@dataclass(frozen=True, slots=True)
class Claimed:
    """An event in the hands of the pump."""

    seq: int
    name: str


async def claim_events(session: AsyncSession, *, limit: int) -> list[Claimed]:
    """Take up to ``limit`` events nobody took yet; others' are skipped, not waited for."""
    rows = await run(session, _CLAIM_SQL, limit)
    return sorted((Claimed(r[0], r[1]) for r in rows), key=lambda c: c.seq)


async def add_reactions(
    session: AsyncSession, *, wanted: list[tuple[int, str]], due_s: float
) -> None:
    """Note what must follow; the sweep does what is not done after ``due_s``."""
    await run(session, _ADD_SQL, [s for s, _ in wanted], [t for _, t in wanted], due_s)


async def overdue_reactions(
    session: AsyncSession, *, limit: int, due_s: float
) -> list[tuple[int, str]]:
    """Take reactions that should be done by now; nobody else takes them for ``due_s``."""
    return [(r[0], r[1]) for r in await run(session, _OVERDUE_SQL, limit, due_s)]


async def begin_reaction(
    session: AsyncSession, *, event_seq: int, task: str, attempts_max: int
) -> str | None:
    """Count an attempt: ``pending``, or ``dead`` after too many; ``None``: it was over before."""
    rows = await run(session, _BEGIN_SQL, event_seq, task, attempts_max)
    return rows[0][0] if rows else None


async def lock_reaction(session: AsyncSession, *, event_seq: int, task: str) -> Any | None:
    """The event of a pending reaction, locked until the transaction ends."""
    rows = await run(session, _LOCK_SQL, event_seq, task)
    return rows[0] if rows else None


async def finish_reaction(session: AsyncSession, *, event_seq: int, task: str) -> None:
    """Mark it done, in the transaction of its effect."""
    await run(session, _DONE_SQL, event_seq, task)


async def note_failure(session: AsyncSession, *, event_seq: int, task: str, error: str) -> None:
    """Keep the name of the error for the operator."""
    await run(session, _FAILED_SQL, event_seq, task, error)


async def history(
    session: AsyncSession, *, subject: str, subject_id: UUID, after: int, limit: int
) -> list[Any]:
    """Events of one subject after a sequence number, in order."""
    return list(await run(session, _HISTORY_SQL, subject_id, subject, after, limit))


async def count_unpumped(session: AsyncSession) -> int:
    """How many events wait for the pump (counted up to 10,000)."""
    return (await run(session, _UNPUMPED_SQL))[0][0]


def read_data(raw: str) -> dict[str, Any]:
    """The values of an event."""
    return orjson.loads(raw)
