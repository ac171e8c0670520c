"""SQL of takeovers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.identity.models import User
from api.kit.db import move_row, run
from api.places.models import Place
from api.takeovers.models import Takeover
from api.takeovers.states import TAKEOVER

TABLE = Takeover.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]

_ADD_SQL = """
INSERT INTO takeovers (id, user_id, building_id, place_path, claim_sealed, state, asked_at, version)
VALUES ($1, $2, $3, $4, $5, 'asked', $6, 1)
ON CONFLICT (user_id) WHERE state IN ('asked', 'agreed') DO NOTHING RETURNING id
"""
_IS_TAKEN_SQL = """
SELECT 1 FROM takeovers WHERE person_id = $1 AND state IN ('agreed', 'joined')
"""
_DUE_SQL = """
SELECT id FROM takeovers WHERE state = 'agreed' AND joins_at <= $1
ORDER BY joins_at LIMIT $2 FOR UPDATE SKIP LOCKED
"""


async def add(session: AsyncSession, *, row: Takeover) -> bool:
    """Insert a claim; false: this account has one that is not at its end."""
    values = (row.id, row.user_id, row.building_id, row.place_path, row.claim_sealed, row.asked_at)
    return bool(await run(session, _ADD_SQL, *values))


async def takeover(
    session: AsyncSession, *, takeover_id: UUID, lock: bool = False
) -> Takeover | None:
    """One claim, locked until the transaction ends if asked."""
    return await session.get(
        Takeover, takeover_id, populate_existing=True, with_for_update=lock or None
    )


async def last_of(session: AsyncSession, *, user_id: UUID, lock: bool = False) -> Takeover | None:
    """What an account asked for last, if anything, locked if asked."""
    statement = select(Takeover).where(Takeover.user_id == user_id)
    statement = statement.order_by(col(Takeover.id).desc()).limit(1)
    statement = statement.execution_options(populate_existing=True)
    return (await session.exec(statement.with_for_update() if lock else statement)).one_or_none()


async def below(
    session: AsyncSession, *, place_id: UUID, state: str | None, after: UUID | None, limit: int
) -> list[tuple[Takeover, User, Place]]:
    """Claims at a place and below it with who asks and the building, oldest first."""
    statement = (
        select(Takeover, User, Place)
        .join(User, col(User.id) == col(Takeover.user_id))
        .join(Place, col(Place.id) == col(Takeover.building_id))
        .where(col(Takeover.place_path).contains([place_id]))
    )
    if state is not None:
        statement = statement.where(Takeover.state == state)
    if after is not None:
        statement = statement.where(col(Takeover.id) > after)
    rows = await session.exec(statement.order_by(col(Takeover.id)).limit(limit))
    return [(t, u, p) for t, u, p in rows.all()]


async def is_taken(session: AsyncSession, *, person_id: UUID) -> bool:
    """Whether an enrolled person is somebody's already, or about to be."""
    return bool(await run(session, _IS_TAKEN_SQL, person_id))


async def move(
    session: AsyncSession, *, row: Takeover, event: str, **values: Any
) -> Row[Any] | None:
    """Move a claim by an event of its machine, from the state that was seen."""
    return await move_row(
        session,
        TABLE,  # pyright: ignore[reportUnknownArgumentType]
        TAKEOVER,
        key=row.id,
        event=event,
        from_state=row.state,
        **values,
    )


async def due(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Claims whose day of objection is over."""
    return [r[0] for r in await run(session, _DUE_SQL, now, limit)]
