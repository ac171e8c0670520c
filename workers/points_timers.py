"""The timers of points: appeals without an answer, what to look at, months that close."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.bootstrap import Parts
from api.points.queries.appeals import overdue as overdue_appeals
from api.points.queries.findings import to_watch
from api.points.queries.months import to_publish, to_review
from api.points.service.appealing import lapse as lapse_appeal
from api.points.service.closing import closed_month, review_runner
from api.points.service.closing import publish as publish_month
from workers.guarding.watching import watch
from workers.sweeping import Sweep, sweep


async def lapse_appeals(parts: Parts) -> int:
    """Decide for the runner the appeals that nobody answered in time."""

    async def move(session: AsyncSession, appeal_id: UUID, now: datetime) -> bool:
        return await lapse_appeal(session, appeal_id=appeal_id, now=now)

    return await sweep(parts, overdue_appeals, move)


async def watch_points(parts: Parts) -> int:
    """List for staff what in a community's ledgers a person should look at."""

    async def move(session: AsyncSession, community_id: UUID, now: datetime) -> bool:
        return await watch(session, community_id=community_id, now=now) > 0

    return await sweep(parts, to_watch, move)


async def review_runners(parts: Parts) -> int:
    """Review the closed month of runners, one after another."""

    async def due(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
        month = closed_month(now)
        return await to_review(session, month=month.first_day, end=month.end, limit=limit)

    async def move(session: AsyncSession, runner_id: UUID, now: datetime) -> bool:
        return await review_runner(session, runner_id=runner_id, now=now)

    return await sweep(parts, due, move)


async def publish_months(parts: Parts) -> int:
    """Publish the closed month of communities whose runners are reviewed."""

    async def due(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
        month = closed_month(now)
        return await to_publish(session, month=month.first_day, end=month.end, limit=limit)

    async def move(session: AsyncSession, community_id: UUID, now: datetime) -> bool:
        return await publish_month(session, community_id=community_id, now=now)

    return await sweep(parts, due, move)


# Each with how many polls apart it runs.
POINTS_TIMERS: tuple[tuple[str, Sweep, int], ...] = (
    ("lapse_appeals", lapse_appeals, 20),
    ("watch_points", watch_points, 120),
    ("review_runners", review_runners, 120),
    ("publish_months", publish_months, 120),
)
