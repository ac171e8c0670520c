"""SQL of what staff found true of runners."""

from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.points.models import PointsRecord


async def add(session: AsyncSession, *, row: PointsRecord) -> None:
    """Insert a record."""
    session.add(row)
    await session.flush()


async def record(session: AsyncSession, *, record_id: UUID) -> PointsRecord | None:
    """One record."""
    return await session.get(PointsRecord, record_id)


async def of_runner(
    session: AsyncSession, *, runner_id: UUID, before: UUID | None, limit: int
) -> list[PointsRecord]:
    """The records of a runner, newest first."""
    statement = select(PointsRecord).where(PointsRecord.runner_id == runner_id)
    if before is not None:
        statement = statement.where(col(PointsRecord.id) < before)
    statement = statement.order_by(col(PointsRecord.id).desc()).limit(limit)
    return list((await session.exec(statement)).all())
