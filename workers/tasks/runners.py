"""What happens to runners after an event."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.bootstrap import Parts
from api.events.log import SYSTEM, Event
from api.jobs.queries import job
from api.runners.queries import approved_of
from api.runners.service.permitting import refresh_permission
from api.runners.service.working import remind_of_rest
from workers.task import task


@task
async def tell_rest(session: AsyncSession, event: Event, now: datetime, parts: Parts) -> None:
    """A job was closed: whoever worked too long is told to rest."""
    closed = await job(session, job_id=event.subject_id)
    runner_id = event.data.get("runner_id") or (closed and closed.runner_id)
    if runner_id is not None:
        await remind_of_rest(session, runner_id=UUID(str(runner_id)), now=now)


@task
async def judge_community(session: AsyncSession, event: Event, now: datetime, parts: Parts) -> None:
    """A community changed its settings: what its runners may take is judged anew."""
    if "settings" in event.data["fields"]:
        await _judge(session, event.subject_id, now, parts, only_volunteers=False)


@task
async def judge_volunteers(
    session: AsyncSession, event: Event, now: datetime, parts: Parts
) -> None:
    """An emergency began or ended: volunteers may help, or no longer."""
    await _judge(session, UUID(event.data["place_id"]), now, parts, only_volunteers=True)


async def _judge(
    session: AsyncSession, community_id: UUID, now: datetime, parts: Parts, *, only_volunteers: bool
) -> None:
    for runner_id in await approved_of(
        session, community_id=community_id, only_volunteers=only_volunteers
    ):
        await refresh_permission(
            session,
            runner_id=runner_id,
            is_production=parts.settings.environment == "production",
            actor=SYSTEM,
            now=now,
        )
