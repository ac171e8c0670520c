"""SQL of real names, households, enrolled people and preferences."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Table
from sqlmodel import SQLModel, and_, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.identity.models import User
from api.kit.db import move_row, run
from api.kit.state import Machine
from api.people.models import (
    Enrolled,
    Household,
    Membership,
    Preferences,
    RealName,
)
from api.people.states import MEMBERSHIP, REAL_NAME
from api.places.models import Address, Place

_SUBMIT_SQL = """
INSERT INTO real_names (id, community_id, place_path, state, name_sealed, number_sealed,
                        number_index, age_band, submitted_at, version)
VALUES ($1, $2, $3, 'submitted', $4, $5, $6, $7, $8, 1)
ON CONFLICT (id) DO UPDATE SET state = 'submitted', community_id = $2, place_path = $3,
    name_sealed = $4, number_sealed = $5, number_index = $6, age_band = $7, submitted_at = $8,
    reason = NULL, decided_at = NULL, decided_by_id = NULL, version = real_names.version + 1
WHERE real_names.state = 'rejected'
RETURNING version
"""
_NUMBER_USED_SQL = "SELECT 1 FROM real_names WHERE number_index = ANY ($1::bytea[]) AND id <> $2"
_TOUCH_REAL_NAME_SQL = """
UPDATE real_names SET version = version + 1 WHERE id = $1 AND state = 'submitted' RETURNING version
"""
_REQUEST_SQL = """
INSERT INTO memberships (id, user_id, building_id, place_path, door_index, door_sealed, relation,
                         state, requested_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, 'requested', $8, 1)
ON CONFLICT (user_id) WHERE state = 'requested' DO NOTHING
RETURNING id
"""
_MAKE_HOUSEHOLD_SQL = """
INSERT INTO households (id, building_id, door_index, door_sealed, version, created_at)
VALUES ($1, $2, $3, $4, 1, $5) ON CONFLICT (building_id, door_index) DO NOTHING RETURNING id
"""
# Locked, so that a household that is being forgotten is not joined.
_HOUSEHOLD_AT_SQL = """
SELECT id FROM households WHERE building_id = $1 AND door_index = ANY ($2::bytea[]) FOR UPDATE
"""
_SAME_HOUSEHOLD_SQL = """
SELECT $1::uuid = $2::uuid OR EXISTS (
    SELECT 1 FROM memberships AS a JOIN memberships AS b USING (household_id)
    WHERE a.user_id = $1 AND b.user_id = $2 AND a.state = 'joined' AND b.state = 'joined')
"""
_PREFER_SQL = """
INSERT INTO preferences (id, quiet_from_min, quiet_to_min, language, may_be_called, leave_at_door,
                         changed_at, asks, version)
SELECT $1::uuid, $3::int2, $4::int2, $5::text, $6::bool, $7::bool, $8::timestamptz, $9::text[], 1
WHERE $2::int = 0
ON CONFLICT (id) DO NOTHING RETURNING version
"""
_PREFER_AGAIN_SQL = """
UPDATE preferences SET quiet_from_min = $3, quiet_to_min = $4, language = $5, may_be_called = $6,
    leave_at_door = $7, changed_at = $8, asks = $9, version = version + 1
