"""Carrying a job out: arriving, picking up, delivering."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError, CountedRefusal
from api.identity.caller import Caller
from api.jobs import queries
from api.jobs.events import JOB_ARRIVED, JOB_DELIVERED, JOB_PICKED_UP, JOB_STOP_CLOSED
from api.jobs.models import Job, Stop
from api.jobs.rules import CodeTry, is_locked, try_code
from api.jobs.service.moving import close as _close
from api.jobs.service.moving import move as _move
from api.jobs.service.moving import own_job as _own
from api.jobs.service.moving import refuse_unless as _refuse_unless
from api.jobs.service.moving import tell as _tell
from api.jobs.service.moving import tell_move as _tell_move
from api.jobs.service.moving import the_job
from api.jobs.service.proving import (
    Shown,
    check_parcel_codes,
    check_shown,
    claim_photos,
    delivery_parts,
    pickup_parts,
)
from api.kit.crypto import Vault


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
    await claim_photos(session, shown, owner_id=caller.user_id, subject_id=job.id, now=caller.now)
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
    handed_at: datetime | None = None,
) -> Job:
    """Close a stop with the proof that the kind asks for; the last one closes the job.

    ``handed_at``: when it happened, where that was shown to be earlier than now.

    Raises:
        AppError: not_found, job_moved_on, stop_closed, stop_kept_back, proof_missing,
            malformed_request, spent_over_ceiling, code_wrong, code_locked, upload_unknown.
    """
    job = await _own(session, job_id=job_id, caller=caller)
    stop = await _stop(session, job_id=job_id, n=n)
    _refuse_unless(job, "deliver")
    if stop.state != "pending":
        raise AppError("stop_closed")
    if stop.kept_back_at is not None and stop.kept_back_at <= (handed_at or caller.now):
        raise AppError("stop_kept_back")
    parts = delivery_parts(job, stop, by_code=shown.code is not None)
    check_shown(shown, parts, advance_fen=job.advance_fen)
    if shown.code is not None:
        tried = _try(stop, given=shown.code, expected=stop.receipt_code, now=caller.now)
        if not tried.is_right:
            await queries.count_receipt_code(session, job_id=job_id, n=n, tried=tried)
            raise CountedRefusal(tried.refusal)
    await claim_photos(session, shown, owner_id=caller.user_id, subject_id=job.id, now=caller.now)
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


async def _stop(session: AsyncSession, *, job_id: UUID, n: int) -> Stop:
    for stop in await queries.stops(session, job_ids=[job_id]):
        if stop.n == n:
            return stop
    raise AppError("not_found")


def _try(locked: Job | Stop, *, given: str, expected: str, now: datetime) -> CodeTry:
    if is_locked(locked.locked_until, now=now):
        raise AppError("code_locked")
    return try_code(given=given, expected=expected, wrong_codes=locked.wrong_codes, now=now)
