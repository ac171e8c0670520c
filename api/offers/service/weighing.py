"""Learning what quality and fairness weigh for the runners of a community."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.clock import unix_s
from api.offers.queries import weights as queries
from api.offers.weights import FACT_DAYS, PAY_DAYS, Weight, quality_of, weights_of
from api.points.service.calibrating import calibration_of
from api.points.service.knowing import known_rules
from scoring.parsing import parse_fact


async def weigh(session: AsyncSession, *, community_id: UUID, now: datetime) -> bool:
    """Learn anew; a second worker at it writes the same. Runners beyond the bound stay at 1."""
    runner_ids = await queries.approved(session, community_id=community_id)
    since = now - timedelta(days=PAY_DAYS)
    pay = await queries.pay_since(session, runner_ids=runner_ids, since=since, now=now)
    stored = await queries.facts_since(
        session, runner_ids=runner_ids, since=now - timedelta(days=FACT_DAYS)
    )
    rules = await known_rules(session)
    calibration = await calibration_of(session, community_id=community_id)

    def learn() -> dict[UUID, Weight]:
        as_of = unix_s(now)
        seen = {
            runner_id: quality_of(
                rules,
                map(parse_fact, stored.get(runner_id, ())),
                as_of=as_of,
                calibration=calibration,
            )
            for runner_id in runner_ids
        }
        return weights_of(rules, seen, pay, as_of=as_of)

    weights = await asyncio.to_thread(learn)
    await queries.set_weights(session, community_id=community_id, weights=weights, now=now)
    return bool(weights)
