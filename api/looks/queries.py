"""SQL of looks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import run
from api.looks.models import CaseLook, ContactLook

_CARRYING_SQL = """
INSERT INTO contact_looks (id, at, viewer_id, viewer_role, person_id, order_id, job_id, stage,
                           reason, is_whole)
SELECT id, $4, $5, 'runner', person_id, NULL, job_id, stage, 'carrying', false
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $6::text[])
    AS seen (id, person_id, job_id, stage)
ON CONFLICT (job_id, viewer_id, stage, person_id) WHERE reason = 'carrying' DO NOTHING
"""
# The lock lets one viewer be counted by one request at a time.
_LOCK_SQL = "SELECT pg_advisory_xact_lock(hashtextextended('looks ' || $1::uuid::text, 0))"
_WHOLE_SINCE_SQL = """
SELECT count(*), min(at) FROM contact_looks WHERE viewer_id = $1 AND at > $2 AND is_whole
"""
_ABOUT_SQL = """
SELECT l.id, l.at, l.viewer_role, u.nickname, l.order_id, l.job_id, l.stage, l.reason, l.is_whole
FROM contact_looks AS l JOIN users AS u ON u.id = l.viewer_id
WHERE l.person_id = $1 AND ($2::uuid IS NULL OR l.id < $2)
ORDER BY l.id DESC LIMIT $3
"""
_CASE_LOOK_SQL = """
INSERT INTO case_looks (id, at, day, viewer_id, viewer_role, case_id, what, stage)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (case_id, viewer_id, what, stage, day) DO NOTHING
"""
_INTO_CASE_SQL = """
SELECT id, at, viewer_role, what, stage FROM case_looks
WHERE case_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3
"""


async def add_carrying(
    session: AsyncSession,
    *,
    ids: list[UUID],
    person_ids: list[UUID],
    job_ids: list[UUID],
    stages: list[str],
    viewer_id: UUID,
    now: datetime,
) -> None:
    """Note what a runner saw of jobs in hand; once a job, stage and person."""
    await run(session, _CARRYING_SQL, ids, person_ids, job_ids, now, viewer_id, stages)


async def add(session: AsyncSession, *, row: ContactLook) -> None:
    """Note one look."""
    session.add(row)
    await session.flush()


async def whole_since(
    session: AsyncSession, *, viewer_id: UUID, since: datetime
) -> tuple[int, datetime | None]:
    """How many whole contacts a viewer saw since then, and when the first was; counted alone."""
    await run(session, _LOCK_SQL, viewer_id)
    row = (await run(session, _WHOLE_SINCE_SQL, viewer_id, since))[0]
    return row[0], row[1]


async def about(
    session: AsyncSession, *, person_id: UUID, before: UUID | None, limit: int
) -> Sequence[tuple[Any, ...]]:
    """Looks at a person's contact, newest first."""
    return await run(session, _ABOUT_SQL, person_id, before, limit)


async def add_case_look(session: AsyncSession, *, row: CaseLook) -> None:
    """Note a look into a case, unless it was noted that day."""
    await run(
        session, _CASE_LOOK_SQL, row.id, row.at, row.day, row.viewer_id, row.viewer_role,
        row.case_id, row.what, row.stage,
    )  # fmt: skip


async def into_case(
    session: AsyncSession, *, case_id: UUID, before: UUID | None, limit: int
) -> Sequence[tuple[Any, ...]]:
    """Looks into a case, newest first: id, when, as what, at which part, in which state."""
    return await run(session, _INTO_CASE_SQL, case_id, before, limit)
