"""Carrying a job out: arriving, picking up, delivering, failing, handing back, returning."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError, CountedRefusal
from api.events.log import Actor, emit
from api.events.registry import EventKind
from api.identity.caller import STAFF, Caller
from api.jobs import queries
from api.jobs.events import (
    JOB_ARRIVED,
    JOB_DELIVERED,
    JOB_FAILED,
    JOB_PICKED_UP,
    JOB_RELEASED,
    JOB_RETURNED,
    JOB_STOP_CLOSED,
)
from api.jobs.models import Job, Stop
from api.jobs.rules import CodeTry, is_locked, try_code
from api.jobs.service.proving import (
    Shown,
    check_parcel_codes,
    check_shown,
    claim_photos,
    delivery_parts,
    pickup_parts,
)
from api.jobs.states import JOB
from api.kit.crypto import Vault
from api.runners.queries import unload


async def arrive(session: AsyncSession, *, job_id: UUID, caller: Caller) -> Job:
    """Note that the runner stands at the pickup; repeating it changes nothing.

    Raises:
        AppError: not_found, job_moved_on.
    """
    job = await _own(session, job_id=job_id, caller=caller)
    if job.state != "accepted":
        raise AppError("job_moved_on")
    version = await queries.arrive(session, job_id=job_id, now=caller.now)
    if version is not None:
        await _tell(session, JOB_ARRIVED, job, version, caller.actor, caller.now)
    return await the_job(session, job_id=job_id)


async def pick_up(
    session: AsyncSession, *, job_id: UUID, shown: Shown, vault: Vault, caller: Caller
) -> Job:
    """Pick up, or begin, with the proof that the kind asks for.

    Raises:
        AppError: not_found, job_moved_on, proof_missing, malformed_request, spent_over_ceiling,
            code_wrong, code_locked, upload_unknown.
    """
    job = await _own(session, job_id=job_id, caller=caller)
    _refuse_unless(job, "pick_up")
    stops = await queries.stops(session, job_ids=[job_id])
    check_shown(shown, pickup_parts(job, stops), advance_fen=job.advance_fen)
    if shown.code is not None:
        tried = _try(job, given=shown.code, expected=job.pickup_code, now=caller.now)
        if not tried.is_right:
            await queries.count_pickup_code(session, job_id=job_id, tried=tried)
            raise CountedRefusal(tried.refusal)
    if shown.parcel_codes:
        check_parcel_codes(shown, stops, vault=vault)
    await claim_photos(session, shown, job=job, now=caller.now)
    moved = await _move(
        session, job, "pick_up",
        picked_up_at=caller.now, pickup_proof=shown.as_data(now=caller.now),
    )  # fmt: skip
    if shown.spent_fen is not None:
        # Kinds with goods are never bundled: the receipt is that of the one stop.
        await queries.note_spent(session, job_id=job_id, n=1, spent_fen=shown.spent_fen)
    await _tell_move(
        session, JOB_PICKED_UP, job, moved, caller.actor, caller.now, proof=shown.label
    )
    return await the_job(session, job_id=job_id)


async def deliver(
    session: AsyncSession,
    *,
    job_id: UUID,
    n: int,
    shown: Shown,
    caller: Caller,
) -> Job:
    """Close a stop with the proof that the kind asks for; the last one closes the job.

    Raises:
        AppError: not_found, job_moved_on, stop_closed, proof_missing, malformed_request,
            spent_over_ceiling, code_wrong, code_locked, upload_unknown.
    """
    job = await _own(session, job_id=job_id, caller=caller)
    stop = await _stop(session, job_id=job_id, n=n)
    _refuse_unless(job, "deliver")
    if stop.state != "pending":
        raise AppError("stop_closed")
    parts = delivery_parts(job, stop, by_code=shown.code is not None)
    check_shown(shown, parts, advance_fen=job.advance_fen)
    if shown.code is not None:
        tried = _try(stop, given=shown.code, expected=stop.receipt_code, now=caller.now)
        if not tried.is_right:
            await queries.count_receipt_code(session, job_id=job_id, n=n, tried=tried)
            raise CountedRefusal(tried.refusal)
    await claim_photos(session, shown, job=job, now=caller.now)
    if shown.spent_fen is not None:
        await queries.note_spent(session, job_id=job_id, n=n, spent_fen=shown.spent_fen)
    if not await queries.close_stop(
        session,
        job_id=job_id,
        n=n,
        outcome="delivered",
        now=caller.now,
        proof=shown.as_json(now=caller.now),
        reason=None,
    ):
        raise AppError("stop_closed")
    if await queries.pending_stops(session, job_id=job_id):
        version = await queries.touch(session, job_id=job_id, state="picked_up")
        assert version is not None
        await _tell(
            session, JOB_STOP_CLOSED, job, version, caller.actor, caller.now,
            stop=n, outcome="delivered", proof=shown.label,
        )  # fmt: skip
        return await the_job(session, job_id=job_id)
    moved = await _close(session, job, "deliver", caller.now)
    await _tell_move(
        session, JOB_DELIVERED, job, moved, caller.actor, caller.now, stop=n, proof=shown.label
    )
    return await the_job(session, job_id=job_id)


async def fail(session: AsyncSession, *, job_id: UUID, reason: str, caller: Caller) -> Job:
    """Give up on all stops that are left; where none was delivered the goods go back.

    Raises:
        AppError: not_found, job_moved_on.
    """
    job = await _own(session, job_id=job_id, caller=caller)
    _refuse_unless(job, "fail")
    stops = await queries.stops(session, job_ids=[job_id])
    await queries.fail_stops(session, job_id=job_id, now=caller.now, reason=reason)
    if any(s.state == "delivered" for s in stops):
        moved = await _close(session, job, "deliver", caller.now)
        await _tell_move(
            session, JOB_DELIVERED, job, moved, caller.actor, caller.now, stop=None, proof=None
        )
        return await the_job(session, job_id=job_id)
    moved = await _close(session, job, "fail", None)
    await _tell_move(
        session, JOB_FAILED, job, moved, caller.actor, caller.now,
        reason=reason, order_ids=[str(s.order_id) for s in stops],
    )  # fmt: skip
    return await the_job(session, job_id=job_id)


async def release(session: AsyncSession, *, job_id: UUID, caller: Caller) -> None:
    """Hand an accepted job back to the hall (转单), by its runner or by staff.

    Raises:
        AppError: not_found, job_moved_on.
    """
    job = await queries.job(session, job_id=job_id, lock=True)
    if job is None or not (job.runner_id == caller.user_id or caller.holds(STAFF, job.place_path)):
        raise AppError("not_found")
    _refuse_unless(job, "release")
    assert job.runner_id is not None
    assert job.accepted_at is not None
    runner_id, held_s = job.runner_id, (caller.now - job.accepted_at).total_seconds()
    moved = await _move(
        session, job, "release",
        runner_id=None, accepted_at=None, accept_distance_m=None, arrived_at=None,
    )  # fmt: skip
    await unload(session, runner_id=runner_id, load=job.load)
    await _tell_move(
        session, JOB_RELEASED, job, moved, caller.actor, caller.now,
        runner_id=str(runner_id), after_accept_s=int(held_s),
        order_ids=await queries.order_ids(session, job_id=job_id),
    )  # fmt: skip


async def confirm_return(session: AsyncSession, *, job_id: UUID, caller: Caller) -> Job:
    """Confirm that the goods of a failed job are back, by its requester or by staff.

    Raises:
        AppError: not_found, job_moved_on.
    """
    job = await queries.job(session, job_id=job_id, lock=True)
    if job is None or not (
        job.requester_id == caller.user_id or caller.holds(STAFF, job.place_path)
    ):
        raise AppError("not_found")
    _refuse_unless(job, "return")
    stops = await queries.stops(session, job_ids=[job_id])
    moved = await _move(session, job, "return", closed_at=caller.now)
    await _tell_move(
        session, JOB_RETURNED, job, moved, caller.actor, caller.now,
        reason=stops[0].fail_reason, order_ids=[str(s.order_id) for s in stops],
    )  # fmt: skip
    return await the_job(session, job_id=job_id)


async def the_job(session: AsyncSession, *, job_id: UUID) -> Job:
    """A job as it is now.

    Raises:
        AppError: not_found.
    """
    job = await queries.job(session, job_id=job_id)
    if job is None:
        raise AppError("not_found")
    return job


async def _own(session: AsyncSession, *, job_id: UUID, caller: Caller) -> Job:
    job = await queries.job(session, job_id=job_id, lock=True)
    if job is None or job.runner_id != caller.user_id:
        raise AppError("not_found")
    return job


async def _stop(session: AsyncSession, *, job_id: UUID, n: int) -> Stop:
    for stop in await queries.stops(session, job_ids=[job_id]):
        if stop.n == n:
            return stop
    raise AppError("not_found")


def _refuse_unless(job: Job, event: str) -> None:
    if not JOB.allows(job.state, event):
        raise AppError("job_moved_on")


def _try(locked: Job | Stop, *, given: str, expected: str, now: datetime) -> CodeTry:
    if is_locked(locked.locked_until, now=now):
        raise AppError("code_locked")
    return try_code(given=given, expected=expected, wrong_codes=locked.wrong_codes, now=now)


async def _move(session: AsyncSession, job: Job, event: str, **values: Any) -> Row[Any]:
    moved = await queries.move(session, job_id=job.id, event=event, from_state=job.state, **values)
    if moved is None:
        raise AppError("job_moved_on")
    return moved


async def _close(
    session: AsyncSession, job: Job, event: str, closed_at: datetime | None
) -> Row[Any]:
    moved = await _move(session, job, event, closed_at=closed_at)
    assert job.runner_id is not None
    await unload(session, runner_id=job.runner_id, load=job.load)
    return moved


async def _tell_move(
    session: AsyncSession,
    kind: EventKind,
    job: Job,
    moved: Row[Any],
    actor: Actor,
    now: datetime,
    **data: Any,
) -> None:
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


async def _tell(
    session: AsyncSession,
    kind: EventKind,
    job: Job,
    version: int,
    actor: Actor,
    now: datetime,
    **data: Any,
) -> None:
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
