"""What a review of the tier looks at, read from a runner's facts."""

from collections.abc import Iterable, Sequence

from scoring.days import day_of, month_of
from scoring.history import History, gather, recorded_by
from scoring.items import Bucket, Item
from scoring.points import points_items
from scoring.quality import NEUTRAL, Calibration, estimate, observe
from scoring.rules.model import Rules
from scoring.tiers import Record
from scoring.types import (
    AnyFact,
    ComplaintUpheld,
    Fact,
    LeaveEnded,
    LeaveStarted,
    OrderCompleted,
    RunnerJoined,
    TrainingCompleted,
)


def record_of(
    rules: Rules,
    facts: Iterable[AnyFact],
    *,
    as_of: int,
    consents: bool = False,
    has_vote: bool = False,
    calibration: Calibration = NEUTRAL,
) -> Record:
    """Return the record of one runner at a unix second, the last of the month under review.

    Raises:
        FactIdReused, FactsOfSeveralRunners, ReversalCycle: the facts are not one history.
        NoRulesInForce: a fact or `as_of` is older than the first version of the rules.
    """
    known = recorded_by(facts, as_of)
    history, items = gather(known), points_items(rules, known)
    version, today = rules.in_force(as_of), day_of(as_of)
    seen = estimate(version.quality, observe(history, rules), today, calibration)
    orders = [each for each in history.of(OrderCompleted) if not each.body.own_household]
    lead = version.tier.lead
    recent = [each for each in orders if today - day_of(each.at) < lead.recent_days]
    joined = history.of(RunnerJoined)
    return Record(
        mean=seen.mean,
        lower=seen.lower,
        upper=seen.upper,
        orders=len(orders),
        month_orders=sum(month_of(each.at) == month_of(as_of) for each in orders),
        recent_orders=len(recent),
        recent_households=len({each.household for each in recent}),
        active_days=len({day_of(each.at) for each in orders}),
        has_course=any(
            each.body.course == version.tier.course for each in history.of(TrainingCompleted)
        ),
        runner_penalties_cp=-_recent_cp(
            items, ("late", "other"), today, version.tier.runner.penalty_days
        ),
        recent_penalties_cp=-_recent_cp(items, ("late", "other"), today, lead.recent_days),
        civic_cp=_recent_cp(items, ("civic",), today, lead.civic_days),
        has_recent_complaint=any(
            each.body.severity != "minor" and today - day_of(each.at) < lead.recent_days
            for each in _standing_complaints(history)
        ),
        has_serious_complaint=any(
            each.body.severity == "serious" and month_of(each.at) == month_of(as_of)
            for each in _standing_complaints(history)
        ),
        days_since_joining=today - day_of(joined[0].at) if joined else 0,
        is_on_leave=_is_on_leave(history),
        consents=consents,
        has_vote=has_vote,
    )


def _recent_cp(items: Iterable[Item], buckets: Sequence[Bucket], today: int, days: int) -> int:
    return sum(
        item.cp for item in items if item.bucket in buckets and today - day_of(item.at) < days
    )


def _standing_complaints(history: History) -> list[Fact[ComplaintUpheld]]:
    """Return the complaints that no appeal suspends or has cleared."""
    appeals = history.appeals
    return [
        complaint
        for complaint in history.of(ComplaintUpheld)
        if complaint.id not in appeals
        or not (appeals[complaint.id].is_pending or appeals[complaint.id].is_cleared)
    ]


def _is_on_leave(history: History) -> bool:
    moves = sorted(
        (each.at, each.id, is_start)
        for body, is_start in ((LeaveStarted, True), (LeaveEnded, False))
        for each in history.of(body)
    )
    return bool(moves) and moves[-1][2]
