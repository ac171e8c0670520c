"""Reading a person's feed, and letting go of what is old."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.feed import queries
from api.feed.rules import Reach
from api.kit.db import Database
from api.kit.pagination import decode_cursor, encode_cursor

PAGE = 100
# A client that was away for longer starts anew; its lists hold everything.
KEPT = timedelta(days=7)
# After which there is nothing: whoever has read nothing is told where it stands.
_NOTHING = 2**62
# Rows of places that are forgotten in one transaction.
_PLACES_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Seen:
    """How far somebody has read: everything up to ``n``; ``None``: nothing was read yet.

    ``places_n``: the same of what happens where they are staff; 0: nothing was read of that yet.
    """

    n: int | None
    places_n: int = 0


@dataclass(frozen=True, slots=True)
class Changes:
    """A page of changes, and how far it goes.

    Rows are (n, kind, id, version, state, at) of one's own, the same with the community of places.
    """

    rows: list[tuple[Any, ...]]
    of_places: list[tuple[Any, ...]]
    n: int
    places_n: int
    has_more: bool


def read_cursor(cursor: str | None, *, user_id: UUID) -> Seen:
    """How far a cursor says that its owner has read.

    Raises:
        AppError: malformed_request; cursor_unknown, where it is another person's.
    """
    if cursor is None:
        return Seen(None)
    owner, n, places_n = decode_cursor(cursor, (UUID, int, int), field="after")
    if owner != user_id:
        raise AppError("cursor_unknown")
    return Seen(cast("int", n), cast("int", places_n))


def write_cursor(n: int, places_n: int = 0, *, user_id: UUID) -> str:
    """The cursor of somebody who has read everything up to ``n``."""
    return encode_cursor(str(user_id), n, places_n)


async def changes_after(
    session: AsyncSession, *, user_id: UUID, seen: Seen, reach: Reach | None
) -> Changes:
    """What changed since for a person, and with ``reach`` what happened where they are staff.

    Without anything seen: nothing, and where it stands. Both `/v1/sync` and `/v1/live` tell this.

    Raises:
        AppError: cursor_unknown, where the cursor is of the future or too old.
    """
    after = _NOTHING if seen.n is None else seen.n
    found = await queries.read(session, user_id=user_id, after=after, limit=PAGE + 1)
    rows, n, has_more = _page(found, after)
    places: list[tuple[Any, ...]] = []
    places_n, has_more_places = seen.places_n, False
    if reach is not None:
        after = _NOTHING if seen.n is None or not places_n else places_n
        found = await queries.read_of_places(
            session, user_id=user_id, after=after, reach=reach, limit=PAGE + 1
        )
        places, places_n, has_more_places = _page(found, after)
        if not has_more_places:
            # What is not for this reader is read as well.
            places_n = found[0][0]
    return Changes(rows, places, n, places_n, has_more or has_more_places)


def _page(found: Sequence[tuple[Any, ...]], after: int) -> tuple[list[tuple[Any, ...]], int, bool]:
    """The rows to show, up to where they go, and whether there are more."""
    newest, forgotten = found[0][:2]
    if after == _NOTHING:
        return [], newest, False
    if not forgotten <= after <= newest:
        raise AppError("cursor_unknown")
    rows = [r[2:] for r in found if r[2] is not None]
    shown = rows[:PAGE]
    return shown, shown[-1][0] if shown else after, len(rows) > PAGE


async def newest(database: Database, user_ids: list[UUID]) -> dict[UUID, int]:
    """How far the feeds of those who wait have come."""
    async with database.session(reads=True) as session:
        return await queries.newest(session, user_ids=user_ids)


async def forget_old(session: AsyncSession, *, now: datetime, limit: int) -> int:
    """Forget old changes of up to ``limit`` people, and of places; how many feeds there were."""
    await queries.lock_feed(session)
    before = now - KEPT
    of_places = await queries.forget_of_places(session, before=before, limit=_PLACES_AT_ONCE)
    return await queries.forget(session, before=before, limit=limit) + of_places
