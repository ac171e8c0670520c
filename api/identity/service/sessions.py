"""Sessions: opening one, and ending them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.identity import queries
from api.identity.caller import Caller
from api.identity.edge import SESSION_TTL
from api.identity.models import Session
from api.kit.crypto import token_hash
from api.kit.ids import new_token


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session; the token is shown once and never stored."""

    token: str
    user_id: UUID
    expires_at: datetime


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
