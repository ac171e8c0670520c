"""Moving a job and telling of it: what every act on a job is made of."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import Actor, emit
from api.events.registry import EventKind
from api.identity.caller import Caller
from api.jobs import queries
from api.jobs.models import Job
from api.jobs.states import JOB
from api.runners.queries import unload


async def the_job(session: AsyncSession, *, job_id: UUID) -> Job:
    """A job as it is now.

    Raises:
        AppError: not_found.
    """
    job = await queries.job(session, job_id=job_id)
    if job is None:
        raise AppError("not_found")
    return job


async def own_job(session: AsyncSession, *, job_id: UUID, caller: Caller) -> Job:
    """A job that the caller carries, locked.

    Raises:
        AppError: not_found.
    """
    job = await queries.job(session, job_id=job_id, lock=True)
    if job is None or job.runner_id != caller.user_id:
        raise AppError("not_found")
    return job


def refuse_unless(job: Job, event: str) -> None:
    """Refuse what the machine does not allow in this state.

    Raises:
        AppError: job_moved_on.
    """
    if not JOB.allows(job.state, event):
        raise AppError("job_moved_on")


async def move(session: AsyncSession, job: Job, event: str, **values: Any) -> Row[Any]:
    """Move a job from exactly the state it was seen in.

    Raises:
        AppError: job_moved_on.
    """
    moved = await queries.move(session, job_id=job.id, event=event, from_state=job.state, **values)
    if moved is None:
        raise AppError("job_moved_on")
    return moved


async def close(
    session: AsyncSession, job: Job, event: str, closed_at: datetime | None
) -> Row[Any]:
    """Move a job out of its runner's hands.

    Raises:
        AppError: job_moved_on.
    """
    moved = await move(session, job, event, closed_at=closed_at)
    assert job.runner_id is not None
    await unload(session, runner_id=job.runner_id, load=job.load)
    return moved


async def tell_move(
    session: AsyncSession,
    kind: EventKind,
    job: Job,
    moved: Row[Any],
    actor: Actor,
    now: datetime,
    **data: Any,
) -> None:
    """Write the event of a move."""
    await emit(
        session,
        kind,
        subject_id=job.id,
        subject_seq=moved.version,
        actor=actor,
        now=now,
        community_id=job.community_id,
        from_state=job.state,
        to_state=moved.state,
        **data,
    )


async def tell(
    session: AsyncSession,
    kind: EventKind,
    job: Job,
    version: int,
    actor: Actor,
    now: datetime,
    **data: Any,
) -> None:
    """Write an event that is no move."""
    await emit(
        session,
        kind,
        subject_id=job.id,
        subject_seq=version,
        actor=actor,
        now=now,
        community_id=job.community_id,
        **data,
    )
