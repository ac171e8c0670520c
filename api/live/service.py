"""Tickets: given to whoever is signed in, good once."""

import secrets
from datetime import timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.identity.caller import Caller
from api.kit.crypto import token_hash
from api.live import queries

VALID_S = 30
_BYTES = 32


async def open_ticket(session: AsyncSession, *, caller: Caller) -> str:
    """A new ticket for the session that the caller uses."""
    ticket = secrets.token_urlsafe(_BYTES)
    await queries.add_ticket(
        session,
        ticket_hash=token_hash(ticket),
        session_id=caller.session_id,
        user_id=caller.user_id,
        expires_at=caller.now + timedelta(seconds=VALID_S),
    )
    return ticket


async def use_ticket(session: AsyncSession, *, ticket: str) -> bytes:
    """Take a ticket: the hash of the token of its session, which must be live by itself.

    Raises:
        AppError: not_signed_in, where it is none, was used, or is too old.
    """
    if not 20 <= len(ticket) <= 100 or not ticket.isascii():
        raise AppError("not_signed_in")
    found = await queries.use_ticket(session, ticket_hash=token_hash(ticket))
    if found is None:
        raise AppError("not_signed_in")
    return found
