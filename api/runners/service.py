"""Applying, deciding, going online, reporting a position."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import Actor, emit
from api.events.registry import EventKind
from api.identity.caller import MANAGERS, Caller
from api.kinds import BASIC_KINDS
from api.kit.geo import Point
from api.places.service import community_of_place
from api.runners import queries
from api.runners.events import (
    RUNNER_APPLIED,
    RUNNER_APPROVED,
    RUNNER_REJECTED,
    RUNNER_SHIFT_CHANGED,
    RUNNER_SUSPENDED,
)
from api.runners.models import Runner

_DECISIONS: dict[str, EventKind] = {
    "approve": RUNNER_APPROVED,
    "reject": RUNNER_REJECTED,
    "suspend": RUNNER_SUSPENDED,
}


async def apply(session: AsyncSession, *, community_id: UUID, caller: Caller) -> Runner:
    """Apply to run in a community; a rejected person may apply again.

    Raises:
        AppError: not_found, already_applied.
    """
    community = await community_of_place(session, place_id=community_id)
    version = await queries.apply(
        session,
        runner_id=caller.user_id,
        community_id=community.id,
        kinds=list(BASIC_KINDS),
        capacity=community.settings.capacity,
        now=caller.now,
    )
    if version is None:
        raise AppError("already_applied")
    await emit(
        session,
        RUNNER_APPLIED,
        subject_id=caller.user_id,
        subject_seq=version,
        actor=caller.actor,
        now=caller.now,
        community_id=community.id,
        from_state=None if version == 1 else "rejected",
        to_state="applied",
    )
    return await the_runner(session, runner_id=caller.user_id)


async def decide(
    session: AsyncSession, *, runner_id: UUID, decision: str, reason: str, caller: Caller
) -> Runner:
    """Approve, reject or suspend a runner of a community where the caller manages.

    Raises:
        AppError: not_found, role_missing, decision_made, runner_has_jobs.
    """
    caller.require_anywhere(MANAGERS)
    # Locked: an accept in the same moment must not leave a suspended runner with a job.
    runner = await queries.runner(session, runner_id=runner_id, lock=True)
    if runner is None:
        raise AppError("not_found")
    community = await community_of_place(session, place_id=runner.community_id)
    if not caller.holds(MANAGERS, community.path):
        raise AppError("not_found")
    await decide_as(
        session,
        runner=runner,
        decision=decision,
        reason=reason,
        actor=caller.actor,
        now=caller.now,
    )
    return await the_runner(session, runner_id=runner_id)


async def decide_as(
    session: AsyncSession,
    *,
    runner: Runner,
    decision: str,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Move the runner's standing; suspension takes effect offline and with empty hands.

    Raises:
        AppError: decision_made, runner_has_jobs.
    """
    before, runner_id, community_id = runner.state, runner.id, runner.community_id
    if decision == "suspend" and runner.load:
        raise AppError("runner_has_jobs")
    moved = await queries.move(
        session, runner_id=runner_id, event=decision, now=now, shift="offline"
    )
    if moved is None:
        raise AppError("decision_made")
    await emit(
        session,
        _DECISIONS[decision],
        subject_id=runner_id,
        subject_seq=moved.version,
        actor=actor,
        now=now,
        community_id=community_id,
        from_state=before,
        to_state=moved.state,
        reason=reason,
    )


async def set_shift(session: AsyncSession, *, shift: str, caller: Caller) -> Runner:
    """Go online, on a break or offline; repeating it changes nothing.

    Raises:
        AppError: runner_not_approved, runner_has_jobs.
    """
    runner = await queries.runner(session, runner_id=caller.user_id, lock=True)
    if runner is None or runner.state != "approved":
        raise AppError("runner_not_approved")
    if shift == "offline" and runner.load:
        raise AppError("runner_has_jobs")
    version = await queries.set_shift(session, runner_id=caller.user_id, shift=shift)
    if version is not None:
        await emit(
            session,
            RUNNER_SHIFT_CHANGED,
            subject_id=runner.id,
            subject_seq=version,
            actor=caller.actor,
            now=caller.now,
            community_id=runner.community_id,
            shift=shift,
        )
    return await the_runner(session, runner_id=caller.user_id)


async def report_position(session: AsyncSession, *, point: Point, caller: Caller) -> None:
    """Store where the runner is now.

    Raises:
        AppError: runner_not_approved.
    """
    shift = await queries.set_position(
        session, runner_id=caller.user_id, lat=point.lat, lng=point.lng, now=caller.now
    )
    if shift is None:
        raise AppError("runner_not_approved")


async def the_runner(session: AsyncSession, *, runner_id: UUID) -> Runner:
    """A runner who is known to exist.

    Raises:
        AppError: not_found.
    """
    runner = await queries.runner(session, runner_id=runner_id)
    if runner is None:
        raise AppError("not_found")
    return runner
