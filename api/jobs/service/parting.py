"""Parting with a job: handing it back before the pickup, failing after it, bringing goods back."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import Actor
from api.identity.caller import STAFF, Caller
from api.jobs import queries
from api.jobs.events import (
    JOB_DELIVERED,
    JOB_FAILED,
    JOB_RELEASED,
    JOB_RETURNED,
    JOB_STOP_CLOSED,
)
from api.jobs.models import Job, Stop
from api.jobs.policies import FAILURES, RELEASES
from api.jobs.service.moving import (
    close,
    move,
    own_job,
    refuse_unless,
    tell,
    tell_move,
    the_job,
)
from api.jobs.service.stating import NOTHING_SAID, Said, keep_statement, require_evidence
from api.kit.crypto import Vault
from api.runners.queries import unload


async def release(
    session: AsyncSession,
    *,
    job_id: UUID,
    reason: str,
    said: Said,
    vault: Vault,
    caller: Caller,
) -> None:
    """Hand an accepted job back to the hall (转单), by its runner or by staff.

    Raises:
        AppError: not_found, job_moved_on, evidence_missing.
    """
    job = await queries.job(session, job_id=job_id, lock=True)
    if job is None or not (job.runner_id == caller.user_id or caller.holds(STAFF, job.place_path)):
        raise AppError("not_found")
    refuse_unless(job, "release")
    require_evidence(RELEASES[reason].evidence, said)
    order_ids = await queries.order_ids(session, job_id=job_id)
    await keep_statement(
        session, said=said, act="release", reason=reason, author_id=caller.user_id,
        order_id=UUID(order_ids[0]), vault=vault, now=caller.now,
    )  # fmt: skip
    await release_job(session, job=job, reason=reason, actor=caller.actor, now=caller.now)


async def release_job(
    session: AsyncSession, *, job: Job, reason: str, actor: Actor, now: datetime
) -> None:
    """Take a locked, accepted job off its runner and open it again.

    Raises:
        AppError: job_moved_on.
    """
    assert job.runner_id is not None
    assert job.accepted_at is not None
    runner_id, taken_at = job.runner_id, job.accepted_at
    held_s = (now - taken_at).total_seconds()
    row = RELEASES[reason]
    is_own = actor.user_id == runner_id
    moved = await move(
        session, job, "release",
        runner_id=None, accepted_at=None, accept_distance_m=None, arrived_at=None,
    )  # fmt: skip
    await unload(session, runner_id=runner_id, load=job.load, taken_at=taken_at)
    await tell_move(
        session, JOB_RELEASED, job, moved, actor, now,
        runner_id=str(runner_id), after_accept_s=int(held_s), reason=reason,
        # Handed back by staff it is neither the runner's fault nor a fact about them.
        fault=row.fault if is_own or row.fault != "runner" else "nobody",
        points=row.points if is_own else "none",
        order_ids=await queries.order_ids(session, job_id=job.id),
    )  # fmt: skip


async def fail(
    session: AsyncSession,
    *,
    job_id: UUID,
    reason: str,
    said: Said = NOTHING_SAID,
    vault: Vault,
    caller: Caller,
) -> Job:
    """Give up on all stops that are left; where none was delivered the goods go back.

    Raises:
        AppError: not_found, job_moved_on, stop_not_kept_back, stop_kept_back,
            evidence_missing.
    """
    job = await own_job(session, job_id=job_id, caller=caller)
    refuse_unless(job, "fail")
    stops = await queries.stops(session, job_ids=[job_id])
    _refuse_unfit(reason, [s for s in stops if s.state == "pending"])
    require_evidence(FAILURES[reason].evidence, said)
    await keep_statement(
        session, said=said, act="fail", reason=reason, author_id=caller.user_id,
        order_id=stops[0].order_id, vault=vault, now=caller.now,
    )  # fmt: skip
    await queries.fail_stops(session, job_id=job_id, now=caller.now, reason=reason)
    return await _end(session, job, stops, reason=reason, caller=caller)


async def fail_stop(
    session: AsyncSession,
    *,
    job_id: UUID,
    n: int,
    reason: str,
    said: Said = NOTHING_SAID,
    vault: Vault,
    caller: Caller,
) -> Job:
    """Give up on one stop and go on to the others; after the last the job ends as by `fail`.

    Raises:
        AppError: not_found, job_moved_on, stop_closed, stop_not_kept_back, stop_kept_back,
            evidence_missing.
    """
    job = await own_job(session, job_id=job_id, caller=caller)
    stops = await queries.stops(session, job_ids=[job_id])
    stop = next((s for s in stops if s.n == n), None)
    if stop is None:
        raise AppError("not_found")
    refuse_unless(job, "fail")
    if stop.state != "pending":
        raise AppError("stop_closed")
    _refuse_unfit(reason, [stop])
    require_evidence(FAILURES[reason].evidence, said)
    await keep_statement(
        session, said=said, act="fail", reason=reason, author_id=caller.user_id,
        order_id=stop.order_id, vault=vault, now=caller.now,
    )  # fmt: skip
    is_closed = await queries.close_stop(
        session, job_id=job_id, n=n, outcome="failed", now=caller.now, proof=None, reason=reason
    )
    assert is_closed, "the job was locked"
    if await queries.pending_stops(session, job_id=job_id):
        version = await queries.touch(session, job_id=job_id, state="picked_up")
        assert version is not None, "the job was locked"
        await tell(
            session, JOB_STOP_CLOSED, job, version, caller.actor, caller.now,
            stop=n, outcome="failed", proof=None,
        )  # fmt: skip
        return await the_job(session, job_id=job_id)
    return await _end(session, job, stops, reason=reason, caller=caller)


def _refuse_unfit(reason: str, stops: Sequence[Stop]) -> None:
    """That something is kept back is no excuse for what is not; and while it is, whoever waits for
    it cannot be at fault.
    """
    if reason == "kept_back" and any(s.kept_back_at is None for s in stops):
        raise AppError("stop_not_kept_back")
    if FAILURES[reason].fault == "resident" and any(s.kept_back_at is not None for s in stops):
        raise AppError("stop_kept_back")


async def _end(
    session: AsyncSession, job: Job, stops: Sequence[Stop], *, reason: str, caller: Caller
) -> Job:
    """Close a job of which nothing is left to bring; where nothing was delivered it failed."""
    row = FAILURES[reason]
    if any(s.state == "delivered" for s in stops):
        moved = await close(session, job, "deliver", caller.now)
        await tell_move(
            session, JOB_DELIVERED, job, moved, caller.actor, caller.now, stop=None, proof=None
        )
        return await the_job(session, job_id=job.id)
    moved = await close(session, job, "fail", None)
    await tell_move(
        session, JOB_FAILED, job, moved, caller.actor, caller.now,
        reason=reason, fault=row.fault, points=row.points, runner_id=str(job.runner_id),
        order_ids=[str(s.order_id) for s in stops],
    )  # fmt: skip
    return await the_job(session, job_id=job.id)


async def confirm_return(
    session: AsyncSession, *, job_id: UUID, caller: Caller, is_theirs: bool = False
) -> Job:
    """Confirm that the goods of a failed job are back, by its requester or by staff.

    ``is_theirs``: who stands above found that the goods are the caller's, as of a merchant.

    Raises:
        AppError: not_found, job_moved_on.
    """
    job = await queries.job(session, job_id=job_id, lock=True)
    if job is None or not (
        is_theirs or job.requester_id == caller.user_id or caller.holds(STAFF, job.place_path)
    ):
        raise AppError("not_found")
    refuse_unless(job, "return")
    stops = await queries.stops(session, job_ids=[job_id])
    moved = await move(session, job, "return", closed_at=caller.now)
    await tell_move(
        session, JOB_RETURNED, job, moved, caller.actor, caller.now,
        reason=stops[0].fail_reason, order_ids=[str(s.order_id) for s in stops],
    )  # fmt: skip
    return await the_job(session, job_id=job_id)
