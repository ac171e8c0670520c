"""SQL of who writes: their limits, their rests, and what was said before."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.board.models import Post
from api.kit.db import run

# One at a time for each person, so that no two together pass a limit.
_LOCK_PERSON_SQL = "SELECT pg_advisory_xact_lock(hashtextextended('board|' || $1::text, 0))"
_PERSON_SQL = "SELECT openid, phone_index IS NOT NULL, apart FROM users WHERE id = $1"
_AUTHOR_SQL = "SELECT nickname, phone_sealed FROM users WHERE id = $1"
_WRITTEN_SQL = """
SELECT count(*), min(created_at) FROM posts
WHERE author_id = $1 AND created_at > $2 AND (parent_id IS NOT NULL) = $3
"""
_FILED_SQL = (
    "SELECT count(*), min(created_at) FROM post_reports WHERE reporter_id = $1 AND created_at > $2"
)
_LOOKED_SQL = "SELECT count(*), min(at) FROM author_looks WHERE viewer_id = $1 AND at > $2"
_STRIKES_SQL = """
SELECT count(*), max(decided_at) FROM posts
WHERE author_id = $1 AND decided_at > $2
  AND (state = 'rejected' OR state = 'hidden' AND hidden_by = 'staff')
"""
_REPEATED_SQL = """
SELECT p.id FROM post_texts AS t JOIN posts AS p ON p.id = t.post_id AND p.content = t.n
WHERE t.text_index = ANY ($1::bytea[]) AND p.author_id = $2 AND p.created_at > $3
  AND p.parent_id IS NOT DISTINCT FROM $4::uuid
  AND p.state IN ('pending_review', 'published', 'hidden')
LIMIT 1
"""
_SIMILAR_SQL = """
SELECT id FROM posts
WHERE spot_id = $1 AND category = $2 AND created_at > $3 AND state = 'published'
  AND author_id <> $4 AND (is_anonymous OR author_id <> ALL ($5::uuid[]))
ORDER BY rank_id DESC LIMIT 3
"""


async def lock_person(session: AsyncSession, *, user_id: UUID) -> None:
    """Let one act of a person on the board be counted at a time."""
    await run(session, _LOCK_PERSON_SQL, user_id.hex)


async def person(session: AsyncSession, *, user_id: UUID) -> tuple[bool, frozenset[UUID]]:
    """Whether somebody has a verified phone, and from whom blocks part them."""
    row = (await run(session, _PERSON_SQL, user_id))[0]
    return row[1], frozenset(row[2])


async def author(session: AsyncSession, *, user_id: UUID) -> tuple[str, bytes | None]:
    """Nickname and sealed phone of an author."""
    row = (await run(session, _AUTHOR_SQL, user_id))[0]
    return row[0], row[1]


async def written_since(
    session: AsyncSession, *, author_id: UUID, since: datetime, is_comment: bool
) -> tuple[int, datetime | None]:
    """How many posts (or comments) somebody wrote since then, and when the first was."""
    row = (await run(session, _WRITTEN_SQL, author_id, since, is_comment))[0]
    return row[0], row[1]


async def filed_since(
    session: AsyncSession, *, reporter_id: UUID, since: datetime
) -> tuple[int, datetime | None]:
    """How many reports somebody filed since then, and when the first was."""
    row = (await run(session, _FILED_SQL, reporter_id, since))[0]
    return row[0], row[1]


async def looked_since(
    session: AsyncSession, *, viewer_id: UUID, since: datetime
) -> tuple[int, datetime | None]:
    """How many authors somebody looked up since then, and when the first was."""
    row = (await run(session, _LOOKED_SQL, viewer_id, since))[0]
    return row[0], row[1]


async def strikes_since(
    session: AsyncSession, *, author_id: UUID, since: datetime
) -> tuple[int, datetime | None]:
    """How many texts of somebody staff rejected or hid since then, and when the last."""
    row = (await run(session, _STRIKES_SQL, author_id, since))[0]
    return row[0], row[1]


async def repeated(
    session: AsyncSession,
    *,
    indexes: list[bytes],
    author_id: UUID,
    since: datetime,
    parent_id: UUID | None,
) -> bool:
    """Whether somebody said the very same there since then."""
    return bool(await run(session, _REPEATED_SQL, indexes, author_id, since, parent_id))


async def similar(
    session: AsyncSession, *, post: Post, since: datetime, apart: frozenset[UUID]
) -> list[UUID]:
    """Others' posts of the same topic at the same spot since then, three at most."""
    rows = await run(
        session, _SIMILAR_SQL, post.spot_id, post.category, since, post.author_id, list(apart)
    )
    return [r[0] for r in rows]
