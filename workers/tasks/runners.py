"""What happens to runners after an event."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.bootstrap import Parts
from api.events.log import SYSTEM, Event
from api.jobs.queries import job
from api.points.queries.appeals import appeal as points_appeal
from api.runners.queries import approved_of, runner
from api.runners.service.permitting import refresh_permission, set_tier
from api.runners.service.working import remind_of_rest
from workers.task import task


@task
async def tell_rest(session: AsyncSession, event: Event, now: datetime, parts: Parts) -> None:
    """A job was closed: whoever worked too long is told to rest."""
    closed = await job(session, job_id=event.subject_id)
    runner_id = event.data.get("runner_id") or (closed and closed.runner_id)
    if runner_id is not None:
        await remind_of_rest(session, runner_id=UUID(str(runner_id)), now=now)


@task
async def judge_community(session: AsyncSession, event: Event, now: datetime, parts: Parts) -> None:
    """A community changed its settings: what its runners may take is judged anew."""
    if "settings" in event.data["fields"]:
        await _judge(session, event.subject_id, now, parts, only_volunteers=False)


@task
async def judge_volunteers(
    session: AsyncSession, event: Event, now: datetime, parts: Parts
) -> None:
    """An emergency began or ended: volunteers may help, or no longer."""
    await _judge(session, UUID(event.data["place_id"]), now, parts, only_volunteers=True)


@task
async def hold_tier(session: AsyncSession, event: Event, now: datetime, parts: Parts) -> None:
    """An appeal against a lower tier was filed: until it is answered, the one before holds."""
    appeal = await points_appeal(session, appeal_id=event.subject_id)
    if appeal is not None and appeal.state == "filed" and appeal.tier_from is not None:
        await _set_tier(
            session, appeal.runner_id, appeal.tier_to, appeal.tier_from, "申诉期间", now, parts
        )


@task
async def settle_tier(session: AsyncSession, event: Event, now: datetime, parts: Parts) -> None:
    """An appeal against a lower tier was refused: the decision takes effect after all."""
    appeal = await points_appeal(session, appeal_id=event.subject_id)
    if appeal is not None and appeal.state == "upheld" and appeal.tier_to is not None:
        await _set_tier(
            session, appeal.runner_id, appeal.tier_from, appeal.tier_to, "申诉未成立", now, parts
        )


async def _set_tier(
    session: AsyncSession,
    runner_id: UUID,
    was: str | None,
    tier: str,
    reason: str,
    now: datetime,
    parts: Parts,
) -> None:
    """Change the tier from what it was; whatever staff decided since stays."""
    row = await runner(session, runner_id=runner_id, lock=True)
    if row is not None and row.tier == was:
        await set_tier(
            session,
            runner=row,
            tier=tier,
            reason=reason,
            is_production=parts.settings.environment == "production",
            actor=SYSTEM,
            now=now,
        )


async def _judge(
    session: AsyncSession, community_id: UUID, now: datetime, parts: Parts, *, only_volunteers: bool
) -> None:
    for runner_id in await approved_of(
        session, community_id=community_id, only_volunteers=only_volunteers
    ):
        await refresh_permission(
            session,
            runner_id=runner_id,
            is_production=parts.settings.environment == "production",
            actor=SYSTEM,
            now=now,
        )
