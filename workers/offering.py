"""The timers of dispatch: offers, and what is learned of runners and hours."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.bootstrap import Parts
from api.jobs.queries import to_learn
from api.jobs.service import learning
from api.offers.queries.offers import to_end
from api.offers.queries.weights import to_weigh
from api.offers.service.ending import end_offer
from api.offers.service.weighing import weigh
from workers.sweeping import sweep


async def end_offers(parts: Parts) -> int:
    """End offers that nobody answered, or whose job is gone."""

    async def move(session: AsyncSession, offer_id: UUID, now: datetime) -> bool:
        return await end_offer(session, offer_id=offer_id, now=now)

    return await sweep(parts, to_end, move)


async def weigh_runners(parts: Parts) -> int:
    """Learn hourly what quality and fairness weigh where rounds are made."""

    async def move(session: AsyncSession, community_id: UUID, now: datetime) -> bool:
        return await weigh(session, community_id=community_id, now=now)

    return await sweep(parts, to_weigh, move)


async def learn_hours(parts: Parts) -> int:
    """Learn daily how long deliveries took, by hour of the day: what is promised follows it."""

    async def move(session: AsyncSession, community_id: UUID, now: datetime) -> bool:
        return await learning.learn_hours(session, community_id=community_id, now=now)

    return await sweep(parts, to_learn, move)
