"""SQL of dependants."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.care.models import Dependant
from api.care.states import DEPENDANT
from api.identity.models import User
from api.kit.db import move_row, run
from api.places.models import Place

TABLE = Dependant.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]

_CHANGE_DEPENDANT_SQL = """
UPDATE dependants SET label = $3, building_id = $4, place_path = $5, floor = $6, has_lift = $7,
    contact_sealed = $8, phone_index = $9, cap_fen = $10, kinds = $11, state = $12,
    person_id = CASE WHEN $12 = 'active' THEN person_id END,
    witness_id = CASE WHEN $12 = 'active' THEN witness_id END,
    consented_at = CASE WHEN $12 = 'active' THEN consented_at END,
    version = version + 1
WHERE id = $1 AND version = $2 AND state IN ('proposed', 'active') RETURNING version
"""
_COUNT_DEPENDANTS_SQL = """
SELECT count(*) FROM dependants WHERE carer_id = $1 AND state IN ('proposed', 'active')
"""
_LOCK_USER_SQL = "SELECT id FROM users WHERE id = $1 FOR NO KEY UPDATE"


async def add(session: AsyncSession, *, row: Dependant) -> None:
    """Insert a dependant."""
    session.add(row)
    await session.flush()


async def lock_user(session: AsyncSession, *, user_id: UUID) -> None:
    """Let one person do one such thing at a time."""
    await run(session, _LOCK_USER_SQL, user_id)


async def count_dependants(session: AsyncSession, *, carer_id: UUID) -> int:
    """How many living links a carer holds."""
    return (await run(session, _COUNT_DEPENDANTS_SQL, carer_id))[0][0]


async def dependant(
    session: AsyncSession, *, dependant_id: UUID, lock: bool = False
) -> Dependant | None:
    """One dependant, locked until the transaction ends if asked."""
    return await session.get(
        Dependant, dependant_id, populate_existing=True, with_for_update=lock or None
    )


async def dependants_of(session: AsyncSession, *, carer_id: UUID) -> list[Dependant]:
    """A carer's living links, oldest first."""
    statement = select(Dependant).where(
        Dependant.carer_id == carer_id, col(Dependant.state).in_(("proposed", "active"))
    )
    return list((await session.exec(statement.order_by(col(Dependant.id)).limit(100))).all())


async def carers_of(
    session: AsyncSession, *, user_id: UUID, phone_indexes: Sequence[bytes]
) -> list[tuple[Dependant, User]]:
    """Who cares for a person or asks to, known by the person's own verified phone."""
    claim = or_(col(Dependant.person_id) == user_id, col(Dependant.phone_index).in_(phone_indexes))
    statement = select(Dependant, User).join(User, col(User.id) == col(Dependant.carer_id))
    statement = statement.where(
        claim,
        col(Dependant.state).in_(("proposed", "active")),
        col(Dependant.carer_id) != user_id,
    )
    rows = await session.exec(statement.order_by(col(Dependant.id)).limit(100))
    return [(d, u) for d, u in rows.all()]


async def dependants_below(
    session: AsyncSession, *, place_id: UUID, state: str | None, after: UUID | None, limit: int
) -> list[tuple[Dependant, User, Place]]:
    """Living links at a place and below it with carer and building, oldest first."""
    statement = (
        select(Dependant, User, Place)
        .join(User, col(User.id) == col(Dependant.carer_id))
        .join(Place, col(Place.id) == col(Dependant.building_id))
        .where(
            col(Dependant.place_path).contains([place_id]),
            col(Dependant.state).in_((state,) if state else ("proposed", "active")),
        )
    )
    if after is not None:
        statement = statement.where(col(Dependant.id) > after)
    rows = await session.exec(statement.order_by(col(Dependant.id)).limit(limit))
    return [(d, u, p) for d, u, p in rows.all()]


async def change_dependant(session: AsyncSession, *, row: Dependant, version: int) -> int | None:
    """Write everything that a carer edits if nobody else did; the new version, or ``None``."""
    rows = await run(
        session,
        _CHANGE_DEPENDANT_SQL,
        row.id,
        version,
        row.label,
        row.building_id,
        row.place_path,
        row.floor,
        row.has_lift,
        row.contact_sealed,
        row.phone_index,
        row.cap_fen,
        row.kinds,
        row.state,
    )
    return rows[0][0] if rows else None


async def move_dependant(
    session: AsyncSession, *, dependant_id: UUID, event: str, from_state: str, **values: Any
) -> Row[Any] | None:
    """Move a dependant by an event of its machine, from the state that was seen."""
    return await move_row(
        session,
        TABLE,  # pyright: ignore[reportUnknownArgumentType]
        key=dependant_id,
        from_states=(from_state,),
        to_state=DEPENDANT.target(from_state, event),
        **values,
    )


async def has_account(session: AsyncSession, *, phone_indexes: Sequence[bytes]) -> bool:
    """Whether somebody signs in with this phone."""
    statement = select(User.id).where(col(User.phone_index).in_(phone_indexes))
    return (await session.exec(statement)).one_or_none() is not None