WHERE id = $1 AND version = $2 RETURNING version
"""
_LOCK_ENROLLED_SQL = "SELECT id FROM enrolled WHERE id = $1 FOR UPDATE"
# Whoever writes something for them refers to the row, so nobody takes it away meanwhile.
_HOLD_ENROLLED_SQL = "SELECT id FROM enrolled WHERE id = $1 FOR KEY SHARE"


async def add(session: AsyncSession, *, row: SQLModel) -> None:
    """Insert a row."""
    session.add(row)
    await session.flush()


async def real_name(session: AsyncSession, *, user_id: UUID, lock: bool = False) -> RealName | None:
    """The real name of a person, locked until the transaction ends if asked."""
    return await session.get(
        RealName, user_id, populate_existing=True, with_for_update=lock or None
    )


async def is_number_used(
    session: AsyncSession, *, number_indexes: Sequence[bytes], but_by: UUID
) -> bool:
    """Whether another account holds an identity number."""
    return bool(await run(session, _NUMBER_USED_SQL, list(number_indexes), but_by))


async def submit_real_name(session: AsyncSession, *, row: RealName) -> int | None:
    """Insert a submission, or renew a rejected one; ``None``: one waits or is verified."""
    rows = await run(
        session,
        _SUBMIT_SQL,
        row.id,
        row.community_id,
        row.place_path,
        row.name_sealed,
        row.number_sealed,
        row.number_index,
        row.age_band,
        row.submitted_at,
    )
    return rows[0][0] if rows else None


async def move_real_name(
    session: AsyncSession, *, user_id: UUID, event: str, **values: Any
) -> Row[Any] | None:
    """Move a real name by an event of its machine."""
    return await _move(session, RealName, REAL_NAME, key=user_id, event=event, **values)


async def touch_real_name(session: AsyncSession, *, user_id: UUID) -> int | None:
    """Count the version of a submission up, for an event that is no move."""
    rows = await run(session, _TOUCH_REAL_NAME_SQL, user_id)
    return rows[0][0] if rows else None


async def real_names_below(
    session: AsyncSession, *, place_id: UUID, state: str | None, after: UUID | None, limit: int
) -> list[tuple[RealName, User]]:
    """Real names at a place and below it, in the order of their ids."""
    statement = select(RealName, User).join(User, col(User.id) == col(RealName.id))
    statement = statement.where(col(RealName.place_path).contains([place_id]))
    if state is not None:
        statement = statement.where(RealName.state == state)
    if after is not None:
        statement = statement.where(col(RealName.id) > after)
    rows = await session.exec(statement.order_by(col(RealName.id)).limit(limit))
    return [(name, user) for name, user in rows.all()]


async def request_membership(session: AsyncSession, *, row: Membership) -> bool:
    """Insert a request; false: this person has one waiting."""
    return bool(
        await run(
            session,
            _REQUEST_SQL,
            row.id,
            row.user_id,
            row.building_id,
            row.place_path,
            row.door_index,
            row.door_sealed,
            row.relation,
            row.requested_at,
        )
    )


async def membership(
    session: AsyncSession, *, membership_id: UUID, lock: bool = False
) -> Membership | None:
    """One membership, locked until the transaction ends if asked."""
    return await session.get(
        Membership, membership_id, populate_existing=True, with_for_update=lock or None
    )


async def memberships_of(session: AsyncSession, *, user_id: UUID) -> list[tuple[Membership, Place]]:
    """A person's household and pending request, with their buildings."""
    statement = select(Membership, Place).join(Place, col(Place.id) == col(Membership.building_id))
    statement = statement.where(
        Membership.user_id == user_id, col(Membership.state).in_(("requested", "joined"))
    ).execution_options(populate_existing=True)
    return [(m, p) for m, p in (await session.exec(statement)).all()]


async def move_membership(
    session: AsyncSession, *, membership_id: UUID, event: str, **values: Any
) -> Row[Any] | None:
    """Move a membership by an event of its machine."""
    return await _move(session, Membership, MEMBERSHIP, key=membership_id, event=event, **values)


async def make_household(
    session: AsyncSession, *, row: Household, door_indexes: Sequence[bytes]
) -> tuple[UUID, bool]:
    """The household behind a door, found under any of its indexes; whether it was made now."""
    there = await run(session, _HOUSEHOLD_AT_SQL, row.building_id, list(door_indexes))
    if there:
        return there[0][0], False
    made = await run(
        session,
        _MAKE_HOUSEHOLD_SQL,
        row.id,
        row.building_id,
        row.door_index,
        row.door_sealed,
        row.created_at,
    )
    if made:
        return made[0][0], True
    there = await run(session, _HOUSEHOLD_AT_SQL, row.building_id, list(door_indexes))
    return there[0][0], False


async def members(session: AsyncSession, *, household_id: UUID) -> list[tuple[Membership, User]]:
    """Who lives in a household now (fifty at most are shown)."""
    statement = select(Membership, User).join(User, col(User.id) == col(Membership.user_id))
    statement = statement.where(
        Membership.household_id == household_id, Membership.state == "joined"
    )
    rows = await session.exec(statement.order_by(col(Membership.id)).limit(50))
    return [(m, u) for m, u in rows.all()]


