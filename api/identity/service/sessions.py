"""Sessions: opening one, listing and ending them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.identity import queries
from api.identity.caller import Caller
from api.identity.models import Session
from api.identity.rules import SESSION_TTL
from api.kit.crypto import token_hash
from api.kit.ids import new_token


@dataclass(frozen=True, slots=True)
class Open:
    """A session that is open; ``seen_at`` is exact to the hour."""

    id: UUID
    device: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    is_current: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session; the token is shown once and never stored."""

    token: str
    user_id: UUID
    expires_at: datetime


async def open_session(
    session: AsyncSession,
    *,
    user_id: UUID,
    now: datetime,
    device: str = "",
    code: str | None = None,
) -> Opened:
    """A new session of 30 days, sliding. ``code``: what it is opened by, good for one session.

    Raises:
        AppError: login_code_invalid, the code has opened a session already.
    """
    token = new_token()
    row = Session(
        token_hash=token_hash(token),
        user_id=user_id,
        code_hash=None if code is None else token_hash(code),
        device=device,
        created_at=now,
        seen_at=now,
        expires_at=now + SESSION_TTL,
    )
    if not await queries.open_session(session, row=row):
        raise AppError("login_code_invalid", "the code was used already")
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


async def end_one_session(session: AsyncSession, *, session_id: UUID, caller: Caller) -> None:
    """End one of the caller's sessions, this one included.

    Raises:
        AppError: not_found, there is none such, or not any more.
    """
    found = await queries.end_session(
        session, user_id=caller.user_id, session_id=session_id, now=caller.now
    )
    if not found:
        raise AppError("not_found")


async def list_sessions(
    session: AsyncSession, *, caller: Caller, before: UUID | None, limit: int
) -> list[Open]:
    """The caller's sessions that still open doors, the newest first."""
    rows = await queries.live_sessions(
        session, user_id=caller.user_id, now=caller.now, before=before, limit=limit
    )
    return [Open(*row, is_current=row[0] == caller.session_id) for row in rows]
