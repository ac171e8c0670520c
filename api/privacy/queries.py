"""SQL of erasures, and the running of what follows from the features' declarations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import move_row, run
from api.kit.personal import Erase, Keep, Person, PersonalTable, Sealed
from api.privacy import statements
from api.privacy.models import Erasure
from api.privacy.states import ERASURE

TABLE = Erasure.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]

_OPENED_AT_SQL = "SELECT created_at FROM sessions WHERE id = $1"
_END_SESSIONS_SQL = "UPDATE sessions SET ended_at = $2 WHERE user_id = $1 AND ended_at IS NULL"
_REVOKE_SQL = "UPDATE grants SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL"
# Whoever writes something for a person reads this row first, or refers to it: they wait for us, or
# we for them and then see what they wrote. Without it a sweep that skips locked rows leaves some.
_LOCK_USER_SQL = "SELECT state FROM users WHERE id = $1 FOR UPDATE"
_HELD_PHOTOS_SQL = """
SELECT DISTINCT subject_id FROM uploads
WHERE owner_id = $1 AND subject_id IS NOT NULL AND claimed_at + interval '3 years' > $2
  AND purpose <> 'post'
"""
# Who carried for a person, or is parted by a block from who did.
_CONFLICT_SQL = """
SELECT EXISTS (
    SELECT 1 FROM jobs AS j JOIN users AS u ON u.id = $1
    WHERE (j.requester_id = $2 OR EXISTS (
            SELECT 1 FROM stops AS s WHERE s.job_id = j.id AND s.person_id = $2))
      AND (j.runner_id = u.id OR j.runner_id = ANY (u.apart)))
"""
# Whatever of ours claims photos (uploads.service.claim), and the orders behind it.
_PLACE_OF_PHOTO_SQL = """
SELECT t.place_path, t.is_disputed FROM uploads AS u
CROSS JOIN LATERAL (
    SELECT o.place_path, o.state = 'disputed' AS is_disputed FROM orders AS o
    WHERE o.id = u.subject_id
    UNION ALL
    SELECT o.place_path, o.state = 'disputed' FROM statements AS s
    JOIN orders AS o ON o.id = s.order_id WHERE s.id = u.subject_id
    UNION ALL
    SELECT j.place_path, EXISTS (
        SELECT 1 FROM stops AS p JOIN orders AS o ON o.id = p.order_id
        WHERE p.job_id = j.id AND o.state = 'disputed')
    FROM jobs AS j WHERE j.id = u.subject_id
    UNION ALL
    SELECT i.place_path, o.state = 'disputed' FROM incidents AS i
    JOIN orders AS o ON o.id = i.order_id WHERE i.id = u.subject_id
    UNION ALL
    SELECT p.place_path, false FROM posts AS p WHERE p.id = u.subject_id
    UNION ALL
    SELECT m.place_path, false FROM merchants AS m WHERE m.id = u.subject_id
    UNION ALL
    SELECT m.place_path, false FROM products AS p
    JOIN merchants AS m ON m.id = p.merchant_id WHERE p.id = u.subject_id
    UNION ALL
    SELECT m.place_path, false FROM lots AS l JOIN products AS p ON p.id = l.product_id
    JOIN merchants AS m ON m.id = p.merchant_id WHERE l.id = u.subject_id
    UNION ALL
    SELECT c.place_path, false FROM cases AS c WHERE c.id = u.subject_id
    UNION ALL
    SELECT q.place_path, false FROM points_records AS q WHERE q.id = u.subject_id) AS t
