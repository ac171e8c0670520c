"""SQL of newcomers and the leads who take them along."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import move_row, run
from api.points.models import Mentorship
from api.points.states import MENTORSHIP
from api.tiers import mentoring_tiers
from scoring.mentoring import DAYS_MAX, ORDERS_NEEDED

TABLE = Mentorship.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]

_ADD_SQL = """
INSERT INTO points_mentorships (id, community_id, place_path, mentee_id, state, asked_at, version)
VALUES ($1, $2, $3, $4, 'asked', $5, 1) ON CONFLICT DO NOTHING RETURNING id
"""
_MENTEES_SQL = """
SELECT count(*) FROM points_mentorships WHERE mentor_id = $1 AND state = 'active'
"""
# Those whose newcomer may have graduated, whose lead is none any more, or whose time is over.
_DUE_SQL = """
SELECT m.id FROM points_mentorships AS m
JOIN runners AS lead ON lead.id = m.mentor_id
WHERE m.state = 'active'
  AND (m.began_at < $1 OR lead.tier <> ALL ($4::text[]) OR lead.state <> 'approved'
       OR ($2 <= (SELECT count(*) FROM points_entries AS p
                  WHERE p.runner_id = m.mentee_id AND p.kind = 'order.completed'
                    AND p.at >= m.began_at
                    AND p.fact->'data'->>'own_household' IS DISTINCT FROM 'true')
           -- A complaint that stands is no graduation: such a row must not stand before others.
           AND NOT EXISTS (
               SELECT 1 FROM points_entries AS p
               WHERE p.runner_id = m.mentee_id AND p.kind = 'complaint.upheld'
                 AND p.at >= m.began_at
                 AND NOT EXISTS (SELECT 1 FROM points_appeals AS a
                                 WHERE a.entry_id = p.id AND a.state IN ('reversed', 'lapsed'))
                 AND NOT EXISTS (SELECT 1 FROM events AS e
                                 WHERE e.subject = 'points_entry' AND e.subject_id = p.id))))
ORDER BY m.id LIMIT $3
"""


async def add(session: AsyncSession, *, row: Mentorship) -> bool:
    """Insert what a newcomer asks for; false: they asked, have a mentor, or graduated."""
    values = (row.id, row.community_id, row.place_path, row.mentee_id, row.asked_at)
    return bool(await run(session, _ADD_SQL, *values))


async def mentorship(
    session: AsyncSession, *, mentorship_id: UUID, lock: bool = False
) -> Mentorship | None:
    """One of them, locked until the transaction ends if asked."""
    return await session.get(
        Mentorship, mentorship_id, populate_existing=True, with_for_update=lock or None
    )


async def mentees_of(session: AsyncSession, *, mentor_id: UUID) -> int:
    """How many newcomers a lead takes along now."""
    return (await run(session, _MENTEES_SQL, mentor_id))[0][0]


async def listed(
    session: AsyncSession,
    *,
    runner_id: UUID | None,
    waiting_at: UUID | None,
    place_id: UUID | None,
    before: UUID | None,
    limit: int,
) -> list[Mentorship]:
    """Those of a runner and those that wait in a community, or all of a place, newest first."""
    statement = select(Mentorship)
    if place_id is not None:
        statement = statement.where(col(Mentorship.place_path).contains([place_id]))
    if runner_id is not None:
        own = or_(Mentorship.mentee_id == runner_id, Mentorship.mentor_id == runner_id)
        waits = (Mentorship.community_id == waiting_at) & (Mentorship.state == "asked")
        statement = statement.where(or_(own, waits) if waiting_at else own)
    if before is not None:
        statement = statement.where(col(Mentorship.id) < before)
    statement = statement.order_by(col(Mentorship.id).desc()).limit(limit)
    return list((await session.exec(statement)).all())


async def move(
    session: AsyncSession, *, row: Mentorship, event: str, **values: Any
) -> Row[Any] | None:
    """Move one by an event of its machine, from the state that was seen."""
    return await move_row(
        session,
        TABLE,  # pyright: ignore[reportUnknownArgumentType]
        MENTORSHIP,
        key=row.id,
        event=event,
        from_state=row.state,
        **values,
    )


async def due(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Those to look at: whoever may have graduated, or goes on no longer."""
    since = now - timedelta(days=DAYS_MAX)
    asked = (since, ORDERS_NEEDED, limit, list(mentoring_tiers()))
    return [r[0] for r in await run(session, _DUE_SQL, *asked)]
