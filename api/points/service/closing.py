"""Closes a month: learns from it, reviews each runner, publishes what everybody may know.

Three days after a month's end it is closed: what is recorded later counts in the open month and
never changes what was published. The review proposes a tier; staff decide it, at the runners' own
door, so nobody rises or falls by machine.
"""

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlmodel.ext.asyncio.session import AsyncSession

from api.events.log import SYSTEM, emit
from api.kit.clock import unix_s
from api.kit.ids import new_id
from api.places.service import community_of_place
from api.points.events import PUBLICATION_MADE, REVIEW_MADE
from api.points.models import PointsPublication, PointsReview
from api.points.queries import ledger, months
from api.points.service.calibrating import calibrate_month, calibration_of
from api.points.service.closed import Month, closed_month, facts_known
from api.points.service.knowing import known_rules
from scoring.days import day_of
from scoring.points import points_items
from scoring.publishing import RunnerMonth, boards, spread
from scoring.quality import Calibration, quality
from scoring.records import record_of
from scoring.rules import Rules
from scoring.tiers import Standing, Tier, review
from scoring.types import AnyFact, OrderCompleted

# Both are for people to give: whoever lacks nothing else is proposed to them.
_FOR_PEOPLE = frozenset({"consent", "vote"})


async def review_runner(session: AsyncSession, *, runner_id: UUID, now: datetime) -> bool:
    """Review a runner's closed month; false: it was reviewed before."""
    month = closed_month(now)
    await ledger.lock_balance(session, runner_id=runner_id)
    last = await months.last_review(session, runner_id=runner_id)
    if last is not None and last.month >= month.first_day:
        return False
    runner = await ledger.runner_of(session, runner_id=runner_id)
    assert runner is not None, "whoever has a ledger is a runner"
    community = await community_of_place(session, place_id=runner[0])
    await calibrate_month(session, community_id=community.id, now=now)
    before = standing_before(runner[1], last)  # pyright: ignore[reportArgumentType]
    row = PointsReview(
        runner_id=runner_id,
        community_id=community.id,
        place_path=list(community.path),
        month=month.first_day,
        reviewed_at=now,
        **_reviewed(await _known(session, runner_id, community.id, month), month, before, last),
    )
    await months.add_review(session, row=row)
    await emit(
        session,
        REVIEW_MADE,
        subject_id=row.id,
        subject_seq=1,
        actor=SYSTEM,
        now=now,
        community_id=community.id,
        runner_id=str(runner_id),
        tier=row.tier,
        proposed=row.proposed,
    )
    return True


async def publish(session: AsyncSession, *, community_id: UUID, now: datetime) -> bool:
    """Publish a community's closed month; false: it was before."""
    month = closed_month(now)
    reviews = await months.reviews_of(session, community_id=community_id, month=month.first_day)
    rows = [_runner_month(each) for each in reviews]
    shown: dict[str, Any] = asdict(boards(rows))
    about_scheme = await _scheme_figures(session, community_id, month, rows)
    told = orjson.dumps([shown, about_scheme], option=orjson.OPT_SORT_KEYS)
    row = PointsPublication(
        id=new_id(),
        community_id=community_id,
        month=month.first_day,
        rules_version=(await known_rules(session)).in_force(month.last_at).version,
        boards=shown,
        figures=about_scheme,
        sha256=hashlib.sha256(told).hexdigest(),
        closed_at=month.closed_at,
        published_at=now,
    )
    if not await months.add_publication(session, row=row):
        return False
    await emit(
        session,
        PUBLICATION_MADE,
        subject_id=row.id,
        subject_seq=1,
        actor=SYSTEM,
        now=now,
        community_id=community_id,
        place_id=str(community_id),
    )
    return True


def standing_before(tier: Tier, last: PointsReview | None) -> Standing:
    """How a runner stood before this review: misses count on only while staff kept the tier."""
    if last is None:
        return Standing(tier)
    if tier == last.proposed:
        return Standing(tier, misses=last.misses, lows=last.lows, demoted_day=last.demoted_day)
    was_demoted = tier == "runner" and last.tier == "lead"
    return Standing(tier, demoted_day=day_of(unix_s(last.reviewed_at)) if was_demoted
                    else last.demoted_day)  # fmt: skip


