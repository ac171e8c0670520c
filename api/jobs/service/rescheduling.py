"""Promising another time for a job."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import Actor
from api.jobs import queries
from api.jobs.events import JOB_RESCHEDULED
from api.jobs.service.moving import tell
from api.places.service import community_of_place

_AHEAD_MAX = timedelta(days=1)
_RESCHEDULABLE = ("waiting", "open", "accepted", "picked_up")


async def reschedule_job(
    session: AsyncSession, *, job_id: UUID, due_at: datetime, actor: Actor, now: datetime
) -> None:
    """Set another promised time, at most a day ahead and never earlier than the job opens.

    Raises:
        AppError: job_moved_on, window_past, window_too_far.
    """
    job = await queries.job(session, job_id=job_id, lock=True)
    if job is None or job.state not in _RESCHEDULABLE:
        raise AppError("job_moved_on")
    if due_at <= max(now, job.opens_at):
        raise AppError("window_past")
    if due_at > now + _AHEAD_MAX:
        raise AppError("window_too_far")
    settings = (await community_of_place(session, place_id=job.community_id)).settings
    before = job.due_at
    version = await queries.reschedule(
        session,
        job_id=job_id,
        due_at=due_at,
        expires_at=due_at + timedelta(seconds=settings.expire_after_s),
    )
    await tell(
        session, JOB_RESCHEDULED, job, version, actor, now,
        due_before=before.isoformat(), due_at=due_at.isoformat(),
    )  # fmt: skip
