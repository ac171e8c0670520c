"""SQL of what a person of the staff should look at."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Row
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import move_row, run
from api.points.models import PointsFinding
from api.points.states import FINDING

TABLE = PointsFinding.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]

# Communities whose ledgers grew since somebody looked, an hour ago at least.
_TO_WATCH_SQL = """
SELECT r.community_id FROM points_balances AS b
JOIN runners AS r ON r.id = b.runner_id
LEFT JOIN points_watches AS w ON w.community_id = r.community_id
GROUP BY r.community_id, w.entries, w.watched_at
HAVING sum(b.seq) > coalesce(w.entries, 0)
   AND (w.watched_at IS NULL OR w.watched_at <= $1::timestamptz - interval '1 hour')
ORDER BY r.community_id LIMIT $2
"""
_WATCHED_SQL = """
INSERT INTO points_watches (community_id, entries, watched_at)
SELECT $1, coalesce(sum(b.seq), 0), $2 FROM points_balances AS b
JOIN runners AS r ON r.id = b.runner_id WHERE r.community_id = $1
ON CONFLICT (community_id) DO UPDATE
SET entries = excluded.entries, watched_at = excluded.watched_at
"""
_ADD_SQL = """
INSERT INTO points_findings (id, community_id, place_path, kind, key, runner_ids, person_id, since,
                             until, facts, counted, state, found_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb, 'open', $12, 1)
ON CONFLICT (community_id, key) DO NOTHING RETURNING id
"""


async def to_watch(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Communities in which something was scored since somebody looked."""
    return [r[0] for r in await run(session, _TO_WATCH_SQL, now, limit)]


async def note_watched(session: AsyncSession, *, community_id: UUID, now: datetime) -> None:
    """Remember up to which entry a community was looked at; locks its row."""
    await run(session, _WATCHED_SQL, community_id, now)


async def add(session: AsyncSession, *, row: PointsFinding) -> bool:
    """Insert a finding; false: the same was found before."""
    values = (
        row.id, row.community_id, row.place_path, row.kind, row.key, row.runner_ids,
        row.person_id, row.since, row.until, row.facts, orjson.dumps(row.counted).decode(),
        row.found_at,
    )  # fmt: skip
    return bool(await run(session, _ADD_SQL, *values))


async def finding(
    session: AsyncSession, *, finding_id: UUID, lock: bool = False
) -> PointsFinding | None:
    """One finding, locked until the transaction ends if asked."""
    return await session.get(
        PointsFinding, finding_id, populate_existing=True, with_for_update=lock or None
    )


async def listed(
    session: AsyncSession,
    *,
    place_id: UUID,
    state: str | None,
    runner_id: UUID | None,
    before: UUID | None,
    limit: int,
) -> Sequence[PointsFinding]:
    """Findings of a place and all below it, or those about one runner, newest first."""
    statement = select(PointsFinding).where(col(PointsFinding.place_path).contains([place_id]))
    if state is not None:
        statement = statement.where(PointsFinding.state == state)
    if runner_id is not None:
        statement = statement.where(col(PointsFinding.runner_ids).contains([runner_id]))
    if before is not None:
        statement = statement.where(col(PointsFinding.id) < before)
    statement = statement.order_by(col(PointsFinding.id).desc()).limit(limit)
    return (await session.exec(statement)).all()


async def move(
    session: AsyncSession, *, row: PointsFinding, event: str, **values: Any
) -> Row[Any] | None:
    """Move a finding by an event of its machine, from the state that was seen."""
    return await move_row(
        session,
        TABLE,  # pyright: ignore[reportUnknownArgumentType]
        FINDING,
        key=row.id,
        event=event,
        from_state=row.state,
        **values,
    )
