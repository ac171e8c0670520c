"""Going online, on a break or offline, and saying where one is."""

from sqlmodel.ext.asyncio.session import AsyncSession

from api.consents.service import has_consent
from api.errors import AppError
from api.events.log import emit
from api.identity.caller import Caller
from api.kit.geo import Point
from api.runners import queries
from api.runners.events import RUNNER_SHIFT_CHANGED
from api.runners.models import Runner
from api.runners.service.standing import the_runner


async def set_shift(session: AsyncSession, *, shift: str, caller: Caller) -> Runner:
    """Go online, on a break or offline; repeating it changes nothing.

    Raises:
        AppError: role_missing, runner_not_approved, runner_has_jobs.
    """
    runner = await queries.runner(session, runner_id=caller.user_id, lock=True)
    if runner is None:
        raise AppError("role_missing")
    if runner.state != "approved":
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
        AppError: role_missing, runner_not_approved, consent_needed.
    """
    if not await has_consent(session, user_id=caller.user_id, purpose="runner_location"):
        runner = await queries.runner(session, runner_id=caller.user_id)
        if runner is None:
            raise AppError("role_missing")
        is_approved = runner.state == "approved"
        raise AppError("consent_needed" if is_approved else "runner_not_approved")
    shift = await queries.set_position(
        session, runner_id=caller.user_id, lat=point.lat, lng=point.lng, now=caller.now
    )
    if shift is None:
        is_runner = await queries.runner(session, runner_id=caller.user_id) is not None
        raise AppError("runner_not_approved" if is_runner else "role_missing")
