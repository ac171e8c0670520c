"""SQL of what was learned at the close of months."""

from datetime import date
from uuid import UUID

import orjson
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import run
from api.points.models import PointsCalibration

# A month of which something was reviewed without stays without.
_IS_SETTLED_SQL = """
SELECT EXISTS (SELECT 1 FROM points_calibrations WHERE community_id = $1 AND month = $2)
    OR EXISTS (SELECT 1 FROM points_reviews WHERE community_id = $1 AND month = $2)
"""
_RUNNERS_SQL = """
SELECT id FROM runners WHERE community_id = $1 AND state = 'approved' ORDER BY id LIMIT 1000
"""
_ADD_SQL = """
INSERT INTO points_calibrations (id, community_id, month, rules_version, runner_ids, learned,
                                 made_at)
VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7)
ON CONFLICT (community_id, month) DO NOTHING RETURNING id
"""


async def is_settled(session: AsyncSession, *, community_id: UUID, month: date) -> bool:
    """Whether something was learned of a month, or it was reviewed without."""
    return (await run(session, _IS_SETTLED_SQL, community_id, month))[0][0]


async def runners(session: AsyncSession, *, community_id: UUID) -> list[UUID]:
    """The approved runners of a community, the first thousand."""
    return [r[0] for r in await run(session, _RUNNERS_SQL, community_id)]


async def add(session: AsyncSession, *, row: PointsCalibration) -> bool:
    """Insert what was learned; false: it was before."""
    values = (
        row.id, row.community_id, row.month, row.rules_version, row.runner_ids,
        orjson.dumps(row.learned).decode(), row.made_at,
    )  # fmt: skip
    return bool(await run(session, _ADD_SQL, *values))


async def of_month(
    session: AsyncSession, *, community_id: UUID, month: date
) -> PointsCalibration | None:
    """What was learned of a community's month."""
    statement = select(PointsCalibration).where(
        PointsCalibration.community_id == community_id, PointsCalibration.month == month
    )
    return (await session.exec(statement)).one_or_none()


async def newest(session: AsyncSession, *, community_id: UUID) -> PointsCalibration | None:
    """What was learned last in a community."""
    statement = select(PointsCalibration).where(PointsCalibration.community_id == community_id)
    statement = statement.order_by(col(PointsCalibration.month).desc()).limit(1)
    return (await session.exec(statement)).one_or_none()


async def everything(session: AsyncSession) -> list[PointsCalibration]:
    """All of them, by community and month."""
    statement = select(PointsCalibration)
    order = (col(PointsCalibration.community_id), col(PointsCalibration.month))
    return list((await session.exec(statement.order_by(*order))).all())
