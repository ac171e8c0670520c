"""SQL of places and addresses."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import move_row, run
from api.places.models import Address, Emergency, Place
from api.places.states import EMERGENCY

EMERGENCIES = Emergency.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
COMMUNITY_COLUMNS = """c.id, c.path, c.name, c.lat, c.lng, o.sheet_number, o.lat, o.lng,
 c.settings::text, e.due_percent, e.ends_at"""
_EMERGENCY = "LEFT JOIN emergencies AS e ON e.community_id = c.id AND e.state = 'on'"
_COMMUNITY_SQL = f"""
SELECT {COMMUNITY_COLUMNS}
FROM places AS p
JOIN places AS c ON c.id = p.community_id
JOIN places AS o ON o.id = c.path[1]
{_EMERGENCY}
WHERE p.id = $1
"""
# A degree of latitude has 111 km; the box only pre-selects, the geodesic decides.
_COMMUNITIES_NEAR_SQL = f"""
SELECT {COMMUNITY_COLUMNS}
FROM places AS c JOIN places AS o ON o.id = c.path[1]
{_EMERGENCY}
WHERE c.kind = 'community'
  AND abs(c.lat - $1) <= (c.settings->>'boundary_m')::float8 / 110000 + 0.0001
  AND abs(c.lng - $2) <= (c.settings->>'boundary_m')::float8 / 60000 + 0.0001
ORDER BY (c.lat - $1) ^ 2 + (c.lng - $2) ^ 2, c.id LIMIT 20
"""
_CHANGE_EMERGENCY_SQL = """
UPDATE emergencies SET note = $2, due_percent = $3, ends_at = $4, version = version + 1
WHERE id = $1 AND state = 'on' RETURNING version
"""
_EMERGENCIES_DUE_SQL = """
SELECT id FROM emergencies WHERE state = 'on' AND ends_at <= $1
ORDER BY ends_at LIMIT $2 FOR UPDATE SKIP LOCKED
"""
_EMERGENCY_BETWEEN_SQL = """
SELECT kind FROM emergencies
WHERE community_id = $1 AND began_at <= $3 AND coalesce(ended_at, ends_at) >= $2
ORDER BY began_at LIMIT 1
"""
_NEXT_SHEET_SQL = "SELECT coalesce(max(sheet_number) + 1, 0) FROM places"
_NEAR_SQL = """
SELECT id FROM places WHERE kind = 'building'
  AND abs(lat - $1) <= 0.02 AND abs(lng - $2) <= 0.03
ORDER BY (lat - $1) ^ 2 + ((lng - $2) * cos(radians($1))) ^ 2, id LIMIT $3
"""
_CHANGE_SETTINGS_SQL = """
UPDATE places SET name = $3, settings = $4::jsonb, has_lift = $5, version = version + 1
WHERE id = $1 AND version = $2 RETURNING version
"""
_FORGET_ADDRESS_SQL = """
UPDATE addresses SET deleted_at = $3 WHERE id = $1 AND user_id = $2 AND deleted_at IS NULL
RETURNING id
"""


async def place(session: AsyncSession, *, place_id: UUID) -> Place | None:
    """One place."""
    return await session.get(Place, place_id)


async def community_of(session: AsyncSession, *, place_id: UUID) -> Any | None:
    """The community a place belongs to (or is), as a row of `COMMUNITY_COLUMNS`."""
    rows = await run(session, _COMMUNITY_SQL, place_id)
    return rows[0] if rows else None


async def communities_near(session: AsyncSession, *, lat: float, lng: float) -> list[Any]:
    """Communities whose boundary may hold a point, nearest centre first."""
    return list(await run(session, _COMMUNITIES_NEAR_SQL, lat, lng))


async def next_sheet_number(session: AsyncSession) -> int:
    """The number for a new office's sheet; the unique column settles a race."""
    return (await run(session, _NEXT_SHEET_SQL))[0][0]


