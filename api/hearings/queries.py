"""SQL of open talks. Their case is locked before anything of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.hearings.models import Hearing, HearingConsent, Listener
from api.hearings.rules import MINUTES_WITHIN
from api.hearings.states import HEARING, LISTENER, OPEN
from api.kit.db import move_row, run
from api.kit.state import Machine
from api.mediation.states import MEDIATED

_TABLES: dict[str, Any] = {
    HEARING.name: Hearing.__table__,  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    LISTENER.name: Listener.__table__,  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
}
_TAKEN_SQL = """
SELECT hearing_id, count(*), bool_or(user_id = $2) FROM listeners
WHERE hearing_id = ANY ($1::uuid[]) AND state = 'signed_up' GROUP BY 1
"""
# What began before everybody wanted it, what nobody wrote minutes of, and what is over.
_TO_LAPSE_SQL = f"""
SELECT h.id FROM hearings AS h JOIN cases AS c ON c.id = h.case_id
WHERE h.state = 'proposed' AND h.starts_at <= $1
   OR h.state = 'announced' AND h.starts_at <= $2
   OR h.state IN {OPEN} AND c.state NOT IN {MEDIATED}
ORDER BY h.starts_at LIMIT $3
"""


async def add(session: AsyncSession, *, row: SQLModel) -> None:
    """Insert a row."""
    session.add(row)
    await session.flush()


async def hearing(session: AsyncSession, *, hearing_id: UUID) -> Hearing | None:
    """One of them, as it is now."""
    return await session.get(Hearing, hearing_id, populate_existing=True)


async def of_case(session: AsyncSession, *, case_id: UUID) -> list[Hearing]:
    """Those of a case, the last one first; five at most."""
    statement = select(Hearing).where(Hearing.case_id == case_id)
    statement = statement.execution_options(populate_existing=True)
    return list((await session.exec(statement.order_by(col(Hearing.id).desc()))).all())


async def consents(session: AsyncSession, *, hearing_ids: Sequence[UUID]) -> list[HearingConsent]:
    """Which parties want them open."""
    statement = select(HearingConsent).where(col(HearingConsent.hearing_id).in_(hearing_ids))
    return list((await session.exec(statement)).all())


async def listener(session: AsyncSession, *, hearing_id: UUID, user_id: UUID) -> Listener | None:
    """Somebody who came, or wanted to."""
    statement = select(Listener).where(
        Listener.hearing_id == hearing_id, Listener.user_id == user_id
    )
    statement = statement.execution_options(populate_existing=True)
    return (await session.exec(statement)).first()


async def listeners(session: AsyncSession, *, hearing_ids: Sequence[UUID]) -> list[Listener]:
    """Who comes to listen, or came; as they signed up."""
    statement = select(Listener).where(
        col(Listener.hearing_id).in_(hearing_ids), col(Listener.state) != "signed_off"
    )
    statement = statement.order_by(col(Listener.id)).execution_options(populate_existing=True)
    return list((await session.exec(statement)).all())


async def taken(
    session: AsyncSession, *, hearing_ids: Sequence[UUID], user_id: UUID
) -> dict[UUID, tuple[int, bool]]:
    """How many seats of each are taken, and whether one of them is somebody's."""
    rows = await run(session, _TAKEN_SQL, list(hearing_ids), user_id)
    return {r[0]: (r[1], r[2]) for r in rows}


async def move(
    session: AsyncSession,
    machine: Machine,
    *,
    key: UUID,
    event: str,
    from_state: str,
    **values: Any,
) -> Row[Any] | None:
    """Move open talks, or who listens, by an event of their machine."""
    return await move_row(
        session, _TABLES[machine.name], machine, key=key, event=event, from_state=from_state,
        **values,
    )  # fmt: skip


async def announced(
    session: AsyncSession, *, community_id: UUID, now: datetime, before: UUID | None, limit: int
) -> list[Hearing]:
    """What a community may come to, newest first."""
    statement = select(Hearing).where(
        Hearing.community_id == community_id,
        Hearing.state == "announced",
        col(Hearing.starts_at) > now,
    )
    if before is not None:
        statement = statement.where(col(Hearing.id) < before)
    statement = statement.order_by(col(Hearing.id).desc()).limit(limit)
    return list((await session.exec(statement)).all())


async def to_lapse(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """What is to be open no more."""
    rows = await run(session, _TO_LAPSE_SQL, now, now - MINUTES_WITHIN, limit)
    return [r[0] for r in rows]
