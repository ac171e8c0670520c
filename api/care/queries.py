"""SQL of dependants."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.care.models import Dependant, DependantWishes
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

_WISH_SQL = """
INSERT INTO dependant_wishes (id, may_be_called, leave_at_door, asks, set_by_id, changed_at,
                              version)
SELECT $1::uuid, $3::bool, $4::bool, $5::text[], $6::uuid, $7::timestamptz, 1 WHERE $2::int = 0
ON CONFLICT (id) DO NOTHING RETURNING version
"""
_WISH_AGAIN_SQL = """
UPDATE dependant_wishes SET may_be_called = $3, leave_at_door = $4, asks = $5, set_by_id = $6,
    changed_at = $7, version = version + 1
WHERE id = $1 AND version = $2 RETURNING version
"""
_FORGET_WISHES_SQL = "DELETE FROM dependant_wishes WHERE id = $1"
# What a person chose on an account of their own comes before what others wrote down.
_WISHES_SQL = """
SELECT d.id, CASE WHEN p.id IS NULL THEN w.may_be_called ELSE p.may_be_called END,
       CASE WHEN p.id IS NULL THEN w.leave_at_door ELSE p.leave_at_door END,
       CASE WHEN p.id IS NULL THEN w.asks ELSE p.asks END
FROM dependants AS d
LEFT JOIN preferences AS p ON p.id = d.person_id
LEFT JOIN dependant_wishes AS w ON w.id = d.id
WHERE d.id = ANY ($1::uuid[]) AND (p.id IS NOT NULL OR w.id IS NOT NULL)
"""


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
        DEPENDANT,
        key=dependant_id,
        event=event,
        from_state=from_state,
        **values,
    )


async def has_account(session: AsyncSession, *, phone_indexes: Sequence[bytes]) -> bool:
    """Whether somebody signs in with this phone."""
    statement = select(User.id).where(col(User.phone_index).in_(phone_indexes))
    return (await session.exec(statement)).one_or_none() is not None


async def wishes(session: AsyncSession, *, dependant_id: UUID) -> DependantWishes | None:
    """What was written down of how a dependant wants to be delivered to."""
    return await session.get(DependantWishes, dependant_id, populate_existing=True)


async def wishes_that_act(
    session: AsyncSession, *, dependant_ids: Sequence[UUID]
) -> Sequence[tuple[Any, ...]]:
    """(dependant, may be called, leave at door, asks) of those of whom anybody chose anything."""
    return await run(session, _WISHES_SQL, list(dependant_ids))


async def wish(session: AsyncSession, *, row: DependantWishes, version: int) -> int | None:
    """Write wishes over the version that was read (0: none yet); ``None``: it changed."""
    values = (row.may_be_called, row.leave_at_door, row.asks, row.set_by_id, row.changed_at)
    sql = _WISH_AGAIN_SQL if version else _WISH_SQL
    rows = await run(session, sql, row.id, version, *values)
    return rows[0][0] if rows else None


async def forget_wishes(session: AsyncSession, *, dependant_id: UUID) -> None:
    """Forget how a dependant wanted to be delivered to."""
    await run(session, _FORGET_WISHES_SQL, dependant_id)