async def figures(
    session: AsyncSession, runner_id: UUID, community_id: UUID, month: Month
) -> dict[str, Any]:
    """The figures of a runner's month, as they were known at its close, by columns of its review.

    The same whenever they are asked for: what was learned of the month is stored.
    """
    return _figures_of(await _known(session, runner_id, community_id, month), month)


@dataclass(frozen=True, slots=True)
class _Known:
    """What a month is told from: rules, facts on record at the close, what was learned."""

    rules: Rules
    facts: list[AnyFact]
    calibration: Calibration


async def _known(
    session: AsyncSession, runner_id: UUID, community_id: UUID, month: Month
) -> _Known:
    return _Known(
        rules=await known_rules(session),
        facts=await facts_known(session, runner_id=runner_id, month=month),
        calibration=await calibration_of(session, community_id=community_id, month=month),
    )


def _figures_of(known: _Known, month: Month) -> dict[str, Any]:
    as_of = month.last_at
    seen = quality(known.rules, known.facts, as_of=as_of, calibration=known.calibration)
    items = [item for item in points_items(known.rules, known.facts) if month.holds(item.at)]
    carried = [
        fact
        for fact in known.facts
        if isinstance(fact.body, OrderCompleted)
        and not fact.body.own_household
        and month.holds(fact.at)
    ]
    return {
        "rules_version": known.rules.in_force(as_of).version,
        "orders": len(carried),
        "households": len({fact.household for fact in carried}),
        "points_cp": sum(item.cp for item in items),
        "civic_cp": sum(item.cp for item in items if item.bucket == "civic"),
        "mean": seen.mean,
        "lower": seen.lower,
        "upper": seen.upper,
        "sd": seen.sd,
    }


def _reviewed(
    known: _Known, month: Month, before: Standing, last: PointsReview | None
) -> dict[str, Any]:
    """The review of one runner's month, by the columns of its row."""
    as_of = month.last_at
    tiers = known.rules.in_force(as_of).tier
    record = record_of(known.rules, known.facts, as_of=as_of, calibration=known.calibration)
    found = review(tiers, before, record, day_of(as_of))
    lacks = set(found.lacking)
    is_ready = before.tier == "runner" and bool(lacks) and lacks <= _FOR_PEOPLE
    return {
        **_figures_of(known, month),
        "tier": before.tier,
        "proposed": "lead" if is_ready else found.standing.tier,
        "is_frozen": found.is_frozen,
        "misses": found.standing.misses,
        "lows": found.standing.lows,
        "demoted_day": found.standing.demoted_day,
        "lacking": list(found.lacking),
        "mean_before": None if last is None else last.mean,
    }


def _runner_month(row: PointsReview) -> RunnerMonth:
    return RunnerMonth(
        runner=str(row.runner_id),
        orders=row.orders,
        households=row.households,
        points_cp=row.points_cp,
        civic_cp=row.civic_cp,
        mean=row.mean,
        lower=row.lower,
        sd=row.sd,
        mean_before=row.mean_before,
    )


async def _scheme_figures(
    session: AsyncSession, community_id: UUID, month: Month, rows: list[RunnerMonth]
) -> dict[str, Any]:
    """What is published about the scheme itself, without any person."""
    filed, upheld, overturned, days = await months.appeal_figures(
        session, community_id=community_id, start=month.start, end=month.end
    )
    points = spread(rows)
    return {
        "runners": sum(row.orders > 0 for row in rows),
        "orders": sum(row.orders for row in rows),
        "points": None if points is None else asdict(points),
        "appeals_filed": filed,
        "appeals_upheld": upheld,
        "appeals_overturned": overturned,
        "appeal_days_median": days,
        "excuses": await months.excuses_by_cause(
            session, community_id=community_id, start=month.start, end=month.end
        ),
    }
