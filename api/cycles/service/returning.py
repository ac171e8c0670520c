"""Giving back to a cycle what a cancelled order had taken."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.cycles.queries import joining as queries


async def give_back(session: AsyncSession, *, order_id: UUID, now: datetime) -> None:
    """Items, slot and the household's limit are as before; safe to call twice, or for any order."""
    await queries.give_back(session, order_id=order_id, now=now)
