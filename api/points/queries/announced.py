"""SQL of announced versions of the rules, and of who was told."""

from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import run
from api.points.models import PointsNotice, PointsRules

_DIGESTS_SQL = "SELECT sha256 FROM points_rules ORDER BY effective_from"
_ADD_SQL = """
INSERT INTO points_rules (id, version, text, sha256, announced_at, effective_from, announced_by_id)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING id
"""
# Runners to whom a version that is still to come was not told.
_TO_TELL_SQL = """
SELECT DISTINCT r.id FROM points_rules AS v CROSS JOIN runners AS r
WHERE v.effective_from > $1 AND r.state IN ('approved', 'suspended')
  AND NOT EXISTS (SELECT 1 FROM points_notices AS n
                  WHERE n.version = v.version AND n.runner_id = r.id)
ORDER BY r.id LIMIT $2
"""


async def digests(session: AsyncSession) -> tuple[str, ...]:
    """What the announced versions are known by, in the order in which they take effect."""
    return tuple(r[0] for r in await run(session, _DIGESTS_SQL))


async def announced(session: AsyncSession) -> list[PointsRules]:
    """The announced versions, in the order in which they take effect."""
    statement = select(PointsRules).order_by(col(PointsRules.effective_from))
    return list((await session.exec(statement)).all())


async def add(session: AsyncSession, *, row: PointsRules) -> bool:
    """Insert a version; false: there is one of that name, or that begins at that time."""
    values = (
        row.id, row.version, row.text, row.sha256, row.announced_at, row.effective_from,
        row.announced_by_id,
    )  # fmt: skip
    return bool(await run(session, _ADD_SQL, *values))


async def to_tell(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Runners who have not been told of a version that is still to come."""
    return [r[0] for r in await run(session, _TO_TELL_SQL, now, limit)]


async def told(session: AsyncSession, *, runner_id: UUID) -> set[str]:
    """The versions that a runner was told of."""
    statement = select(PointsNotice.version).where(PointsNotice.runner_id == runner_id)
    return set((await session.exec(statement)).all())


async def add_notice(session: AsyncSession, *, row: PointsNotice) -> None:
    """Insert what a runner is told."""
    session.add(row)
    await session.flush()
