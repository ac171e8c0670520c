"""SQL of runners."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import move_row, run
from api.runners.models import Runner
from api.runners.states import RUNNER

TABLE = Runner.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]

_APPLY_SQL = """
INSERT INTO runners (id, community_id, state, tier, kinds, shift, capacity, load, version,
                     applied_at)
VALUES ($1, $2, 'applied', 'trainee', $3, 'offline', $4, 0, 1, $5)
ON CONFLICT (id) DO UPDATE SET state = 'applied', community_id = $2, kinds = $3, applied_at = $5,
    decided_at = NULL, version = runners.version + 1
WHERE runners.state = 'rejected'
RETURNING version
"""
_SHIFT_SQL = """
UPDATE runners SET shift = $2, version = version + 1
WHERE id = $1 AND state = 'approved' AND shift <> $2 RETURNING version
"""
# An older report that comes late is no error and changes nothing.
_POSITION_SQL = """
UPDATE runners SET
    lat = CASE WHEN position_at > $4 THEN lat ELSE $2 END,
    lng = CASE WHEN position_at > $4 THEN lng ELSE $3 END,
    position_at = greatest(position_at, $4)
WHERE id = $1 AND state = 'approved' RETURNING shift
"""
_UNLOAD_SQL = "UPDATE runners SET load = load - $2 WHERE id = $1"


async def runner(session: AsyncSession, *, runner_id: UUID, lock: bool = False) -> Runner | None:
    """One runner, locked until the transaction ends if asked."""
    return await session.get(
        Runner, runner_id, populate_existing=True, with_for_update=lock or None
    )


async def apply(
    session: AsyncSession,
    *,
    runner_id: UUID,
    community_id: UUID,
    kinds: list[str],
    capacity: int,
    now: datetime,
) -> int | None:
    """Insert an application, or renew a rejected one; ``None``: there is one already."""
    rows = await run(session, _APPLY_SQL, runner_id, community_id, kinds, capacity, now)
    return rows[0][0] if rows else None


async def move(
    session: AsyncSession, *, runner_id: UUID, event: str, now: datetime, **values: Any
) -> Row[Any] | None:
    """Move a runner's standing by an event of the machine."""
    sources = RUNNER.sources(event)
    return await move_row(
        session,
        TABLE,  # pyright: ignore[reportUnknownArgumentType]
        key=runner_id,
        from_states=sources,
        to_state=RUNNER.target(sources[0], event),
        decided_at=now,
        **values,
    )


async def set_shift(session: AsyncSession, *, runner_id: UUID, shift: str) -> int | None:
    """Change the shift; ``None``: it is so already, or the runner is not approved."""
    rows = await run(session, _SHIFT_SQL, runner_id, shift)
    return rows[0][0] if rows else None


async def set_position(
    session: AsyncSession, *, runner_id: UUID, lat: float, lng: float, now: datetime
) -> str | None:
    """Store a position; the shift, or ``None`` where the runner is not approved."""
    rows = await run(session, _POSITION_SQL, runner_id, lat, lng, now)
    return rows[0][0] if rows else None


async def unload(session: AsyncSession, *, runner_id: UUID, load: int) -> None:
    """Take the load of a closed or returned job off its runner."""
    await run(session, _UNLOAD_SQL, runner_id, load)


async def load_on(session: AsyncSession, *, runner_id: UUID, load: int) -> None:
    """Put the load of an assigned job on its runner, whose row is locked."""
    await run(session, _UNLOAD_SQL, runner_id, -load)


async def of_community(
    session: AsyncSession,
    *,
    community_id: UUID,
    state: str | None,
    after: UUID | None,
    limit: int,
) -> list[Runner]:
    """Runners of a community, in the order of their ids."""
    statement = select(Runner).where(Runner.community_id == community_id)
    if state is not None:
        statement = statement.where(Runner.state == state)
    if after is not None:
        statement = statement.where(col(Runner.id) > after)
    return list((await session.exec(statement.order_by(col(Runner.id)).limit(limit))).all())
