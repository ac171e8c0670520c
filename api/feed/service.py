"""Reading a person's feed, and letting go of what is old."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.feed import queries
from api.kit.db import Database
from api.kit.pagination import decode_cursor, encode_cursor

PAGE = 100
# A client that was away for longer starts anew; its lists hold everything.
KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Seen:
    """How far somebody has read: everything up to ``n``; ``None``: nothing was read yet."""

    n: int | None


@dataclass(frozen=True, slots=True)
class Changes:
    """A page of changes, and how far it goes."""

    rows: list[tuple[Any, ...]]
    n: int
    has_more: bool


def read_cursor(cursor: str | None, *, user_id: UUID) -> Seen:
    """How far a cursor says that its owner has read.

    Raises:
        AppError: malformed_request; cursor_unknown, where it is another person's.
    """
    if cursor is None:
        return Seen(None)
    owner, n = decode_cursor(cursor, (UUID, int), field="after")
    if owner != user_id:
        raise AppError("cursor_unknown")
    assert isinstance(n, int)
    return Seen(n)


def write_cursor(n: int, *, user_id: UUID) -> str:
    """The cursor of somebody who has read everything up to ``n``."""
    return encode_cursor(str(user_id), n)


async def changes_after(session: AsyncSession, *, user_id: UUID, seen: Seen) -> Changes:
    """What changed for a person since; without anything seen: nothing, and where it stands.

    Raises:
        AppError: cursor_unknown, where the cursor is of the future or too old.
    """
    after = 2**62 if seen.n is None else seen.n
    found = await queries.read(session, user_id=user_id, after=after, limit=PAGE + 1)
    newest, forgotten = found[0][:2]
    if seen.n is None:
        return Changes([], newest, has_more=False)
    if not forgotten <= seen.n <= newest:
        raise AppError("cursor_unknown")
    rows = [r[2:] for r in found if r[2] is not None]
    shown = rows[:PAGE]
    return Changes(shown, shown[-1][0] if shown else seen.n, has_more=len(rows) > PAGE)


async def newest(database: Database, user_ids: list[UUID]) -> dict[UUID, int]:
    """How far the feeds of those who wait have come."""
    async with database.session(reads=True) as session:
        return await queries.newest(session, user_ids=user_ids)


async def forget_old(session: AsyncSession, *, now: datetime, limit: int) -> int:
    """Forget old changes of up to ``limit`` people; how many people there were."""
    await queries.lock_feed(session)
    return await queries.forget(session, before=now - KEPT, limit=limit)
