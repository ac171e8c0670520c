"""Hours of work: showing them, confirming to go on, reminding of rest."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import SYSTEM, emit
from api.identity.caller import Caller
from api.runners import queries
from api.runners.events import RUNNER_HOURS_CONFIRMED, RUNNER_REST_DUE
from api.runners.rest import Hold, Hours, RestRules, hold, hours
from api.runners.service.standing import the_runner


@dataclass(frozen=True, slots=True)
class HoursNow:
    """A runner's account of work at one moment, its limits, and what holds them, if anything."""

    hours: Hours
    rules: RestRules
    held: Hold | None


async def hours_now(session: AsyncSession, *, runner_id: UUID, now: datetime) -> HoursNow:
    """How long a runner has worked, and whether they must rest.

    Raises:
        AppError: not_found.
    """
    await the_runner(session, runner_id=runner_id)
    work, rules = await queries.work_and_rules(session, runner_id=runner_id)
    return HoursNow(hours(work, rules, now=now), rules, hold(work, rules, now=now))


async def confirm_hours(session: AsyncSession, *, caller: Caller) -> HoursNow:
    """Say that one wants to go on today; saying it again changes nothing.

    Raises:
        AppError: not_found, hours_not_due.
    """
    seen = await hours_now(session, runner_id=caller.user_id, now=caller.now)
    if seen.hours.is_confirmed:
        return seen
    if seen.hours.today_s < seen.rules.day_confirm_s:
        raise AppError("hours_not_due")
    runner = await the_runner(session, runner_id=caller.user_id)
    version = await queries.confirm_hours(session, runner_id=runner.id, now=caller.now)
    await emit(
        session,
        RUNNER_HOURS_CONFIRMED,
        subject_id=runner.id,
        subject_seq=version,
        actor=caller.actor,
        now=caller.now,
        community_id=runner.community_id,
        worked_s=int(seen.hours.today_s),
    )
    return await hours_now(session, runner_id=runner.id, now=caller.now)


async def remind_of_rest(session: AsyncSession, *, runner_id: UUID, now: datetime) -> None:
    """Where a runner has just closed the last job and must rest, say so by an event."""
    runner = await queries.runner(session, runner_id=runner_id, lock=True)
    if runner is None or runner.load:
        return
    work, rules = await queries.work_and_rules(session, runner_id=runner_id)
    held = hold(work, rules, now=now)
    if held is None:
        return
    await emit(
        session,
        RUNNER_REST_DUE,
        subject_id=runner_id,
        subject_seq=await queries.touch(session, runner_id=runner_id),
        actor=SYSTEM,
        now=now,
        community_id=runner.community_id,
        code=held.code,
        until=None if held.until is None else held.until.isoformat(),
    )
