"""What happens to runners after an event."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.bootstrap import Parts
from api.events.log import Event
from api.jobs.queries import job
from api.runners.service.working import remind_of_rest
from workers.task import task


@task
async def tell_rest(session: AsyncSession, event: Event, now: datetime, parts: Parts) -> None:
    """A job was closed: whoever worked too long is told to rest."""
    closed = await job(session, job_id=event.subject_id)
    runner_id = event.data.get("runner_id") or (closed and closed.runner_id)
    if runner_id is not None:
        await remind_of_rest(session, runner_id=UUID(str(runner_id)), now=now)
