"""Runner and job as the predicate sees them, read by rows of the models."""

from collections.abc import Iterable
from datetime import datetime
from math import inf
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.identity.models import User
from api.jobs import queries as job_queries
from api.jobs.models import Job
from api.kit.geo import Point, geodesic_m
from api.matching.rules import JobNow, RunnerNow
from api.matching.signing import held_now
from api.runners import queries as runner_queries
from api.runners.models import Runner
from api.runners.rules import jobs_left


async def seen_runner(session: AsyncSession, *, runner_id: UUID, now: datetime) -> RunnerNow:
    """A runner at this moment, locked: the accept of another job waits, and is judged anew.

    Raises:
        AppError: not_found.
    """
    runner = await runner_queries.runner(session, runner_id=runner_id, lock=True)
    if runner is None:
        raise AppError("not_found")
    work, rules = await runner_queries.work_and_rules(session, runner_id=runner_id)
    apart = (await session.get_one(User, runner_id)).apart
    return _seen(runner, held_now(work, rules, now=now), apart, now=now)


def pickup_m(runner: RunnerNow, job: Job) -> float:
    """From the runner to the pickup, as it decides; infinite where nobody knows where they are."""
    if runner.position is None:
        return inf
    return geodesic_m(runner.position, Point(job.pickup_lat, job.pickup_lng))


def _seen(
    runner: Runner,
    held: tuple[str | None, int | None],
    apart: Iterable[UUID],
    *,
    now: datetime,
) -> RunnerNow:
    return RunnerNow(
        id=runner.id,
        state=runner.state,
        shift=runner.shift,
        position=None
        if runner.lat is None or runner.lng is None
        else Point(runner.lat, runner.lng),
        position_at=runner.position_at,
        kinds=tuple(runner.kinds),
        capacity_left=runner.capacity - runner.load,
        community_id=runner.community_id,
        apart=frozenset(apart),
        held=held[0],
        held_s=held[1],
        weight_max_g=runner.weight_max_g,
        fee_max_fen=runner.fee_max_fen,
        floors_max=runner.floors_max,
        jobs_left_today=jobs_left(runner.jobs_day_max, runner.jobs_day, runner.jobs_today, now=now),
    )


async def parted(
    session: AsyncSession, jobs: Iterable[Job], *, runner: RunnerNow
) -> frozenset[UUID]:
    """Which of these jobs go to several, from one of whom a block parts the runner."""
    shared = [job.id for job in jobs if job.is_shared]
    if not shared or not runner.apart:
        return frozenset()
    return await job_queries.going_to(session, job_ids=shared, person_ids=runner.apart)


def job_now(job: Job, distance_m: float, now: datetime, *, is_parted: bool) -> JobNow:
    """A job at this moment, so far from the runner."""
    return JobNow(
        state=job.state,
        kind=job.kind,
        load=job.load,
        requester_id=job.requester_id,
        community_id=job.community_id,
        lat=job.pickup_lat,
        lng=job.pickup_lng,
        is_expired=job.expires_at <= now,
        pickup_m=distance_m,
        weight_g=job.weight_g,
        fee_fen=job.fee_fen,
        floors_no_lift=job.floors_no_lift,
        is_parted=is_parted,
    )
