"""SQL of users, sessions and grants."""

from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.identity.models import Grant, User
from api.kit.db import run

# One statement answers who calls, with which rights, at what time.
WHO_SQL = """
SELECT linli_now() AS now, s.id AS session_id, s.user_id, s.expires_at, s.seen_at, u.state,
       u.nickname,
       (SELECT coalesce(json_agg(json_build_array(g.role, g.place_id)), '[]')::text
        FROM grants AS g WHERE g.user_id = s.user_id AND g.revoked_at IS NULL) AS grants
FROM sessions AS s JOIN users AS u ON u.id = s.user_id
WHERE s.token_hash = $1 AND s.ended_at IS NULL
"""
_SLIDE_SQL = "UPDATE sessions SET seen_at = $2, expires_at = $3 WHERE id = $1 AND seen_at < $2"
_REGISTER_SQL = """
INSERT INTO users (id, openid, nickname, state, version, created_at)
VALUES ($1, $2, $3, 'active', 1, $4)
ON CONFLICT (openid) DO NOTHING RETURNING id
"""
_END_SQL = """
UPDATE sessions SET ended_at = $2
WHERE user_id = $1 AND ended_at IS NULL AND (id = $3) = $4
"""
_GRANT_SQL = """
INSERT INTO grants (id, user_id, role, place_id, granted_by, created_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING RETURNING id
"""
_BUMP_SQL = "UPDATE users SET version = version + 1 WHERE id = $1 RETURNING version"


async def user_by_openid(session: AsyncSession, *, openid: str) -> User | None:
    """The user of a WeChat identity."""
    return (await session.exec(select(User).where(User.openid == openid))).one_or_none()


async def user_by_phone(session: AsyncSession, *, phone_index: bytes) -> User | None:
    """The user of a phone number, found by its keyed hash."""
    statement = select(User).where(col(User.phone_index) == phone_index)
    return (await session.exec(statement)).one_or_none()


async def register(
    session: AsyncSession, *, user_id: UUID, openid: str, nickname: str, now: datetime
) -> bool:
    """Insert a user; false: the identity was registered by somebody else meanwhile."""
    return bool(await run(session, _REGISTER_SQL, user_id, openid, nickname, now))


async def slide_session(
    session: AsyncSession, *, session_id: UUID, now: datetime, expires_at: datetime
) -> None:
    """Push the end of a session ahead; calling twice is harmless."""
    await run(session, _SLIDE_SQL, session_id, now, expires_at)


async def end_sessions(
    session: AsyncSession, *, user_id: UUID, now: datetime, session_id: UUID, this_one: bool
) -> None:
    """End this session, or all others of the user."""
    await run(session, _END_SQL, user_id, now, session_id, this_one)


async def add_grant(session: AsyncSession, *, grant: Grant) -> bool:
    """Insert a grant; false: it is held already."""
    rows = await run(
        session,
        _GRANT_SQL,
        grant.id,
        grant.user_id,
        grant.role,
        grant.place_id,
        grant.granted_by,
        grant.created_at,
    )
    return bool(rows)


async def bump_user(session: AsyncSession, *, user_id: UUID) -> int:
    """Count the user's version up, which numbers its next event."""
    return (await run(session, _BUMP_SQL, user_id))[0][0]


async def offices(session: AsyncSession) -> list[UUID]:
    """The roots of the place tree, for which development codes are granted their roles."""
    return [r[0] for r in await run(session, "SELECT id FROM places WHERE parent_id IS NULL")]


async def user_with_grants(
    session: AsyncSession, *, user_id: UUID
) -> tuple[User | None, tuple[tuple[str, UUID | None], ...]]:
    """A user and what they hold now: roles, each with its place."""
    user = await session.get(User, user_id, populate_existing=True)
    statement = select(Grant.role, Grant.place_id).where(
        Grant.user_id == user_id, col(Grant.revoked_at).is_(None)
    )
    rows = (await session.exec(statement)).all()
    return user, tuple((role, place_id) for role, place_id in rows)
