"""SQL of incidents. An incident is locked before its order and job."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.incidents.models import Incident
from api.incidents.states import INCIDENT
from api.kit.db import move_row, run

TABLE = Incident.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]

_UNRESOLVED_SQL = """
SELECT count(*) FROM incidents WHERE job_id = $1 AND order_id = $2 AND state <> 'resolved'
"""
_STOPS_SQL = """
SELECT i.id, s.n FROM incidents AS i
JOIN stops AS s ON s.job_id = i.job_id AND s.order_id = i.order_id WHERE i.id = ANY ($1::uuid[])
"""


async def add(session: AsyncSession, *, row: Incident) -> None:
    """Insert an incident."""
    session.add(row)
    await session.flush()


async def incident(
    session: AsyncSession, *, incident_id: UUID, lock: bool = False
) -> Incident | None:
    """One incident, locked until the transaction ends if asked."""
    return await session.get(
        Incident, incident_id, populate_existing=True, with_for_update=lock or None
    )


async def unresolved(session: AsyncSession, *, job_id: UUID, order_id: UUID) -> int:
    """How many incidents of one stop of a job are not resolved."""
    return (await run(session, _UNRESOLVED_SQL, job_id, order_id))[0][0]


async def stops_of(session: AsyncSession, *, rows: Sequence[Incident]) -> dict[UUID, int]:
    """Which stop each of these incidents is about."""
    return {r[0]: r[1] for r in await run(session, _STOPS_SQL, [row.id for row in rows])}


async def listed(
    session: AsyncSession,
    *,
    place_id: UUID | None,
    reporter_id: UUID | None,
    state: str | None,
    before: UUID | None,
    limit: int,
) -> list[Incident]:
    """Incidents of a place and all below it, or of a reporter, newest first."""
    statement = select(Incident)
    if place_id is not None:
        statement = statement.where(col(Incident.place_path).contains([place_id]))
    if reporter_id is not None:
        statement = statement.where(Incident.reporter_id == reporter_id)
    if state is not None:
        statement = statement.where(Incident.state == state)
    if before is not None:
        statement = statement.where(col(Incident.id) < before)
    return list(
        (await session.exec(statement.order_by(col(Incident.id).desc()).limit(limit))).all()
    )


async def move(
    session: AsyncSession, *, incident_id: UUID, event: str, from_state: str, **values: Any
) -> Row[Any] | None:
    """Move an incident by an event of the machine."""
    return await move_row(
        session,
        TABLE,  # pyright: ignore[reportUnknownArgumentType]
        INCIDENT,
        key=incident_id,
        event=event,
        from_state=from_state,
        **values,
    )
