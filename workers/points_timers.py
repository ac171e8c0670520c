"""The timers of points: appeals without an answer, what to look at, months that close."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.bootstrap import Parts
from api.points.queries import months
from api.points.queries.announced import to_tell
from api.points.queries.appeals import overdue as overdue_appeals
from api.points.queries.findings import to_watch
from api.points.queries.mentorships import due as mentorships_due
from api.points.service.announcing import tell_runner
from api.points.service.appealing import lapse as lapse_appeal
from api.points.service.closed import closed_month
from api.points.service.closing import publish, review_runner
from api.points.service.mentoring import look as look_at_newcomer
from workers.guarding.watching import watch
from workers.sweeping import RowTimer


async def to_review(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Runners whose closed month was not reviewed."""
    month = closed_month(now)
    return await months.to_review(session, month=month.first_day, end=month.end, limit=limit)


async def to_publish(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Communities whose runners are reviewed and whose closed month was not published."""
    month = closed_month(now)
    return await months.to_publish(session, month=month.first_day, end=month.end, limit=limit)


async def watch_ledgers(session: AsyncSession, community_id: UUID, now: datetime, _: Parts) -> bool:
    """List for staff what in a community's ledgers a person should look at."""
    return await watch(session, community_id=community_id, now=now) > 0


# fmt: off
POINTS_TIMERS = {
    "lapse_appeals": RowTimer(overdue_appeals,
          lambda s, key, now, _: lapse_appeal(s, appeal_id=key, now=now), every=20),
    "tell_new_rules": RowTimer(to_tell,
          lambda s, key, now, _: tell_runner(s, runner_id=key, now=now), every=20),
    "watch_newcomers": RowTimer(mentorships_due,
          lambda s, key, now, _: look_at_newcomer(s, mentorship_id=key, now=now), every=20),
    "watch_points": RowTimer(to_watch, watch_ledgers, every=120),
    "review_runners": RowTimer(to_review,
          lambda s, key, now, _: review_runner(s, runner_id=key, now=now), every=120),
    "publish_months": RowTimer(to_publish,
          lambda s, key, now, _: publish(s, community_id=key, now=now), every=120),
}
# fmt: on
