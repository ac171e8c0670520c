"""SQL of closed months: reviews of runners, publications of communities. Both only grow."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlmodel import col, select, tuple_
from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import run
from api.points.models import PointsPublication, PointsReview

# Approved runners with something in their ledger before the close, and no review of the month.
_TO_REVIEW_SQL = """
SELECT r.id FROM runners AS r
WHERE r.state = 'approved'
  AND EXISTS (SELECT 1 FROM points_entries AS p WHERE p.runner_id = r.id AND p.at < $2)
  AND NOT EXISTS (SELECT 1 FROM points_reviews AS v WHERE v.runner_id = r.id AND v.month = $1)
ORDER BY r.id LIMIT $3
"""
# Communities whose runners are all reviewed, and nothing is published of the month.
_TO_PUBLISH_SQL = """
SELECT v.community_id FROM points_reviews AS v
WHERE v.month = $1
  AND NOT EXISTS (SELECT 1 FROM points_publications AS p
                  WHERE p.community_id = v.community_id AND p.month = $1)
  AND NOT EXISTS (SELECT 1 FROM runners AS r
                  WHERE r.community_id = v.community_id AND r.state = 'approved'
                    AND EXISTS (SELECT 1 FROM points_entries AS e
                                WHERE e.runner_id = r.id AND e.at < $2)
                    AND NOT EXISTS (SELECT 1 FROM points_reviews AS w
                                    WHERE w.runner_id = r.id AND w.month = $1))
GROUP BY v.community_id ORDER BY v.community_id LIMIT $3
"""
_KNOWN_SQL = """
SELECT fact::text FROM points_entries
WHERE runner_id = $1 AND created_at < $2
  AND (at >= $3 OR kind = ANY ($4::text[]) OR order_id IN (
      SELECT order_id FROM points_entries
      WHERE runner_id = $1 AND at >= $3 AND kind = 'rating.revealed'))
ORDER BY seq DESC LIMIT 40000
"""
# Appeals filed in the month, how they ended, and how long that took (days, the median).
_APPEALS_SQL = """
SELECT count(*), count(*) FILTER (WHERE state = 'upheld'),
       count(*) FILTER (WHERE state IN ('reduced', 'reversed', 'lapsed')),
       percentile_cont(0.5) WITHIN GROUP (
           ORDER BY extract(epoch FROM decided_at - filed_at) / 86400)
FROM points_appeals
WHERE $1 = ANY (place_path) AND filed_at >= $2 AND filed_at < $3
"""
_EXCUSES_SQL = """
SELECT p.fact->'data'->>'cause', count(*) FROM points_entries AS p
JOIN runners AS r ON r.id = p.runner_id
WHERE r.community_id = $1 AND p.kind = 'excuse.granted' AND p.at >= $2 AND p.at < $3
GROUP BY 1 ORDER BY 1
"""
_SHOWN_SQL = """
SELECT u.id, u.nickname FROM users AS u
JOIN data_consents AS c ON c.user_id = u.id
WHERE u.id = ANY ($1::uuid[]) AND u.state = 'active'
  AND c.purpose = 'points_boards' AND c.state = 'granted' AND c.text_version = $2
"""
_ADD_PUBLICATION_SQL = """
INSERT INTO points_publications (id, community_id, month, rules_version, boards, figures, sha256,
                                 closed_at, published_at)
VALUES ($1, $2, $3, $4, $5::jsonb, $6::jsonb, $7, $8, $9)
ON CONFLICT (community_id, month) DO NOTHING RETURNING id
"""


async def to_review(session: AsyncSession, *, month: date, end: datetime, limit: int) -> list[UUID]:
    """Runners whose closed month nobody reviewed."""
    return [r[0] for r in await run(session, _TO_REVIEW_SQL, month, end, limit)]


async def to_publish(
    session: AsyncSession, *, month: date, end: datetime, limit: int
) -> list[UUID]:
    """Communities whose closed month can be published and is not."""
    return [r[0] for r in await run(session, _TO_PUBLISH_SQL, month, end, limit)]


async def facts_known(
    session: AsyncSession,
    *,
    runner_id: UUID,
    closed_at: datetime,
    since: datetime,
    lifelong_kinds: list[str],
) -> list[dict[str, Any]]:
    """A runner's facts since a moment that were on record when the month closed."""
    rows = await run(session, _KNOWN_SQL, runner_id, closed_at, since, lifelong_kinds)
    return [orjson.loads(r[0]) for r in rows]


