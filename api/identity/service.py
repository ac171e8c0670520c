"""Signing in and out, registering, granting."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import SYSTEM, Actor, emit
from api.identity import queries
from api.identity.caller import Caller
from api.identity.edge import SESSION_TTL
from api.identity.events import USER_CHANGED, USER_GRANTED, USER_REGISTERED
from api.identity.models import Grant, Session, User
from api.kit.crypto import Vault, token_hash
from api.kit.ids import new_id, new_token

PHONE_COLUMN = "users.phone"
_DEV_CODE = re.compile(r"dev:([a-z0-9][a-z0-9_-]{0,40})")
_PHONE = re.compile(r"1[3-9][0-9]{9}")
# What a development code such as ``dev:staff1`` may do, by the word before its number.
_DEV_ROLES = {
    "resident": "resident",
    "runner": "resident",
    "grid": "grid_worker",
    "staff": "community_staff",
    "office": "office_staff",
    "admin": "admin",
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session; the token is shown once and never stored."""

    token: str
    user_id: UUID
    expires_at: datetime


async def sign_in_by_dev_code(
    session: AsyncSession, *, code: str, vault: Vault, now: datetime
) -> Opened:
    """Sign in with a development code: ``dev:<name>``, or ``dev:<phone>`` of somebody granted.

    The word before the number of a name (resident, staff, admin …) is the role it is given at
    every office there is.

    Raises:
        AppError: login_code_invalid.
    """
    match = _DEV_CODE.fullmatch(code)
    if match is None:
        raise AppError("login_code_invalid", "a development code looks like dev:resident1")
    name = match[1]
    if _PHONE.fullmatch(name):
        phone_indexes = vault.indexes(name, column=PHONE_COLUMN)
        user = await queries.user_by_phone(session, phone_indexes=phone_indexes)
        if user is None:
            raise AppError("login_code_invalid", "nobody has this number")
    else:
        user = await find_or_register(session, openid=f"dev:{name}", nickname=name, now=now)
        await _grant_by_name(session, user_id=user.id, name=name, now=now)
    if user.state != "active":
        raise AppError("account_closed")
    return await open_session(session, user_id=user.id, now=now)


async def find_or_register(
    session: AsyncSession, *, openid: str, nickname: str, now: datetime
) -> User:
    """The user of a WeChat identity, registered at the first visit; safe to call twice."""
    user = await queries.user_by_openid(session, openid=openid)
    if user is not None:
        return user
    user_id = new_id()
    if await queries.register(session, user_id=user_id, openid=openid, nickname=nickname, now=now):
        await emit(
            session,
            USER_REGISTERED,
            subject_id=user_id,
            subject_seq=1,
            actor=SYSTEM,
            now=now,
            how=openid.partition(":")[0],
        )
    user = await queries.user_by_openid(session, openid=openid)
    assert user is not None
    return user


async def open_session(session: AsyncSession, *, user_id: UUID, now: datetime) -> Opened:
    """A new session of 30 days, sliding."""
    token = new_token()
    row = Session(
        token_hash=token_hash(token),
        user_id=user_id,
        created_at=now,
        seen_at=now,
        expires_at=now + SESSION_TTL,
    )
    session.add(row)
    await session.flush()
    return Opened(token, user_id, row.expires_at)


async def end_sessions(session: AsyncSession, *, caller: Caller, others: bool) -> None:
    """End the caller's session, or all their others; ending twice is harmless."""
    await queries.end_sessions(
        session,
        user_id=caller.user_id,
        now=caller.now,
        session_id=caller.session_id,
        this_one=not others,
    )


async def rename(session: AsyncSession, *, caller: Caller, nickname: str) -> None:
    """Give the caller another nickname."""
    user = await session.get_one(User, caller.user_id)
    user.nickname = nickname
    session.add(user)
    await session.flush()
    await emit(
        session,
        USER_CHANGED,
        subject_id=user.id,
        subject_seq=await queries.bump_user(session, user_id=user.id),
        actor=caller.actor,
        now=caller.now,
        fields=["nickname"],
    )


async def grant(
    session: AsyncSession,
    *,
    user_id: UUID,
    role: str,
    place_id: UUID | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Grant a role at a place (none: the whole deployment); granting twice changes nothing."""
    row = Grant(
        user_id=user_id, role=role, place_id=place_id, granted_by=actor.user_id, created_at=now
    )
    if not await queries.add_grant(session, grant=row):
        return
    await emit(
        session,
        USER_GRANTED,
        subject_id=user_id,
        subject_seq=await queries.bump_user(session, user_id=user_id),
        actor=actor,
        now=now,
        role=role,
        place_id=None if place_id is None else str(place_id),
    )


async def find_or_register_by_phone(
    session: AsyncSession, *, phone: str, vault: Vault, now: datetime
) -> User:
    """The user of a phone number, made if nobody has it yet (the first admin)."""
    phone_indexes = vault.indexes(phone, column=PHONE_COLUMN)
    user = await queries.user_by_phone(session, phone_indexes=phone_indexes)
    if user is not None:
        return user
    user = User(nickname="工作人员", created_at=now, phone_index=phone_indexes[0])
    user.phone_sealed = vault.seal(phone, column=PHONE_COLUMN, row=user.id)
    session.add(user)
    await session.flush()
    await emit(
        session,
        USER_REGISTERED,
        subject_id=user.id,
        subject_seq=1,
        actor=SYSTEM,
        now=now,
        how="phone",
    )
    return user


async def _grant_by_name(session: AsyncSession, *, user_id: UUID, name: str, now: datetime) -> None:
    role = _DEV_ROLES.get(name.rstrip("0123456789"))
    if role is None:
        return
    places = [None] if role == "admin" else await queries.offices(session)
    for place_id in places:
        await grant(session, user_id=user_id, role=role, place_id=place_id, actor=SYSTEM, now=now)
