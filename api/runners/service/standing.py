"""Deciding on runners: approving, rejecting, suspending, reinstating."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import Actor, emit
from api.events.registry import EventKind
from api.identity.caller import MANAGERS, Caller
from api.places.service import community_of_place
from api.runners import queries
from api.runners.events import (
    RUNNER_APPROVED,
    RUNNER_REINSTATED,
    RUNNER_REJECTED,
    RUNNER_SUSPENDED,
)
from api.runners.models import Runner
from api.runners.rules import missing_checks, required_checks
from api.runners.service.checking import checks_done
from api.runners.service.permitting import refresh_permission
from api.runners.states import RUNNER

_DECISIONS: dict[str, EventKind] = {
    "approve": RUNNER_APPROVED,
    "reject": RUNNER_REJECTED,
    "suspend": RUNNER_SUSPENDED,
    "reinstate": RUNNER_REINSTATED,
}


async def decide(
    session: AsyncSession,
    *,
    runner_id: UUID,
    decision: str,
    reason: str,
    is_production: bool,
    caller: Caller,
) -> Runner:
    """Approve, reject, suspend or reinstate a runner of a community where the caller manages.

    Raises:
        AppError: not_found, role_missing, decision_made, runner_has_jobs, checks_missing.
    """
    runner = await managed_runner(session, runner_id=runner_id, caller=caller)
    await decide_as(
        session,
        runner=runner,
        decision=decision,
        reason=reason,
        is_production=is_production,
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
    is_production: bool,
    actor: Actor,
    now: datetime,
) -> None:
    """Move the runner's standing; suspension takes effect offline and with empty hands.

    Raises:
        AppError: decision_made, runner_has_jobs, checks_missing.
    """
    before, runner_id, community_id = runner.state, runner.id, runner.community_id
    if decision == "suspend" and runner.load:
        raise AppError("runner_has_jobs")
    if RUNNER.allows(before, decision) and RUNNER.target(before, decision) == "approved":
        await _refuse_unchecked(session, runner=runner, is_production=is_production)
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
    if moved.state == "approved":
        await refresh_permission(
            session, runner_id=runner_id, is_production=is_production, actor=actor, now=now
        )


async def managed_runner(
    session: AsyncSession, *, runner_id: UUID, caller: Caller, lock: bool = True
) -> Runner:
    """A runner of a community where the caller manages, locked unless they only look.

    Raises:
        AppError: not_found, role_missing.
    """
    caller.require_anywhere(MANAGERS)
    # Locked: an accept in the same moment must not leave a suspended runner with a job.
    runner = await queries.runner(session, runner_id=runner_id, lock=lock)
    if runner is None:
        raise AppError("not_found")
    community = await community_of_place(session, place_id=runner.community_id)
    if not caller.holds(MANAGERS, community.path):
        raise AppError("not_found")
    return runner


async def the_runner(session: AsyncSession, *, runner_id: UUID) -> Runner:
    """A runner who is known to exist.

    Raises:
        AppError: not_found.
    """
    runner = await queries.runner(session, runner_id=runner_id)
    if runner is None:
        raise AppError("not_found")
    return runner


async def _refuse_unchecked(session: AsyncSession, *, runner: Runner, is_production: bool) -> None:
    community = await community_of_place(session, place_id=runner.community_id)
    required = required_checks(community.settings.runner_checks, is_production=is_production)
    done = await checks_done(session, runner_id=runner.id)
    if missing := missing_checks(done, required):
        raise AppError("checks_missing", ", ".join(missing))
