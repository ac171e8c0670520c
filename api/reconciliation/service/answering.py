"""Keeping what WeChat answered between two bills and does not fit, so that a person looks at it."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.clock import china
from api.reconciliation.book import queries as book
from api.reconciliation.book.differing.queries import find_answer
from api.reconciliation.service.noting import tell_found


async def note_answer(
    session: AsyncSession, *, subject: str, key: UUID, why: str, theirs_fen: int, now: datetime
) -> None:
    """Keep an answer about a payment, a refund or a withdrawal; safe to call twice."""
    found = await book.answered(session, subject=subject, key=key, why=why, theirs_fen=theirs_fen)
    row_id = await find_answer(session, found=found, now=now)
    if row_id is None:
        return
    day = china(now).date()
    await tell_found(session, key=row_id, found=found, state="open", day=day, now=now)
