"""Reading one's inbox, and letting go of what is old."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.identity.caller import Caller
from api.notifications import queries
from api.notifications.models import InboxRecord
from api.notifications.rules import KEPT
from api.notifications.service.telling import say_changed


async def read_record(session: AsyncSession, *, record_id: UUID, caller: Caller) -> InboxRecord:
    """Mark one record as read; again changes nothing.

    Raises:
        AppError: not_found.
    """
    await _mark(session, record_id=record_id, caller=caller, and_older=False)
    found = await queries.record(session, record_id=record_id, user_id=caller.user_id)
    if found is None:
        raise AppError("not_found")
    return found


async def read_up_to(session: AsyncSession, *, record_id: UUID, caller: Caller) -> int:
    """Mark everything up to a record as read, and nothing that came later; how many are left.

    Raises:
        AppError: not_found.
    """
    found = await queries.record(session, record_id=record_id, user_id=caller.user_id)
    if found is None:
        raise AppError("not_found")
    await _mark(session, record_id=record_id, caller=caller, and_older=True)
    return await queries.unread(session, user_id=caller.user_id)


async def with_old_records(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """People whose inboxes hold what is to be forgotten."""
    return await queries.with_old_records(session, before=now - KEPT, limit=limit)


async def forget_old(session: AsyncSession, *, user_id: UUID, now: datetime) -> bool:
    """Delete a person's records, and the messages about them, after ninety days."""
    await queries.lock_inbox(session, user_id=user_id)
    unread = await queries.forget(session, user_id=user_id, before=now - KEPT)
    if unread:
        version = await queries.uncount(session, user_id=user_id, fewer=unread)
        await say_changed(session, user_id=user_id, version=version, how="forgotten", now=now)
    return True


async def _mark(session: AsyncSession, *, record_id: UUID, caller: Caller, and_older: bool) -> None:
    await queries.lock_inbox(session, user_id=caller.user_id)
    marked = await queries.mark_read(
        session,
        user_id=caller.user_id,
        record_id=record_id,
        now=caller.now,
        and_older=and_older,
    )
    if marked:
        version = await queries.uncount(session, user_id=caller.user_id, fewer=marked)
        await say_changed(
            session, user_id=caller.user_id, version=version, how="read", now=caller.now
        )
