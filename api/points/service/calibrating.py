"""Learns at the close of a month what is not the runners': strict homes, slow buildings.

What was learned is kept as it was, with whose facts it was learned from, so that the figures of
the month can be told again, to the last bit, however the ledgers grow.
"""

import asyncio
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.events.log import SYSTEM, emit
from api.kit.ids import new_id
from api.points.events import CALIBRATION_MADE
from api.points.models import PointsCalibration
from api.points.queries import calibrations
from api.points.service.closed import Month, closed_month, facts_known
from api.points.service.knowing import known_rules
from scoring.days import day_of
from scoring.history import gather
from scoring.quality import NEUTRAL, Calibration, Tally, calibrate, observe
from scoring.quality.storing import calibration_as_json, calibration_from_json
from scoring.types import AnyFact


async def calibrate_month(session: AsyncSession, *, community_id: UUID, now: datetime) -> bool:
    """Learn from a community's closed month, before its first review; false: it was done."""
    month = closed_month(now)
    if await calibrations.is_settled(session, community_id=community_id, month=month.first_day):
        return False
    runner_ids = await calibrations.runners(session, community_id=community_id)
    rules = await known_rules(session)
    row = PointsCalibration(
        id=new_id(),
        community_id=community_id,
        month=month.first_day,
        rules_version=rules.in_force(month.last_at).version,
        runner_ids=runner_ids,
        learned=calibration_as_json(await learned(session, runner_ids, month)),
        made_at=now,
    )
    if not await calibrations.add(session, row=row):
        return False
    await emit(
        session,
        CALIBRATION_MADE,
        subject_id=row.id,
        subject_seq=1,
        actor=SYSTEM,
        now=now,
        community_id=community_id,
        place_id=str(community_id),
    )
    return True


async def learned(session: AsyncSession, runner_ids: list[UUID], month: Month) -> Calibration:
    """What the facts of these runners, as known at the close, teach of a month."""
    rules = await known_rules(session)
    facts: dict[str, list[AnyFact]] = {
        str(runner_id): await facts_known(session, runner_id=runner_id, month=month)
        for runner_id in runner_ids
    }

    def learn() -> Calibration:
        tallies: dict[str, Tally] = {
            runner: observe(gather(known), rules) for runner, known in facts.items()
        }
        return calibrate(rules.in_force(month.last_at).quality, tallies, day_of(month.last_at))

    return await asyncio.to_thread(learn)


async def calibration_of(
    session: AsyncSession, *, community_id: UUID, month: Month | None = None
) -> Calibration:
    """What was learned of a month, or last; before anything was, nothing is taken off."""
    if month is None:
        row = await calibrations.newest(session, community_id=community_id)
    else:
        row = await calibrations.of_month(session, community_id=community_id, month=month.first_day)
    return NEUTRAL if row is None else calibration_from_json(row.learned)
