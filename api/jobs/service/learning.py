"""Learning daily what hours of the day and visits took in a community in the past."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.jobs import queries
from api.jobs.promising import PAST_DAYS, hour_of, promised_s
from api.places.rules import Community
from api.places.service import community_of_place


async def learn(session: AsyncSession, *, community_id: UUID, now: datetime) -> bool:
    """Count anew; a second worker at it writes the same."""
    since = now - timedelta(days=PAST_DAYS)
    community = await community_of_place(session, place_id=community_id)
    pace = community.settings.walk_m_per_min
    await queries.learn_visits(
        session, community_id=community_id, walk_m_per_min=pace, since=since, now=now
    )
    return await queries.learn_hours(session, community_id=community_id, since=since, now=now) > 0


async def promise(session: AsyncSession, community: Community, *, ready_at: datetime) -> timedelta:
    """How long after it is ready something is promised in this community at this hour."""
    seconds = promised_s(
        await queries.past_hour(session, community_id=community.id, hour=hour_of(ready_at)),
        default_s=community.settings.promise_s,
        weather_percent=community.settings.weather_percent,
    )
    return timedelta(seconds=seconds)