async def children(
    session: AsyncSession,
    *,
    parent_id: UUID | None,
    text: str | None,
    after: UUID | None,
    limit: int,
) -> list[Place]:
    """Places below a parent (or the offices), or found by a part of their name."""
    statement = select(Place).order_by(col(Place.id)).limit(limit)
    if text is None:
        statement = statement.where(col(Place.parent_id).is_not_distinct_from(parent_id))
    else:
        statement = statement.where(col(Place.name).contains(text, autoescape=True))
        if parent_id is not None:
            statement = statement.where(col(Place.path).contains([parent_id]))
    if after is not None:
        statement = statement.where(col(Place.id) > after)
    return list((await session.exec(statement)).all())


async def buildings_near(
    session: AsyncSession, *, lat: float, lng: float, limit: int
) -> list[Place]:
    """Buildings around a point, nearest first (about 2 km at most)."""
    ids = [r[0] for r in await run(session, _NEAR_SQL, lat, lng, limit)]
    found = {
        p.id: p for p in (await session.exec(select(Place).where(col(Place.id).in_(ids)))).all()
    }
    return [found[i] for i in ids]


async def change_place(
    session: AsyncSession,
    *,
    place_id: UUID,
    version: int,
    name: str,
    settings: str | None,
    has_lift: bool,
) -> int | None:
    """Write name, settings and lift if nobody else did meanwhile; the new version, or ``None``."""
    rows = await run(session, _CHANGE_SETTINGS_SQL, place_id, version, name, settings, has_lift)
    return rows[0][0] if rows else None


async def addresses_of(session: AsyncSession, *, user_id: UUID) -> list[Address]:
    """A person's live addresses, oldest first."""
    statement = select(Address).where(Address.user_id == user_id, col(Address.deleted_at).is_(None))
    return list((await session.exec(statement.order_by(col(Address.id)).limit(100))).all())


async def address_of(session: AsyncSession, *, address_id: UUID, user_id: UUID) -> Address | None:
    """One live address of this person."""
    statement = select(Address).where(
        Address.id == address_id, Address.user_id == user_id, col(Address.deleted_at).is_(None)
    )
    return (await session.exec(statement)).one_or_none()


async def forget_address(
    session: AsyncSession, *, address_id: UUID, user_id: UUID, now: datetime
) -> bool:
    """Hide an address; false where it is not this person's."""
    return bool(await run(session, _FORGET_ADDRESS_SQL, address_id, user_id, now))


async def emergency_on(
    session: AsyncSession, *, community_id: UUID, lock: bool = False
) -> Emergency | None:
    """The emergency of a community that was not ended, locked if asked."""
    statement = select(Emergency).where(
        Emergency.community_id == community_id, Emergency.state == "on"
    )
    statement = statement.execution_options(populate_existing=True)
    if lock:
        statement = statement.with_for_update()
    return (await session.exec(statement)).one_or_none()


async def add_emergency(session: AsyncSession, *, row: Emergency) -> None:
    """Insert an emergency; the unique index settles a race."""
    session.add(row)
    await session.flush()


async def change_emergency(
    session: AsyncSession, *, emergency_id: UUID, note: str, due_percent: int, ends_at: datetime
) -> int | None:
    """Write what changes while it is on; the new version, or ``None`` where it is over."""
    rows = await run(session, _CHANGE_EMERGENCY_SQL, emergency_id, note, due_percent, ends_at)
    return rows[0][0] if rows else None


async def end_emergency(
    session: AsyncSession, *, emergency_id: UUID, now: datetime
) -> Row[Any] | None:
    """Move it to its end; ``None``: it is over already."""
    return await move_row(
        session,
        EMERGENCIES,  # pyright: ignore[reportUnknownArgumentType]
        EMERGENCY,
        key=emergency_id,
        event="end",
        ended_at=now,
    )


async def emergencies_due(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Emergencies whose time is over, locked; others' are skipped."""
    return [r[0] for r in await run(session, _EMERGENCIES_DUE_SQL, now, limit)]


async def emergency_between(
    session: AsyncSession, *, community_id: UUID, since: datetime, until: datetime
) -> str | None:
    """The kind of the first emergency that touched a time, if any did."""
    rows = await run(session, _EMERGENCY_BETWEEN_SQL, community_id, since, until)
    return rows[0][0] if rows else None
