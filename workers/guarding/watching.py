"""Looks at a community's ledgers with every detector, and lists what they see for a person."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.clock import unix_s
from api.points.queries.findings import note_watched
from api.points.service.guarding import note_cases
from scoring.guarding import (
    Case,
    Decided,
    Quarrel,
    Rated,
    Served,
    own_households,
    pairs,
    relatives_decided,
    retaliations,
    review_bombs,
    rings,
)
from workers.guarding import queries

SEEN_DAYS = 90


async def watch(session: AsyncSession, *, community_id: UUID, now: datetime) -> int:
    """List what is new; how many cases that are."""
    await note_watched(session, community_id=community_id, now=now)
    cases = await cases_of(session, community_id=community_id, now=now)
    return await note_cases(session, community_id=community_id, cases=cases, now=now)


async def cases_of(session: AsyncSession, *, community_id: UUID, now: datetime) -> list[Case]:
    """What all detectors see in a community's last three months."""
    since = now - timedelta(days=SEEN_DAYS)
    orders = [
        Served(*row)
        for row in await queries.served(session, community_id=community_id, since=since)
    ]
    ratings = [
        Rated(*row) for row in await queries.rated(session, community_id=community_id, since=since)
    ]
    quarrels = [
        Quarrel(*row)
        for row in await queries.quarrels(session, community_id=community_id, since=since)
    ]
    decided = [
        Decided(*row)
        for row in await queries.decided(session, community_id=community_id, since=since)
    ]
    homes = await queries.homes(session, community_id=community_id)
    return [
        *pairs(orders, now=unix_s(now)),
        *review_bombs(ratings),
        *rings(ratings, homes),
        *retaliations(ratings, quarrels),
        *own_households(orders, homes),
        *relatives_decided(decided, homes),
    ]
