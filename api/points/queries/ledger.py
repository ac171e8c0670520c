"""SQL of the points ledger."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import run
from api.points.models import PointsBalance, PointsEntry

_LOCK_SQL = """
INSERT INTO points_balances (runner_id, balance_cp, seq) VALUES ($1, 0, 0)
ON CONFLICT (runner_id) DO UPDATE SET seq = points_balances.seq
RETURNING balance_cp, seq
"""
_IS_SCORED_SQL = "SELECT 1 FROM points_entries WHERE event_seq = $1"
_FACTS_SQL = """
SELECT fact::text FROM points_entries
WHERE runner_id = $1 AND (at >= $2 OR kind = ANY ($3::text[]) OR order_id IN (
    SELECT order_id FROM points_entries
    WHERE runner_id = $1 AND at >= $2 AND kind = 'rating.revealed'))
ORDER BY seq DESC LIMIT 40000
"""
_FACT_SQL = "SELECT fact::text FROM points_entries WHERE runner_id = $1 AND fact->>'id' = $2"
_LEDGERS_SQL = """
SELECT runner_id, seq, fact::text, delta_cp, balance_cp, lines::text FROM points_entries
WHERE (runner_id, seq) > ($1, $2) ORDER BY runner_id, seq LIMIT $3
"""
_ENTRY_OF_FACT_SQL = """
SELECT id FROM points_entries WHERE runner_id = $1 AND fact->>'id' = $2
"""
_AUTHOR_SQL = "SELECT actor_id FROM events WHERE seq = $1"
# A line names first the fact that it is about; the newest says what that costs now.
_PENALTIES_SQL = """
SELECT DISTINCT ON (line->'facts'->>0) line->'facts'->>0, (line->>'now_cp')::int
FROM points_entries AS e CROSS JOIN LATERAL jsonb_array_elements(e.lines) AS line
WHERE e.runner_id = $1 AND e.seq >= $2 AND line->>'bucket' IN ('late', 'other')
  AND line->'facts'->>0 = ANY ($3::text[])
ORDER BY line->'facts'->>0, e.seq DESC
"""
_IS_REVERSED_SQL = "SELECT 1 FROM events WHERE subject = 'points_entry' AND subject_id = $1"
_SET_BALANCE_SQL = "UPDATE points_balances SET balance_cp = $2, seq = $3 WHERE runner_id = $1"


async def lock_balance(session: AsyncSession, *, runner_id: UUID) -> tuple[int, int]:
    """Balance and last sequence number of a runner, locked until the transaction ends."""
    row = (await run(session, _LOCK_SQL, runner_id))[0]
    return row[0], row[1]


async def is_scored(session: AsyncSession, *, event_seq: int) -> bool:
    """Whether an event has its entry already."""
    return bool(await run(session, _IS_SCORED_SQL, event_seq))


async def facts(
    session: AsyncSession, *, runner_id: UUID, since: datetime, lifelong_kinds: list[str]
) -> list[dict[str, Any]]:
    """A runner's stored facts since a moment, those that never lapse, and what was rated since.

    At most 40,000, the newest: three years of forty orders a day.
    """
    rows = await run(session, _FACTS_SQL, runner_id, since, lifelong_kinds)
    return [orjson.loads(r[0]) for r in rows]


async def fact(session: AsyncSession, *, runner_id: UUID, fact_id: str) -> dict[str, Any] | None:
    """One stored fact of a runner by its name."""
    rows = await run(session, _FACT_SQL, runner_id, fact_id)
    return orjson.loads(rows[0][0]) if rows else None


async def ledgers(
    session: AsyncSession, *, after: tuple[UUID, int], limit: int
) -> Sequence[tuple[UUID, int, str, int, int, str]]:
    """Entries of all runners, by runner and number, from behind one of them on; JSON as text."""
    return await run(session, _LEDGERS_SQL, *after, limit)  # pyright: ignore[reportReturnType]


async def add_entry(session: AsyncSession, *, entry: PointsEntry) -> None:
    """Insert an entry and set the balance it leads to."""
    session.add(entry)
    await session.flush()
    await run(session, _SET_BALANCE_SQL, entry.runner_id, entry.balance_cp, entry.seq)


async def balance(session: AsyncSession, *, runner_id: UUID) -> PointsBalance | None:
    """A runner's balance; ``None`` before the first entry."""
    return await session.get(PointsBalance, runner_id)


async def entries(
    session: AsyncSession, *, runner_id: UUID, before_seq: int | None, limit: int
) -> list[PointsEntry]:
    """A runner's entries, newest first."""
    statement = select(PointsEntry).where(PointsEntry.runner_id == runner_id)
    if before_seq is not None:
        statement = statement.where(col(PointsEntry.seq) < before_seq)
    return list(
        (await session.exec(statement.order_by(col(PointsEntry.seq).desc()).limit(limit))).all()
    )


async def runner_of(session: AsyncSession, *, runner_id: UUID) -> tuple[UUID, str] | None:
    """Community and tier of a runner (the runners' feature stands beside this one)."""
    sql = "SELECT community_id, tier FROM runners WHERE id = $1"
    rows = await run(session, sql, runner_id)
    return (rows[0][0], rows[0][1]) if rows else None


async def approved_runner(session: AsyncSession, *, runner_id: UUID) -> tuple[UUID, str] | None:
    """Community and tier of an approved runner; ``None``: they are none."""
    sql = "SELECT community_id, tier FROM runners WHERE id = $1 AND state = 'approved'"
    rows = await run(session, sql, runner_id)
    return (rows[0][0], rows[0][1]) if rows else None


async def entry(session: AsyncSession, *, entry_id: UUID) -> PointsEntry | None:
    """One entry."""
    return await session.get(PointsEntry, entry_id)


async def entry_of_fact(
    session: AsyncSession, *, runner_id: UUID, fact_id: str
) -> PointsEntry | None:
    """The entry that a runner's fact was recorded by."""
    rows = await run(session, _ENTRY_OF_FACT_SQL, runner_id, fact_id)
    return await session.get(PointsEntry, rows[0][0]) if rows else None


async def author_of(session: AsyncSession, *, event_seq: int) -> UUID | None:
    """The person whose act an entry was scored from; ``None``: no person's."""
    rows = await run(session, _AUTHOR_SQL, event_seq)
    return rows[0][0] if rows else None


async def standing_penalties(
    session: AsyncSession, *, runner_id: UUID, since_seq: int, fact_ids: list[str]
) -> dict[str, int]:
    """What facts cost now (centipoints, positive), of those whose newest line takes something."""
    rows = await run(session, _PENALTIES_SQL, runner_id, since_seq, fact_ids)
    return {fact_id: -cp for fact_id, cp in rows if cp < 0}


async def is_reversed(session: AsyncSession, *, entry_id: UUID) -> bool:
    """Whether staff reversed an entry already."""
    return bool(await run(session, _IS_REVERSED_SQL, entry_id))
