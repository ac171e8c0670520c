"""SQL of users, sessions and grants."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.identity.models import Grant, Session, User
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
# Of sessions that still open doors: what their people hold.
_STILL_LIVE_SQL = """
SELECT s.id, (SELECT coalesce(json_agg(json_build_array(g.role, g.place_id)), '[]')::text
              FROM grants AS g WHERE g.user_id = s.user_id AND g.revoked_at IS NULL)
FROM sessions AS s JOIN users AS u ON u.id = s.user_id
WHERE s.id = ANY ($1::uuid[]) AND s.ended_at IS NULL AND s.expires_at > linli_now()
  AND u.state = 'active'
"""
_SLIDE_SQL = "UPDATE sessions SET seen_at = $2, expires_at = $3 WHERE id = $1 AND seen_at < $2"
_REGISTER_SQL = """
INSERT INTO users (id, openid, nickname, state, version, created_at)
VALUES ($1, $2, $3, 'active', 1, $4)
ON CONFLICT (openid) DO NOTHING RETURNING id
"""
_OPEN_SQL = """
INSERT INTO sessions (id, token_hash, user_id, code_hash, device, created_at, seen_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $6, $7)
ON CONFLICT (code_hash) DO NOTHING RETURNING id
"""
_LIST_SQL = """
SELECT id, device, created_at, seen_at, expires_at FROM sessions
WHERE user_id = $1 AND ended_at IS NULL AND expires_at > $2 AND ($3::uuid IS NULL OR id < $3)
ORDER BY id DESC LIMIT $4
"""
_END_ONE_SQL = """
UPDATE sessions SET ended_at = $3
WHERE id = $2 AND user_id = $1 AND ended_at IS NULL AND expires_at > $3 RETURNING id
"""
_END_SENT_SQL = "UPDATE sessions SET ended_at = $2 WHERE token_hash = $1 AND ended_at IS NULL"
_END_ALL_SQL = "UPDATE sessions SET ended_at = $2 WHERE user_id = $1 AND ended_at IS NULL"
_PHONE_LOCK_SQL = "SELECT pg_advisory_xact_lock(hashtextextended(encode($1, 'hex'), 0))"
_OPENED_SQL = "SELECT created_at FROM sessions WHERE id = $1"
_SET_PHONE_SQL = """
UPDATE users SET phone_sealed = $2, phone_index = $3, version = version + 1
WHERE id = $1 RETURNING version
"""
_CLOSE_SQL = """
UPDATE users SET state = 'closed', phone_sealed = NULL, phone_index = NULL, version = version + 1
WHERE id = $1 RETURNING version
"""
_HAND_OVER_SQL = """
UPDATE grants SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL
RETURNING role, place_id
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
_REVOKE_GRANT_SQL = """
UPDATE grants SET revoked_at = $4
WHERE user_id = $1 AND role = $2 AND place_id = $3 AND revoked_at IS NULL RETURNING id
"""
_BUMP_SQL = "UPDATE users SET version = version + 1 WHERE id = $1 RETURNING version"
_NICKNAMES_SQL = "SELECT id, nickname FROM users WHERE id = ANY ($1::uuid[])"


async def user_by_openid(session: AsyncSession, *, openid: str) -> User | None:
    """The user of a WeChat identity."""
    return (await session.exec(select(User).where(User.openid == openid))).one_or_none()


async def openid_of(session: AsyncSession, *, user_id: UUID) -> str | None:
    """A user's identity at WeChat; ``None`` where they have none."""
    user = await session.get(User, user_id)
    return user.openid if user else None


async def user_by_phone(session: AsyncSession, *, phone_indexes: Sequence[bytes]) -> User | None:
    """The user of a phone number, found by its keyed hash under the current or an older key."""
    statement = select(User).where(col(User.phone_index).in_(phone_indexes))
    return (await session.exec(statement)).one_or_none()


async def register(
    session: AsyncSession, *, user_id: UUID, openid: str, nickname: str, now: datetime
) -> bool:
    """Insert a user; false: the identity was registered by somebody else meanwhile."""
    return bool(await run(session, _REGISTER_SQL, user_id, openid, nickname, now))


