"""Raising what a runner may spend, once the customer paid for it."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import SYSTEM, emit
from api.jobs import queries
from api.jobs.events import JOB_ADVANCE_RAISED
from api.jobs.models import Job


async def raise_advance(session: AsyncSession, *, job: Job, extra_fen: int, now: datetime) -> None:
    """Let the runner of an accepted job spend more; the job is locked by the caller.

    Raises:
        AppError: job_moved_on.
    """
    raised = await queries.raise_advance(session, job_id=job.id, extra_fen=extra_fen)
    if raised is None:
        raise AppError("job_moved_on")
    version, advance_fen = raised
    await emit(
        session,
        JOB_ADVANCE_RAISED,
        subject_id=job.id,
        subject_seq=version,
        actor=SYSTEM,
        now=now,
        community_id=job.community_id,
        advance_fen=advance_fen,
    )