WHERE u.id = $1
"""
_DUE_SQL = """
SELECT id FROM erasures WHERE state = 'restricted' AND next_at <= $1
ORDER BY next_at LIMIT $2 FOR UPDATE SKIP LOCKED
"""
_AGAIN_SQL = "UPDATE erasures SET next_at = $2 WHERE id = $1"
_FORGET_POSITION_SQL = """
UPDATE runners SET lat = NULL, lng = NULL, position_at = NULL WHERE id = $1
"""


@dataclass(frozen=True, slots=True)
class Left:
    """What is not erased yet by one rule; ``first_until`` and ``until`` bound the known ends."""

    rows: int
    is_open_ended: bool
    first_until: datetime | None
    until: datetime | None


async def lock_user(session: AsyncSession, *, user_id: UUID) -> bool:
    """Let nobody else write anything for this person until the transaction ends.

    False: their account is closed already.
    """
    return (await run(session, _LOCK_USER_SQL, user_id))[0][0] != "closed"


async def are_in_conflict(session: AsyncSession, *, user_id: UUID, person_id: UUID) -> bool:
    """Whether an account cannot be the customer of what was carried for a person."""
    return (await run(session, _CONFLICT_SQL, user_id, person_id))[0][0]


async def pass_on(
    session: AsyncSession, *, table: PersonalTable, column: str, from_id: UUID, to_id: UUID
) -> None:
    """Let what a column names one person by name another; calling twice is harmless."""
    await run(session, statements.pass_sql(table, column), from_id, to_id)


async def place_of_photo(
    session: AsyncSession, *, upload_id: UUID
) -> tuple[list[UUID], bool] | None:
    """Where the thing that uses a photo is, and whether its order is disputed; ``None``: unused."""
    rows = await run(session, _PLACE_OF_PHOTO_SQL, upload_id)
    return (rows[0][0], rows[0][1]) if rows else None


async def held_photos(session: AsyncSession, *, user_id: UUID, now: datetime) -> list[UUID]:
    """Things whose photos by this person a law still holds."""
    return [r[0] for r in await run(session, _HELD_PHOTOS_SQL, user_id, now)]


async def shown(
    session: AsyncSession,
    *,
    table: PersonalTable,
    person: Person,
    user_id: UUID,
    limit: int,
    offset: int,
) -> list[dict[str, Any]]:
    """A page of the rows of a person, with what is needed to open what is sealed in them."""
    sql = statements.shown_sql(table, person)
    names = statements.shown_columns(table, person)
    return [
        dict(zip(names, r, strict=True)) for r in await run(session, sql, user_id, limit, offset)
    ]


async def erase(
    session: AsyncSession,
    *,
    rule: tuple[PersonalTable, Person, Erase],
    user_id: UUID,
    now: datetime,
    limit: int,
) -> int:
    """Erase up to ``limit`` rows of a person that nothing holds; how many."""
    return len(await run(session, statements.erase_sql(*rule), user_id, now, limit))


async def left(
    session: AsyncSession, *, rule: tuple[PersonalTable, Person, Erase], user_id: UUID
) -> Left:
    """What a rule has not erased of a person."""
    rows, is_open_ended, first, last = (await run(session, statements.left_sql(*rule), user_id))[0]
    return Left(rows, bool(is_open_ended), first, last)


async def forget(
    session: AsyncSession, *, table: PersonalTable, keep: Keep, before: datetime, limit: int
) -> int:
    """Forget up to ``limit`` rows that are older; how many."""
    return len(await run(session, statements.forget_sql(table, keep), before, limit))


async def stale(
    session: AsyncSession,
    *,
    table: PersonalTable,
    sealed: Sealed,
    key_name: bytes,
    is_every: bool,
    after: Sequence[Any] | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Rows whose sealed value is to be looked at, in the order of their primary key."""
    sql = statements.stale_sql(table, sealed, is_first=after is None, is_every=is_every)
    names = statements.stale_columns(table, sealed)
    rows = await run(session, sql, key_name, limit, *(after or ()))
    return [dict(zip(names, r, strict=True)) for r in rows]


async def reseal(
    session: AsyncSession,
    *,
    table: PersonalTable,
    sealed: Sealed,
    row: dict[str, Any],
    value: bytes,
    index: bytes | None,
) -> None:
    """Write a value sealed anew, unless somebody else wrote another meanwhile."""
    arguments = [row[sealed.column], value, *([index] if sealed.index else [])]
    await run(
        session, statements.reseal_sql(table, sealed), *arguments, *(row[c] for c in table.key)
    )


async def opened_at(session: AsyncSession, *, session_id: UUID) -> datetime:
    """When a session was opened."""
    return (await run(session, _OPENED_AT_SQL, session_id))[0][0]


async def close_doors(session: AsyncSession, *, user_id: UUID, now: datetime) -> None:
    """End all sessions of a person and revoke their roles."""
    await run(session, _END_SESSIONS_SQL, user_id, now)
    await run(session, _REVOKE_SQL, user_id, now)


async def forget_position(session: AsyncSession, *, runner_id: UUID) -> None:
    """Forget where a runner was."""
    await run(session, _FORGET_POSITION_SQL, runner_id)


async def add(session: AsyncSession, *, row: Erasure) -> None:
    """Insert an erasure."""
    session.add(row)
    await session.flush()


async def erasure(session: AsyncSession, *, erasure_id: UUID) -> Erasure | None:
    """One erasure, locked until the transaction ends."""
    statement = select(Erasure).where(col(Erasure.id) == erasure_id).with_for_update()
    statement = statement.execution_options(populate_existing=True)
    return (await session.exec(statement)).one_or_none()


async def due(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Erasures to look at again, locked; others' are skipped."""
    return [r[0] for r in await run(session, _DUE_SQL, now, limit)]


async def look_again(session: AsyncSession, *, erasure_id: UUID, at: datetime) -> None:
    """Note when to look at an erasure again."""
    await run(session, _AGAIN_SQL, erasure_id, at)


async def finish(session: AsyncSession, *, erasure_id: UUID, now: datetime) -> Row[Any] | None:
    """Move an erasure to its end; ``None``: it is there already."""
    return await move_row(
        session,
        TABLE,  # pyright: ignore[reportUnknownArgumentType]
        ERASURE,
        key=erasure_id,
        event="finish",
        from_state="restricted",
        erased_at=now,
    )