async def add_review(session: AsyncSession, *, row: PointsReview) -> None:
    """Insert a review."""
    session.add(row)
    await session.flush()


async def last_review(session: AsyncSession, *, runner_id: UUID) -> PointsReview | None:
    """The newest review of a runner."""
    statement = select(PointsReview).where(PointsReview.runner_id == runner_id)
    return (
        await session.exec(statement.order_by(col(PointsReview.month).desc()).limit(1))
    ).one_or_none()


async def reviews_of(
    session: AsyncSession, *, community_id: UUID, month: date
) -> Sequence[PointsReview]:
    """All reviews of a community and month."""
    statement = select(PointsReview).where(
        PointsReview.community_id == community_id, PointsReview.month == month
    )
    return (await session.exec(statement.order_by(col(PointsReview.runner_id)))).all()


async def reviews(
    session: AsyncSession,
    *,
    runner_id: UUID | None,
    place_id: UUID | None,
    before: UUID | None,
    limit: int,
) -> list[PointsReview]:
    """Reviews of a runner, or at a place and below it, newest first."""
    statement = select(PointsReview)
    if runner_id is not None:
        statement = statement.where(PointsReview.runner_id == runner_id)
    if place_id is not None:
        statement = statement.where(col(PointsReview.place_path).contains([place_id]))
    if before is not None:
        statement = statement.where(col(PointsReview.id) < before)
    statement = statement.order_by(col(PointsReview.id).desc()).limit(limit)
    return list((await session.exec(statement)).all())


async def all_reviews(
    session: AsyncSession, *, after: tuple[UUID, date], limit: int
) -> list[PointsReview]:
    """Reviews by runner and month, from behind one of them on."""
    key = tuple_(col(PointsReview.runner_id), col(PointsReview.month))
    statement = select(PointsReview).where(key > after).order_by(key).limit(limit)
    return list((await session.exec(statement)).all())


async def add_publication(session: AsyncSession, *, row: PointsPublication) -> bool:
    """Insert what is published of a month; false: it was before."""
    values = (
        row.id, row.community_id, row.month, row.rules_version, orjson.dumps(row.boards).decode(),
        orjson.dumps(row.figures).decode(), row.sha256, row.closed_at, row.published_at,
    )  # fmt: skip
    return bool(await run(session, _ADD_PUBLICATION_SQL, *values))


async def publications(
    session: AsyncSession, *, community_id: UUID, before: UUID | None, limit: int
) -> Sequence[PointsPublication]:
    """What was published of a community, newest first."""
    statement = select(PointsPublication).where(PointsPublication.community_id == community_id)
    if before is not None:
        statement = statement.where(col(PointsPublication.id) < before)
    statement = statement.order_by(col(PointsPublication.id).desc()).limit(limit)
    return (await session.exec(statement)).all()


async def shown_names(
    session: AsyncSession, *, user_ids: list[UUID], text_version: str
) -> dict[UUID, str]:
    """The nicknames of those who agree to be shown, as they agree today."""
    return {r[0]: r[1] for r in await run(session, _SHOWN_SQL, user_ids, text_version)}


async def appeal_figures(
    session: AsyncSession, *, community_id: UUID, start: datetime, end: datetime
) -> tuple[int, int, int, float | None]:
    """How many appeals were filed, upheld, overturned; the median of days to an answer."""
    filed, upheld, overturned, days = (await run(session, _APPEALS_SQL, community_id, start, end))[
        0
    ]
    return filed, upheld, overturned, None if days is None else round(float(days), 1)


async def excuses_by_cause(
    session: AsyncSession, *, community_id: UUID, start: datetime, end: datetime
) -> dict[str, int]:
    """How often staff excused what, in a month."""
    return {r[0]: r[1] for r in await run(session, _EXCUSES_SQL, community_id, start, end)}
