"""SQL of posts and reports. A post is locked before its texts, checks and reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Table
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.board.models import MeToo, Pile, Post, PostReport
from api.board.states import ME_TOO, PILE, POST, REPORT
from api.kit.db import move_row, run
from api.kit.state import Machine

_TABLES: dict[str, Table] = {
    POST.name: Post.__table__,  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    REPORT.name: PostReport.__table__,  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    ME_TOO.name: MeToo.__table__,  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    PILE.name: Pile.__table__,  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
}

# What stands around a post for whoever reads it: $2.
_AROUND_SQL = """
SELECT p.id, u.nickname, t.text_sealed, t.upload_ids, t.flags,
       (SELECT count(*) FROM me_toos AS m WHERE m.post_id = p.id AND m.state = 'given'),
       EXISTS (SELECT 1 FROM me_toos AS m
               WHERE m.post_id = p.id AND m.state = 'given' AND m.user_id = $2),
       (SELECT count(*) FROM posts AS c
        WHERE c.parent_id = p.id AND c.state IN ('published', 'resolved')
          -- As many as its list shows: a number more would tell who wrote there.
          AND (c.is_anonymous
               OR c.author_id <> ALL ((SELECT r.apart FROM users AS r WHERE r.id = $2)::uuid[]))),
       (SELECT count(*) FROM post_reports AS r WHERE r.post_id = p.id AND r.state = 'open'),
       (SELECT a.author_id FROM posts AS a WHERE a.id = p.parent_id)
FROM posts AS p JOIN users AS u ON u.id = p.author_id
JOIN post_texts AS t ON t.post_id = p.id AND t.n = p.content
WHERE p.id = ANY ($1::uuid[])
"""
_OPEN_REPORTS_SQL = """
SELECT id FROM post_reports WHERE post_id = $1 AND state = 'open' ORDER BY id FOR UPDATE
"""
_NOTE_CASE_SQL = "UPDATE posts SET case_status = $2 WHERE id = ANY ($1::uuid[])"
_TO_LAPSE_SQL = "SELECT id FROM posts WHERE lapses_at <= $1 ORDER BY lapses_at LIMIT $2"
_LIVING_SQL = "SELECT id FROM posts WHERE author_id = $1 AND state <> 'deleted' ORDER BY id"


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a post in the other tables."""

    nickname: str
    text_sealed: bytes
    upload_ids: list[UUID]
    flags: list[str]
    me_too_count: int
    is_me_too: bool
    comment_count: int
    report_count: int
    parent_author_id: UUID | None


async def add(session: AsyncSession, *, rows: Sequence[object]) -> None:
    """Insert rows, in their order."""
    for row in rows:
        session.add(row)
        await session.flush()


async def post(session: AsyncSession, *, post_id: UUID, lock: bool = False) -> Post | None:
    """One post, locked until the transaction ends if asked."""
    return await session.get(Post, post_id, populate_existing=True, with_for_update=lock or None)


async def around(
    session: AsyncSession, *, post_ids: Sequence[UUID], reader_id: UUID
) -> dict[UUID, Around]:
    """What stands around posts, for one reader; one query."""
    rows = await run(session, _AROUND_SQL, list(post_ids), reader_id)
    return {r[0]: Around(*tuple(r)[1:]) for r in rows}


async def listed(
    session: AsyncSession,
    *,
    roots: Sequence[UUID] | None,
    community_id: UUID | None = None,
    kind: str | None = None,
    category: str | None = None,
    apart: frozenset[UUID] = frozenset(),
    parent_id: UUID | None = None,
    before: UUID | None,
    limit: int,
) -> list[Post]:
    """Shown posts below places (none: everywhere), newest first; or the comments below a post.

    ``apart``: whose named texts are left out.
    """
    statement = select(Post).where(col(Post.state).in_(("published", "resolved")))
    statement = statement.where(col(Post.parent_id).is_not_distinct_from(parent_id))
    if roots is not None:
        statement = statement.where(col(Post.place_path).op("&&")(list(roots)))
    if community_id is not None:
        statement = statement.where(Post.community_id == community_id)
    if kind is not None:
        statement = statement.where(Post.kind == kind)
    if category is not None:
        statement = statement.where(Post.category == category)
    if apart:
        named = col(Post.is_anonymous).is_(False) & col(Post.author_id).in_(apart)
        statement = statement.where(~named)
    if before is not None:
        statement = statement.where(col(Post.rank_id) < before)
    statement = statement.order_by(col(Post.rank_id).desc()).limit(limit)
    return list((await session.exec(statement)).all())


async def own(
    session: AsyncSession, *, author_id: UUID, before: UUID | None, limit: int
) -> list[Post]:
    """What somebody wrote and did not delete, newest first."""
    statement = select(Post).where(Post.author_id == author_id, Post.state != "deleted")
    if before is not None:
        statement = statement.where(col(Post.id) < before)
    return list((await session.exec(statement.order_by(col(Post.id).desc()).limit(limit))).all())


async def in_queue(
    session: AsyncSession, *, place_id: UUID, after: UUID | None, limit: int
) -> list[Post]:
    """What waits for staff of a place, oldest first: to be approved, reported, or hidden by it."""
    is_reported = (
        select(PostReport.id)
        .where(PostReport.post_id == Post.id, PostReport.state == "open")
        .exists()
    )
    waits = (col(Post.state) == "pending_review") | (
        col(Post.state).in_(("published", "resolved", "hidden")) & is_reported
    )
    statement = select(Post).where(col(Post.place_path).contains([place_id]), waits)
    if after is not None:
        statement = statement.where(col(Post.id) > after)
    return list((await session.exec(statement.order_by(col(Post.id)).limit(limit))).all())


async def move(
    session: AsyncSession,
    machine: Machine,
    /,
    *,
    key: UUID,
    event: str,
    from_state: str,
    **values: Any,
) -> Row[Any] | None:
    """Move a post, report, me-too or pile by an event of its machine."""
    return await move_row(
        session,
        _TABLES[machine.name],  # pyright: ignore[reportUnknownArgumentType]
        machine,
        key=key,
        event=event,
        from_state=from_state,
        **values,
    )


async def open_reports(session: AsyncSession, *, post_id: UUID) -> list[UUID]:
    """The reports of a post that nobody decided, locked."""
    return [r[0] for r in await run(session, _OPEN_REPORTS_SQL, post_id)]


async def reports_of(session: AsyncSession, *, post_id: UUID) -> list[PostReport]:
    """The newest hundred reports of a post."""
    statement = select(PostReport).where(PostReport.post_id == post_id)
    return list(
        (await session.exec(statement.order_by(col(PostReport.id).desc()).limit(100))).all()
    )


async def open_report_by(
    session: AsyncSession, *, post_id: UUID, reporter_id: UUID
) -> PostReport | None:
    """What somebody reported and nobody decided."""
    statement = select(PostReport).where(
        PostReport.post_id == post_id,
        PostReport.reporter_id == reporter_id,
        PostReport.state == "open",
    )
    return (await session.exec(statement)).one_or_none()


async def to_lapse(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Posts that reports hid and nobody looked at in time."""
    return [r[0] for r in await run(session, _TO_LAPSE_SQL, now, limit)]


async def living(session: AsyncSession, *, author_id: UUID) -> list[UUID]:
    """What somebody wrote and did not delete."""
    return [r[0] for r in await run(session, _LIVING_SQL, author_id)]


async def note_case(session: AsyncSession, *, post_ids: Sequence[UUID], word: str) -> None:
    """Write how the case stands to which posts led."""
    await run(session, _NOTE_CASE_SQL, list(post_ids), word)
