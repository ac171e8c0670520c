"""How a runner stands now: quality with its interval, and what is missing for the next tier."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.identity.caller import STAFF, Caller
from api.kit.clock import unix_s
from api.places.service import community_of_place
from api.points.queries import ledger
from api.points.rules import SEEN_DAYS
from api.points.service.calibrating import calibration_of
from api.points.service.knowing import known_rules, version_named
from api.points.service.posting import facts_about
from scoring.daily import Daily, daily
from scoring.days import day_of, day_start
from scoring.explain import Explanation
from scoring.lacking import NEXT_TIER, lacking_now, tell_lacking
from scoring.parsing import parse_fact
from scoring.postings import LIFELONG_KINDS
from scoring.quality import Quality, quality
from scoring.quality.telling import tell_quality
from scoring.records import record_of
from scoring.replay import Difference, as_if_always, compare
from scoring.rules import RuleVersion
from scoring.tiers import Condition, Standing, Tier
from scoring.types import AnyFact

COMPARED_DAYS = 30


@dataclass(frozen=True, slots=True)
class Seen:
    """A runner's quality and tier, in numbers and in words."""

    version: RuleVersion
    quality: Quality
    told: Explanation
    next_tier: Tier | None
    lacking: tuple[tuple[Condition, Explanation], ...]


async def standing(session: AsyncSession, *, runner_id: UUID, tier: Tier, now: datetime) -> Seen:
    """Reckon how a runner stands at this moment, from their stored facts."""
    facts = await _facts_since(session, runner_id=runner_id, since=now - timedelta(days=SEEN_DAYS))
    rules, as_of = await known_rules(session), unix_s(now)
    version = rules.in_force(as_of)
    runner = await ledger.runner_of(session, runner_id=runner_id)
    assert runner is not None, "whoever is asked about is a runner"
    calibration = await calibration_of(session, community_id=runner[0])
    seen = quality(rules, facts, as_of=as_of, calibration=calibration)
    record = record_of(rules, facts, as_of=as_of, calibration=calibration)
    lacking = lacking_now(version.tier, Standing(tier), record, day_of(as_of))
    return Seen(
        version=version,
        quality=seen,
        told=tell_quality(version.quality, seen),
        next_tier=NEXT_TIER[tier],
        lacking=tuple((each, tell_lacking(version.tier, tier, record, each)) for each in lacking),
    )


async def seen_tier(session: AsyncSession, *, runner_id: UUID, caller: Caller) -> Tier:
    """The tier of a runner whose points the caller may see.

    Raises:
        AppError: not_found.
    """
    runner = await ledger.runner_of(session, runner_id=runner_id)
    if runner is None:
        raise AppError("not_found")
    community_id, tier = runner
    if runner_id != caller.user_id:
        community = await community_of_place(session, place_id=community_id)
        if not caller.holds(STAFF, community.path):
            raise AppError("not_found")
    return tier  # pyright: ignore[reportReturnType]


async def comparison(
    session: AsyncSession, *, runner_id: UUID, version: str, now: datetime
) -> tuple[datetime, Difference]:
    """A runner's last days under the rules in force, and as if another version had been.

    Raises:
        AppError: rules_unknown.
    """
    other = version_named(await known_rules(session), version)
    return await compared(session, runner_id=runner_id, other=other, now=now)


async def compared(
    session: AsyncSession, *, runner_id: UUID, other: RuleVersion, now: datetime
) -> tuple[datetime, Difference]:
    """A runner's last days under the rules in force and under others, and since when."""
    rules, as_of = await known_rules(session), unix_s(now)
    since = now - timedelta(days=COMPARED_DAYS)
    facts = await _facts_since(session, runner_id=runner_id, since=since)
    in_force = as_if_always(rules.in_force(as_of))
    return since, compare(facts, in_force, as_if_always(other), as_of=as_of)


async def report(session: AsyncSession, *, runner_id: UUID, day: date) -> Daily:
    """One local day of a runner, as it counts now."""
    number = (day - date(1970, 1, 1)).days
    rules = await known_rules(session)
    facts = await facts_about(session, rules, runner_id=runner_id, at=day_start(number))
    return daily(rules, facts, number)


async def _facts_since(session: AsyncSession, *, runner_id: UUID, since: datetime) -> list[AnyFact]:
    stored = await ledger.facts(
        session, runner_id=runner_id, since=since, lifelong_kinds=list(LIFELONG_KINDS)
    )
    return [parse_fact(each) for each in stored]
