"""Taking jobs that were offered: judged as an accept in the hall is, and moved by the same move."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.events.log import by_user
from api.jobs.events import JOB_ACCEPTED
from api.jobs.models import Job
from api.jobs.service.moving import move, tell_move
from api.matching.rules import Reach, RunnerNow, refusal
from api.matching.seeing import job_now, parted, pickup_m, seen_runner
from api.places.service import community_of_place
from api.runners import queries as runner_queries


async def judge_all(
    session: AsyncSession, jobs: Sequence[Job], *, runner_id: UUID, now: datetime
) -> tuple[RunnerNow, Mapping[UUID, str]]:
    """The runner, locked, and by job why the runner may not take it with those before it.

    ``jobs`` are locked and of one community. What may be taken is not among the answer.

    Raises:
        AppError: not_found, where there is no such runner.
    """
    runner = await seen_runner(session, runner_id=runner_id, now=now)
    community = await community_of_place(session, place_id=jobs[0].community_id)
    reach = Reach(community.settings.radius_m, community.settings.position_max_age_s)
    why: dict[UUID, str] = {}
    left = runner
    from_whom = await parted(session, jobs, runner=runner)
    for job in jobs:
        seen = job_now(job, pickup_m(left, job), now, is_parted=job.id in from_whom)
        code = refusal(left, seen, reach, now=now)
        if code is None:
            left = replace(
                left,
                capacity_left=left.capacity_left - job.load,
                jobs_left_today=left.jobs_left_today - 1,
            )
        else:
            why[job.id] = code
    return runner, why


async def take_all(
    session: AsyncSession, jobs: Sequence[Job], *, runner: RunnerNow, now: datetime
) -> None:
    """Take jobs that were judged in this transaction and may all be taken.

    Raises:
        AppError: job_moved_on, which their locks make impossible.
    """
    for job in jobs:
        distance_m = pickup_m(runner, job)
        moved = await move(
            session, job, "accept",
            runner_id=runner.id, accepted_at=now, accept_distance_m=distance_m,
        )  # fmt: skip
        await runner_queries.load_on(session, runner_id=runner.id, load=job.load, now=now)
        await tell_move(
            session, JOB_ACCEPTED, job, moved, by_user(runner.id), now,
            distance_m=round(distance_m, 1),
        )  # fmt: skip
