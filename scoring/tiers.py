"""The monthly review of a runner's tier: rising is slow, falling slower, and a person decides.

What makes a tier steady is hysteresis (a lead is gained at one bound and kept down to a lower
one), probation (one miss keeps all rights, the second in a row ends them) and standing still
while there is too little to judge. The engine proposes; it never ends anybody's work.
"""

from dataclasses import dataclass, replace
from typing import Literal

from scoring.rules.judging import TierRules

Tier = Literal["trainee", "runner", "lead"]
Condition = Literal[
    "orders",
    "active_days",
    "course",
    "quality",
    "penalties",
    "recent_orders",
    "households",
    "lower_bound",
    "complaints",
    "civic",
    "days_since_joining",
    "days_since_demotion",
    "consent",
    "vote",
]


@dataclass(frozen=True, slots=True)
class Standing:
    """A tier between two reviews.

    `misses` and `lows` count the reviews in a row that a lead, or a runner, fell short in.
    `demoted_day` is the local day of the last demotion from lead, None without one.
    """

    tier: Tier
    misses: int = 0
    lows: int = 0
    demoted_day: int | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """What a review looks at, as of the last day of a month; penalties and civic points in cp.

    `recent` figures are of the rules' recent days. `consents` is the runner's own, `has_vote` the
    committee's. `mean`, `lower` and `upper` are those of the quality estimate.
    """

    mean: float
    lower: float
    upper: float
    orders: int = 0
    month_orders: int = 0
    recent_orders: int = 0
    recent_households: int = 0
    active_days: int = 0
    has_course: bool = False
    runner_penalties_cp: int = 0
    recent_penalties_cp: int = 0
    civic_cp: int = 0
    has_recent_complaint: bool = False
    has_serious_complaint: bool = False
    days_since_joining: int = 0
    is_on_leave: bool = False
    consents: bool = False
    has_vote: bool = False


@dataclass(frozen=True, slots=True)
class Review:
    """The outcome: a standing, whether the review stood still, and what lacks for the next tier.

    For a lead, `lacking` is what the tier was not kept by.
    """

    standing: Standing
    is_frozen: bool
    lacking: tuple[Condition, ...]


def review(rules: TierRules, standing: Standing, record: Record, day: int) -> Review:
    """Return the proposal for one runner on a local day; a pure step, safe to repeat."""
    if standing.tier == "lead" and record.has_serious_complaint:
        ended = Standing("runner", demoted_day=day)
        return Review(ended, is_frozen=False, lacking=("complaints",))
    if record.is_on_leave or record.month_orders < rules.orders_per_month_min:
        return Review(standing, is_frozen=True, lacking=())
    match standing.tier:
        case "trainee":
            return _review_trainee(rules, standing, record)
        case "runner":
            return _review_runner(rules, standing, record, day)
        case "lead":
            return _review_lead(rules, standing, record, day)


def lacking_for_runner(rules: TierRules, record: Record) -> tuple[Condition, ...]:
    """Return what a trainee lacks to become a runner."""
    of = rules.runner
    return _lacking(
        {
            "orders": record.orders >= of.orders,
            "active_days": record.active_days >= of.active_days,
            "course": record.has_course,
            "quality": record.mean >= of.quality,
            "penalties": record.runner_penalties_cp < of.penalties_cp,
        }
    )


def lacking_for_lead(
    rules: TierRules, standing: Standing, record: Record, day: int
) -> tuple[Condition, ...]:
    """Return what a runner lacks to become a lead."""
    of = rules.lead
    demoted_day = standing.demoted_day
    rested = demoted_day is None or day - demoted_day >= of.days_since_demotion
    return _lacking(
        {
            "orders": record.orders >= of.orders,
            "recent_orders": record.recent_orders >= of.recent_orders,
            "households": record.recent_households >= of.households,
            "lower_bound": record.lower >= of.gain,
            "penalties": record.recent_penalties_cp <= of.penalties_cp,
            "complaints": not record.has_recent_complaint,
            "civic": record.civic_cp >= of.civic_cp,
            "days_since_joining": record.days_since_joining >= of.days_since_joining,
            "days_since_demotion": rested,
            "consent": record.consents,
            "vote": record.has_vote,
        }
    )


def lacking_to_stay_lead(rules: TierRules, record: Record) -> tuple[Condition, ...]:
    """Return what a lead would not keep the tier by."""
    of = rules.lead
    return _lacking(
        {
            "lower_bound": record.lower >= of.keep,
            "penalties": record.recent_penalties_cp <= of.keep_penalties_cp,
        }
    )


def _review_trainee(rules: TierRules, standing: Standing, record: Record) -> Review:
    lacking = lacking_for_runner(rules, record)
    risen = standing if lacking else replace(standing, tier="runner", lows=0)
    return Review(risen, is_frozen=False, lacking=lacking)


def _review_runner(rules: TierRules, standing: Standing, record: Record, day: int) -> Review:
    if record.upper < rules.runner.low:
        lows = standing.lows + 1
        if lows >= rules.runner.low_reviews:
            fallen = replace(standing, tier="trainee", lows=0)
            return Review(fallen, is_frozen=False, lacking=("quality",))
        return Review(replace(standing, lows=lows), is_frozen=False, lacking=("quality",))
    standing = replace(standing, lows=0)
    lacking = lacking_for_lead(rules, standing, record, day)
    risen = standing if lacking else replace(standing, tier="lead", misses=0)
    return Review(risen, is_frozen=False, lacking=lacking)


def _review_lead(rules: TierRules, standing: Standing, record: Record, day: int) -> Review:
    of = rules.lead
    lacking = lacking_to_stay_lead(rules, record)
    misses = standing.misses + 1 if lacking else 0
    if misses >= of.misses:
        fallen = Standing("runner", demoted_day=day)
        return Review(fallen, is_frozen=False, lacking=lacking)
    return Review(replace(standing, misses=misses), is_frozen=False, lacking=lacking)


def _lacking(conditions: dict[Condition, bool]) -> tuple[Condition, ...]:
    return tuple(name for name, is_met in conditions.items() if not is_met)
