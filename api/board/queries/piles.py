"""SQL of "me too" and of piles. A spot is locked before its pile."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.board.models import Pile
from api.kit.db import run
from api.kit.ids import new_id

_LOCK_SPOT_SQL = "SELECT pg_advisory_xact_lock(hashtextextended('pile|' || $1::text || $2, 0))"
_GIVE_SQL = """
INSERT INTO me_toos AS m (id, post_id, user_id, state, given_at, version)
VALUES ($1, $2, $3, 'given', $4, 1)
ON CONFLICT (post_id, user_id) DO UPDATE
    SET state = 'given', given_at = $4, version = m.version + 1 WHERE m.state = 'taken_back'
RETURNING id, version
"""
_GIVEN_SQL = "SELECT id FROM me_toos WHERE post_id = $1 AND user_id = $2 AND state = 'given'"
# Who spoke of a topic at a spot since a moment, by writing or by saying "me too".
_VOICES_SQL = """
WITH said AS (
    SELECT id, author_id FROM posts
    WHERE spot_id = $1 AND category = $2 AND kind IN ('dispute', 'help', 'suggestion')
      AND state IN ('pending_review', 'published', 'resolved')
      AND created_at > $3::timestamptz - $4::interval)
SELECT count(DISTINCT who) FROM (
    SELECT p.author_id AS who FROM said AS s JOIN posts AS p ON p.id = s.id
    WHERE p.created_at > $3
    UNION ALL SELECT m.user_id FROM said AS s JOIN me_toos AS m ON m.post_id = s.id
    WHERE m.state = 'given' AND m.given_at > $3) AS voices
"""
_JOIN_PILE_SQL = """
UPDATE posts SET pile_id = $1
WHERE spot_id = $2 AND category = $3 AND kind IN ('dispute', 'help', 'suggestion')
  AND pile_id IS NULL AND created_at > $4 AND state IN ('pending_review', 'published', 'resolved')
"""
_HEAR_SQL = """
UPDATE piles SET last_at = greatest(last_at, $3)
WHERE spot_id = $1 AND category = $2 AND state <> 'over' RETURNING id
"""
_PILES_TO_END_SQL = """
SELECT id FROM piles WHERE state <> 'over' AND last_at < $1 ORDER BY last_at LIMIT $2
"""
_PILE_SIZES_SQL = """
SELECT pile_id, count(*) FROM posts WHERE pile_id = ANY ($1::uuid[]) GROUP BY pile_id
"""


async def lock_spot(session: AsyncSession, *, spot_id: UUID, category: str) -> None:
    """Let one voice about a topic at a spot be counted at a time."""
    await run(session, _LOCK_SPOT_SQL, spot_id.hex, category)


async def give_me_too(
    session: AsyncSession, *, post_id: UUID, user_id: UUID, now: datetime
) -> tuple[UUID, int] | None:
    """Say "me too": id and version; ``None``: it was said before."""
    rows = await run(session, _GIVE_SQL, new_id(), post_id, user_id, now)
    return (rows[0][0], rows[0][1]) if rows else None


async def given_me_too(session: AsyncSession, *, post_id: UUID, user_id: UUID) -> UUID | None:
    """Somebody's "me too" that stands."""
    rows = await run(session, _GIVEN_SQL, post_id, user_id)
    return rows[0][0] if rows else None


async def voices(
    session: AsyncSession, *, spot_id: UUID, category: str, since: datetime, longest: timedelta
) -> int:
    """How many people spoke of a topic at a spot since then; of posts up to ``longest`` older."""
    return (await run(session, _VOICES_SQL, spot_id, category, since, longest))[0][0]


async def hear_pile(
    session: AsyncSession, *, spot_id: UUID, category: str, now: datetime
) -> UUID | None:
    """The pile that stands there, which now lasts longer; ``None``: there is none."""
    rows = await run(session, _HEAR_SQL, spot_id, category, now)
    return rows[0][0] if rows else None


async def join_pile(
    session: AsyncSession, *, pile_id: UUID, spot_id: UUID, category: str, since: datetime
) -> None:
    """Count what was written there since then to a pile."""
    await run(session, _JOIN_PILE_SQL, pile_id, spot_id, category, since)


async def pile(session: AsyncSession, *, pile_id: UUID, lock: bool = False) -> Pile | None:
    """One pile, locked until the transaction ends if asked."""
    return await session.get(Pile, pile_id, populate_existing=True, with_for_update=lock or None)


async def piles(
    session: AsyncSession, *, place_id: UUID, before: UUID | None, limit: int
) -> list[Pile]:
    """Piles at a place and below, newest first."""
    statement = select(Pile).where(col(Pile.place_path).contains([place_id]))
    if before is not None:
        statement = statement.where(col(Pile.id) < before)
    return list((await session.exec(statement.order_by(col(Pile.id).desc()).limit(limit))).all())


async def pile_sizes(session: AsyncSession, *, pile_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many posts each pile has."""
    return {r[0]: r[1] for r in await run(session, _PILE_SIZES_SQL, list(pile_ids))}


async def piles_to_end(session: AsyncSession, *, before: datetime, limit: int) -> list[UUID]:
    """Piles about which nobody has spoken since then."""
    return [r[0] for r in await run(session, _PILES_TO_END_SQL, before, limit)]
