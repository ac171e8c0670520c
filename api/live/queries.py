"""SQL of tickets."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import run

_ADD_SQL = """
INSERT INTO ws_tickets (ticket_hash, session_id, user_id, expires_at) VALUES ($1, $2, $3, $4)
"""
# Whoever deletes it has used it: of two at once, one.
_USE_SQL = """
DELETE FROM ws_tickets AS t USING sessions AS s
WHERE t.ticket_hash = $1 AND s.id = t.session_id
RETURNING s.token_hash, t.expires_at > linli_now()
"""


async def add_ticket(
    session: AsyncSession,
    *,
    ticket_hash: bytes,
    session_id: UUID,
    user_id: UUID,
    expires_at: datetime,
) -> None:
    """Insert a ticket."""
    await run(session, _ADD_SQL, ticket_hash, session_id, user_id, expires_at)


async def use_ticket(session: AsyncSession, *, ticket_hash: bytes) -> bytes | None:
    """Take a ticket: the token's hash of its session; ``None``: there is none, or it is too old."""
    rows = await run(session, _USE_SQL, ticket_hash)
    return rows[0][0] if rows and rows[0][1] else None
