"""Saying that the goods are there, before the time that was promised."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import emit
from api.identity.caller import Caller
from api.jobs import queries
from api.jobs.events import JOB_OPENED, JOB_READY
from api.jobs.models import Job
from api.jobs.service.moving import move, tell, the_job
from api.kinds import KINDS


async def make_ready(session: AsyncSession, *, job_id: UUID, caller: Caller) -> Job:
    """Open a waiting job now, or tell the runner of one that is known; again changes nothing.

    The caller's right was judged above: matching knows no merchants.

    Raises:
        AppError: not_found, job_moved_on.
    """
    job = await queries.job(session, job_id=job_id, lock=True)
    if job is None:
        raise AppError("not_found")
    if job.state == "waiting":
        moved = await move(session, job, "ready", ready_at=caller.now, opens_at=caller.now)
        await emit(
            session,
            JOB_OPENED,
            subject_id=job_id,
            subject_seq=moved.version,
            actor=caller.actor,
            now=caller.now,
            community_id=job.community_id,
            from_state="waiting",
            to_state="open",
            kind=moved.kind,
            urgent=KINDS[moved.kind].is_urgent,
        )
    elif job.state not in ("open", "accepted"):
        raise AppError("job_moved_on")
    elif job.ready_at > caller.now:
        version = await queries.make_ready(session, job_id=job_id, now=caller.now)
        await tell(session, JOB_READY, job, version, caller.actor, caller.now)
    return await the_job(session, job_id=job_id)