async def still_live(
    session: AsyncSession, *, session_ids: Sequence[UUID]
) -> dict[UUID, tuple[tuple[str, UUID | None], ...]]:
    """Of these sessions, those that still open doors, each with what its person holds now."""
    rows = await run(session, _STILL_LIVE_SQL, list(session_ids))
    return {session_id: read_grants(grants) for session_id, grants in rows}


def read_grants(listed: str) -> tuple[tuple[str, UUID | None], ...]:
    """Roles and their places, as the statements here list them."""
    return tuple((role, UUID(place) if place else None) for role, place in orjson.loads(listed))


async def slide_session(
    session: AsyncSession, *, session_id: UUID, now: datetime, expires_at: datetime
) -> None:
    """Push the end of a session ahead; calling twice is harmless."""
    await run(session, _SLIDE_SQL, session_id, now, expires_at)


async def open_session(session: AsyncSession, *, row: Session) -> bool:
    """Insert a session; false: its login code has opened one already."""
    rows = await run(
        session,
        _OPEN_SQL,
        row.id,
        row.token_hash,
        row.user_id,
        row.code_hash,
        row.device,
        row.created_at,
        row.expires_at,
    )
    return bool(rows)


async def live_sessions(
    session: AsyncSession, *, user_id: UUID, now: datetime, before: UUID | None, limit: int
) -> Sequence[tuple[Any, ...]]:
    """Sessions of a user that still open doors, the newest first:
    (id, device, created_at, seen_at, expires_at).
    """
    return await run(session, _LIST_SQL, user_id, now, before, limit)


async def end_session(
    session: AsyncSession, *, user_id: UUID, session_id: UUID, now: datetime
) -> bool:
    """End one session of this user; false: there is none such."""
    return bool(await run(session, _END_ONE_SQL, user_id, session_id, now))


async def end_by_token(session: AsyncSession, *, token_hash: bytes, now: datetime) -> None:
    """End the session of a token, whoever's it is; one that is none is no matter."""
    await run(session, _END_SENT_SQL, token_hash, now)


async def end_all_sessions(session: AsyncSession, *, user_id: UUID, now: datetime) -> None:
    """End every session of a user."""
    await run(session, _END_ALL_SQL, user_id, now)


async def opened_at(session: AsyncSession, *, session_id: UUID) -> datetime:
    """When a session was opened: how fresh the signing in is."""
    return (await run(session, _OPENED_SQL, session_id))[0][0]


async def lock_phone(session: AsyncSession, *, phone_indexes: Sequence[bytes]) -> None:
    """Let nobody else take or give this number until the transaction ends."""
    # The same one whichever of the keys is the current one: keys change while people go on.
    await run(session, _PHONE_LOCK_SQL, min(phone_indexes))


async def set_phone(
    session: AsyncSession, *, user_id: UUID, sealed: bytes, phone_index: bytes
) -> int:
    """Give a user a number; the user's new version."""
    return (await run(session, _SET_PHONE_SQL, user_id, sealed, phone_index))[0][0]


async def close_user(session: AsyncSession, *, user_id: UUID) -> int:
    """Close an account and let go of its number; the user's new version."""
    return (await run(session, _CLOSE_SQL, user_id))[0][0]


async def revoke_grants(
    session: AsyncSession, *, user_id: UUID, now: datetime
) -> list[tuple[str, UUID | None]]:
    """Revoke what a user holds; (role, place) of each."""
    return [(r[0], r[1]) for r in await run(session, _HAND_OVER_SQL, user_id, now)]


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


async def revoke_grant(
    session: AsyncSession, *, user_id: UUID, role: str, place_id: UUID, now: datetime
) -> bool:
    """Revoke one grant; false: there is none."""
    return bool(await run(session, _REVOKE_GRANT_SQL, user_id, role, place_id, now))


async def nicknames(session: AsyncSession, *, user_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """What people call themselves, by their id; nobody twice."""
    wanted = list({i for i in user_ids if i is not None})
    return {r[0]: r[1] for r in await run(session, _NICKNAMES_SQL, wanted)}
