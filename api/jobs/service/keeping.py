"""Keeping something back on its way: a stop whose goods are not to be handed over for now."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from api.events.log import Actor
from api.jobs import queries
from api.jobs.events import JOB_STOP_FREED, JOB_STOP_KEPT_BACK
from api.jobs.models import Job, Stop
from api.jobs.service.moving import tell


async def keep_stop_back(
    session: AsyncSession, job: Job, stop: Stop, *, is_kept: bool, actor: Actor, now: datetime
) -> None:
    """Keep back what is brought to a pending stop of a locked job, or let it go; its runner is
    told. All else of the job goes on.
    """
    await queries.keep_back(session, job_id=job.id, n=stop.n, since=now if is_kept else None)
    version = await queries.touch(session, job_id=job.id, state=job.state)
    assert version is not None, "the job was locked"
    kind = JOB_STOP_KEPT_BACK if is_kept else JOB_STOP_FREED
    await tell(session, kind, job, version, actor, now, stop=stop.n)
