"""What a runner may take: judged from wish, tier and courses, kept in the row matching reads."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.events.log import Actor, emit
from api.places.service import community_of_place
from api.runners import queries
from api.runners.catalogue import training
from api.runners.events import RUNNER_PERMISSIONS_CHANGED, RUNNER_TIER_CHANGED
from api.runners.models import Runner
from api.runners.rules import Permission, permission, required_checks
from api.tiers import tiers


async def refresh_permission(
    session: AsyncSession, *, runner_id: UUID, is_production: bool, actor: Actor, now: datetime
) -> bool:
    """Judge anew what an approved runner may take; whether anything changed. Safe to repeat."""
    runner = await queries.runner(session, runner_id=runner_id, lock=True)
    if runner is None or runner.state != "approved":
        return False
    allowed = await _judge(session, runner=runner, is_production=is_production, now=now)
    # A limit that falls below what is in hand takes effect as the jobs are finished.
    capacity = max(allowed.capacity, runner.load, 1)
    before = (
        tuple(runner.kinds), runner.capacity, runner.weight_max_g, runner.fee_max_fen,
        runner.floors_max, runner.jobs_day_max,
    )  # fmt: skip
    after = (
        allowed.kinds, capacity, allowed.weight_max_g, allowed.fee_max_fen, allowed.floors_max,
        allowed.jobs_day_max,
    )  # fmt: skip
    if before == after:
        if runner.permitted_until != allowed.until:
            await queries.set_permitted_until(session, runner_id=runner_id, until=allowed.until)
        return False
    version = await queries.set_permission(
        session, runner_id=runner_id, allowed=allowed, capacity=capacity
    )
    await emit(
        session,
        RUNNER_PERMISSIONS_CHANGED,
        subject_id=runner_id,
        subject_seq=version,
        actor=actor,
        now=now,
        community_id=runner.community_id,
        kinds=list(allowed.kinds),
        capacity=capacity,
        weight_max_g=allowed.weight_max_g,
        fee_max_fen=allowed.fee_max_fen,
        floors_max=allowed.floors_max,
        jobs_day_max=allowed.jobs_day_max,
    )
    return True


async def set_tier(
    session: AsyncSession,
    *,
    runner: Runner,
    tier: str,
    reason: str,
    is_production: bool,
    actor: Actor,
    now: datetime,
) -> None:
    """Give a runner another tier; the same one again changes nothing."""
    before = runner.tier
    if before == tier:
        return
    await emit(
        session,
        RUNNER_TIER_CHANGED,
        subject_id=runner.id,
        subject_seq=await queries.set_tier(session, runner_id=runner.id, tier=tier),
        actor=actor,
        now=now,
        community_id=runner.community_id,
        tier_before=before,
        tier=tier,
        reason=reason,
    )
    await refresh_permission(
        session, runner_id=runner.id, is_production=is_production, actor=actor, now=now
    )


async def _judge(
    session: AsyncSession, *, runner: Runner, is_production: bool, now: datetime
) -> Permission:
    application = await queries.application(session, runner_id=runner.id)
    community = await community_of_place(session, place_id=runner.community_id)
    return permission(
        wished=application.kinds if application else (),
        tier=tiers()["volunteer" if runner.is_volunteer else runner.tier],
        is_volunteer=runner.is_volunteer,
        in_emergency=community.in_emergency(now),
        courses=await queries.courses(session, runner_id=runner.id, now=now),
        training=training(),
        capacity=community.settings.capacity,
        required=required_checks(community.settings.runner_checks, is_production=is_production),
    )
