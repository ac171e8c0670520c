"""SQL of the points ledger."""

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
ORDER BY seq LIMIT 20000
"""
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
    """A runner's stored facts since a moment, those that never lapse, and what was rated since."""
    rows = await run(session, _FACTS_SQL, runner_id, since, lifelong_kinds)
    return [orjson.loads(r[0]) for r in rows]


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
