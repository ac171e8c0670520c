"""Assigning a job to a runner by hand, and giving it to another.

Staff decide who, not whether: the one predicate holds for them too. What they may waive is the
distance, and with it how old the last position may be; a runner nobody ever located, one who is
offline, must rest, or lacks capacity or permission for the job is refused to them as to anybody.
"""

from dataclasses import replace
from math import inf
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.identity.caller import MANAGERS, STAFF, Caller
from api.jobs import queries as job_queries
from api.jobs.events import JOB_ASSIGNED
from api.jobs.models import Job
from api.jobs.service.moving import move, tell_move, the_job
from api.jobs.service.parting import release_job
from api.jobs.service.stating import Said, keep_statement
from api.kit.crypto import Vault
from api.matching.rules import Reach, refusal
from api.matching.seeing import job_now, parted, pickup_m, seen_runner
from api.matching.signing import refused
from api.places.service import community_of_place
from api.runners import queries as runner_queries


async def assign(
    session: AsyncSession,
    *,
    job_id: UUID,
    version: int,
    runner_id: UUID,
    reason: str,
    said: Said,
    is_distance_waived: bool,
    vault: Vault,
    caller: Caller,
) -> Job:
    """Give an open job to a runner.

    Raises:
        AppError: not_found, role_missing, version_changed, job_not_open, and every refusal of
            `matching.rules`.
    """
    job = await _managed_job(session, job_id=job_id, version=version, caller=caller)
    return await _give(
        session, job, runner_id=runner_id, reason=reason, said=said,
        is_distance_waived=is_distance_waived, vault=vault, caller=caller,
    )  # fmt: skip


async def reassign(
    session: AsyncSession,
    *,
    job_id: UUID,
    version: int,
    runner_id: UUID,
    reason: str,
    said: Said,
    is_distance_waived: bool,
    vault: Vault,
    caller: Caller,
) -> Job:
    """Take an accepted job off its runner, at no cost of points, and give it to another.

    Raises:
        AppError: not_found, role_missing, version_changed, job_moved_on, same_runner, and every
            refusal of `matching.rules`.
    """
    job = await _managed_job(session, job_id=job_id, version=version, caller=caller)
    if job.state != "accepted":
        raise AppError("job_moved_on")
    if job.runner_id == runner_id:
        raise AppError("same_runner")
    await release_job(session, job=job, reason="handed_back", actor=caller.actor, now=caller.now)
    opened = await the_job(session, job_id=job_id)
    return await _give(
        session, opened, runner_id=runner_id, reason=reason, said=said,
        is_distance_waived=is_distance_waived, vault=vault, caller=caller,
    )  # fmt: skip


async def _managed_job(session: AsyncSession, *, job_id: UUID, version: int, caller: Caller) -> Job:
    job = await job_queries.job(session, job_id=job_id, lock=True)
    if job is None:
        raise AppError("not_found")
    if not caller.holds(STAFF, job.place_path):
        is_party = caller.user_id in (job.requester_id, job.runner_id)
        raise AppError("role_missing" if is_party else "not_found")
    caller.require(MANAGERS, job.place_path)
    if job.version != version:
        raise AppError("version_changed")
    return job


async def _give(
    session: AsyncSession,
    job: Job,
    *,
    runner_id: UUID,
    reason: str,
    said: Said,
    is_distance_waived: bool,
    vault: Vault,
    caller: Caller,
) -> Job:
    seen = await seen_runner(session, runner_id=runner_id, now=caller.now)
    community = await community_of_place(session, place_id=job.community_id)
    reach = Reach(community.settings.radius_m, community.settings.position_max_age_s)
    distance_m = pickup_m(seen, job)
    if is_distance_waived:
        # Zero metres from a place they are known to be at: all else of the predicate stays.
        reach = replace(reach, radius_m=inf)
        seen = replace(seen, position_at=caller.now if seen.position else None)
    is_parted = bool(await parted(session, [job], runner=seen))
    job_seen = job_now(job, distance_m, caller.now, is_parted=is_parted)
    code = refusal(seen, job_seen, reach, now=caller.now)
    if code is not None:
        raise refused(code, seen)
    order_ids = await job_queries.order_ids(session, job_id=job.id)
    await keep_statement(
        session, said=said, act="assign", reason=reason, author_id=caller.user_id,
        order_id=UUID(order_ids[0]), vault=vault, now=caller.now,
    )  # fmt: skip
    moved = await move(
        session, job, "assign",
        runner_id=runner_id, accepted_at=caller.now,
        accept_distance_m=None if is_distance_waived else distance_m,
    )  # fmt: skip
    await runner_queries.load_on(session, runner_id=runner_id, load=job.load, now=caller.now)
    await tell_move(
        session, JOB_ASSIGNED, job, moved, caller.actor, caller.now,
        runner_id=str(runner_id), reason=reason, distance_m=round(distance_m, 1),
        is_distance_waived=is_distance_waived, order_ids=order_ids,
    )  # fmt: skip
    return await the_job(session, job_id=job.id)