async def memberships_below(
    session: AsyncSession, *, place_id: UUID, state: str | None, after: UUID | None, limit: int
) -> list[tuple[Membership, User, Place, RealName | None]]:
    """Memberships at a place and below it with person, building and real name, oldest first."""
    statement = (
        select(Membership, User, Place, RealName)
        .join(User, col(User.id) == col(Membership.user_id))
        .join(Place, col(Place.id) == col(Membership.building_id))
        .outerjoin(RealName, col(RealName.id) == col(Membership.user_id))
        .where(col(Membership.place_path).contains([place_id]))
    )
    if state is not None:
        statement = statement.where(Membership.state == state)
    if after is not None:
        statement = statement.where(col(Membership.id) > after)
    rows = await session.exec(statement.order_by(col(Membership.id)).limit(limit))
    return [(m, u, p, r) for m, u, p, r in rows.all()]


async def is_same_household(session: AsyncSession, *, a: UUID, b: UUID) -> bool:
    """Whether two people live behind one door now; a person does with themselves."""
    return (await run(session, _SAME_HOUSEHOLD_SQL, a, b))[0][0]


async def enrolled(
    session: AsyncSession, *, person_id: UUID
) -> tuple[Enrolled, User, Address, Place] | None:
    """An enrolled person with account, address and building."""
    found = await _enrolled(session, col(Enrolled.id) == person_id, limit=1)
    return found[0] if found else None


async def enrolled_below(
    session: AsyncSession, *, place_id: UUID, after: UUID | None, limit: int
) -> list[tuple[Enrolled, User, Address, Place]]:
    """Enrolled people at a place and below it, in the order of their ids."""
    claim = col(Enrolled.place_path).contains([place_id])
    if after is not None:
        claim = and_(claim, col(Enrolled.id) > after)
    return await _enrolled(session, claim, limit=limit)


async def lock_enrolled(session: AsyncSession, *, person_id: UUID) -> bool:
    """Let nobody order for an enrolled person until the transaction ends; false: they are none."""
    return bool(await run(session, _LOCK_ENROLLED_SQL, person_id))


async def hold_enrolled(session: AsyncSession, *, person_id: UUID) -> bool:
    """Keep an enrolled person what they are until the transaction ends; false: they are none."""
    return bool(await run(session, _HOLD_ENROLLED_SQL, person_id))


async def preferences(session: AsyncSession, *, user_id: UUID) -> Preferences | None:
    """A person's preferences, if they ever chose any."""
    return await session.get(Preferences, user_id, populate_existing=True)


async def preferences_of(session: AsyncSession, *, user_ids: Collection[UUID]) -> list[Preferences]:
    """What those of these people prefer who ever chose anything."""
    statement = select(Preferences).where(col(Preferences.id).in_(user_ids))
    return list((await session.exec(statement)).all())


async def prefer(session: AsyncSession, *, row: Preferences, version: int) -> int | None:
    """Write preferences over the version that was read (0: none yet); ``None``: it changed."""
    sql = _PREFER_AGAIN_SQL if version else _PREFER_SQL
    rows = await run(
        session,
        sql,
        row.id,
        version,
        row.quiet_from_min,
        row.quiet_to_min,
        row.language,
        row.may_be_called,
        row.leave_at_door,
        row.changed_at,
        row.asks,
    )
    return rows[0][0] if rows else None


async def user(session: AsyncSession, *, user_id: UUID) -> User:
    """An account that is known to exist."""
    return await session.get_one(User, user_id)


async def _enrolled(
    session: AsyncSession, claim: Any, *, limit: int
) -> list[tuple[Enrolled, User, Address, Place]]:
    statement = (
        select(Enrolled, User, Address, Place)
        .join(User, col(User.id) == col(Enrolled.id))
        .join(Address, col(Address.id) == col(Enrolled.address_id))
        .join(Place, col(Place.id) == col(Enrolled.building_id))
        .where(claim)
    )
    rows = await session.exec(statement.order_by(col(Enrolled.id)).limit(limit))
    return [(e, u, a, p) for e, u, a, p in rows.all()]


async def _move(
    session: AsyncSession,
    model: type[SQLModel],
    machine: Machine,
    *,
    key: UUID,
    event: str,
    **values: Any,
) -> Row[Any] | None:
    return await move_row(
        session,
        _table(model),
        machine,
        key=key,
        event=event,
        **values,
    )


def _table(model: type[SQLModel]) -> Table:
    return model.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
