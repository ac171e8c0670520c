"""SQL of appeals against points. An appeal is locked before the balance of its runner."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import move_row, run
from api.points.models import PointsAppeal
from api.points.states import APPEAL

TABLE = PointsAppeal.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]

_TIER_DECISION_SQL = """
SELECT seq, at, data->>'tier_before', data->>'tier' FROM events
WHERE subject = 'runner' AND subject_id = $1 AND name = 'runner.tier_changed'
  AND actor_kind = 'user'
ORDER BY subject_seq DESC LIMIT 1
"""
_OVERDUE_SQL = """
SELECT id FROM points_appeals WHERE state = 'filed' AND due_at < $1
ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED
"""


async def add(session: AsyncSession, *, row: PointsAppeal) -> None:
    """Insert an appeal."""
    session.add(row)
    await session.flush()


async def appeal(
    session: AsyncSession, *, appeal_id: UUID, lock: bool = False
) -> PointsAppeal | None:
    """One appeal, locked until the transaction ends if asked."""
    return await session.get(
        PointsAppeal, appeal_id, populate_existing=True, with_for_update=lock or None
    )


async def of_entries(session: AsyncSession, *, entry_ids: list[UUID]) -> list[PointsAppeal]:
    """The appeals against entries, the first step before the second."""
    statement = select(PointsAppeal).where(col(PointsAppeal.entry_id).in_(entry_ids))
    statement = statement.order_by(col(PointsAppeal.step))
    return list((await session.exec(statement)).all())


async def of_decision(session: AsyncSession, *, decision_seq: int) -> list[PointsAppeal]:
    """The appeals against a decision about a tier, the first step before the second."""
    statement = select(PointsAppeal).where(PointsAppeal.decision_seq == decision_seq)
    return list((await session.exec(statement.order_by(col(PointsAppeal.step)))).all())


async def last_tier_decision(
    session: AsyncSession, *, runner_id: UUID
) -> tuple[int, datetime, str | None, str] | None:
    """The newest decision of staff about a runner's tier: its event, when, from which, to which."""
    rows = await run(session, _TIER_DECISION_SQL, runner_id)
    return (rows[0][0], rows[0][1], rows[0][2], rows[0][3]) if rows else None


async def listed(
    session: AsyncSession,
    *,
    place_id: UUID | None,
    runner_id: UUID | None,
    state: str | None,
    before: UUID | None,
    limit: int,
) -> list[PointsAppeal]:
    """Appeals of a place and all below it, or of a runner, newest first."""
    statement = select(PointsAppeal)
    if place_id is not None:
        statement = statement.where(col(PointsAppeal.place_path).contains([place_id]))
    if runner_id is not None:
        statement = statement.where(PointsAppeal.runner_id == runner_id)
    if state is not None:
        statement = statement.where(PointsAppeal.state == state)
    if before is not None:
        statement = statement.where(col(PointsAppeal.id) < before)
    statement = statement.order_by(col(PointsAppeal.id).desc()).limit(limit)
    return list((await session.exec(statement)).all())


async def move(
    session: AsyncSession, *, row: PointsAppeal, event: str, **values: Any
) -> Row[Any] | None:
    """Move an appeal by an event of its machine, from the state that was seen."""
    return await move_row(
        session,
        TABLE,  # pyright: ignore[reportUnknownArgumentType]
        APPEAL,
        key=row.id,
        event=event,
        from_state=row.state,
        **values,
    )


async def overdue(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Appeals that nobody answered in time."""
    return [r[0] for r in await run(session, _OVERDUE_SQL, now, limit)]
