"""Noting looks at contact data, in the transaction of the look."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.kit.clock import china
from api.kit.ids import new_id
from api.looks import queries
from api.looks.models import CaseLook, ContactLook
from api.looks.rules import STAGES, WHOLE_PER_DAY

_DAY = timedelta(days=1)


async def note_carrying(
    session: AsyncSession,
    *,
    seen: Sequence[tuple[UUID, UUID, str]],
    viewer_id: UUID,
    now: datetime,
) -> None:
    """Note that a runner saw the contacts of jobs: (job, whose, state); others than in hand
    show none and are left out. Once a stage, however often it is read."""
    shown = [s for s in seen if s[2] in STAGES and s[1] != viewer_id]
    if not shown:
        return
    await queries.add_carrying(
        session,
        ids=[new_id() for _ in shown],
        person_ids=[person_id for _, person_id, _ in shown],
        job_ids=[job_id for job_id, _, _ in shown],
        stages=[stage for _, _, stage in shown],
        viewer_id=viewer_id,
        now=now,
    )


async def note_whole(session: AsyncSession, *, look: ContactLook) -> None:
    """Note that somebody is shown a whole contact, and refuse the thirty-first in a day.

    Raises:
        AppError: rate_limited.
    """
    count, first_at = await queries.whole_since(
        session, viewer_id=look.viewer_id, since=look.at - _DAY
    )
    if count >= WHOLE_PER_DAY:
        assert first_at is not None
        wait_s = ceil((first_at + _DAY - look.at).total_seconds())
        raise AppError("rate_limited", retry_after_s=max(1, wait_s))
    await queries.add(session, row=look)


async def note_case_look(
    session: AsyncSession,
    *,
    case_id: UUID,
    viewer_id: UUID,
    viewer_role: str,
    what: str,
    stage: str,
    now: datetime,
) -> None:
    """Note that somebody looked into a case; reading the same again that day is the same look."""
    await queries.add_case_look(
        session,
        row=CaseLook(
            at=now,
            day=china(now).date(),
            viewer_id=viewer_id,
            viewer_role=viewer_role,
            case_id=case_id,
            what=what,
            stage=stage,
        ),
    )
