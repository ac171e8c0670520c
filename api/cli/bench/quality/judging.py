"""Judges one world: how well Q and two plain scores find the truth that the world knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum
from random import Random

from api.cli.bench.quality.living import DAY_0, Life, known_at, live
from api.cli.bench.quality.measures import (
    area_under_curve,
    partial_correlation,
    ranks,
    spearman,
)
from api.cli.bench.quality.world import (
    Plan,
    Runner,
    World,
    chance_to_complete,
    chance_to_prove,
    errand,
    late_minutes,
    make_world,
    stars,
)
from scoring.history import gather
from scoring.orders import lateness_of
from scoring.quality import Quality, Tally, calibrate, estimate, observe
from scoring.rules import Rules
from scoring.rules.judging import Dimension
from scoring.tiers import Record, Standing, review
from scoring.types import OrderCompleted

Q, PLAIN, LAST, LEAD, BACK = "Q", "plain mean", "last 100", "lead", "back"
BARE_THRESHOLD = 4.7
REVIEW_DAYS, FIRST_REVIEW, REVIEWS = 28, 6, 9
# Two reviews in a row make a status: so many, before the nine, give the one that these may change.
SETTLING = 2
_TRUTH_ORDERS, _TRUTH_SEED = 400, 1
DRIFTING = Plan(days=REVIEW_DAYS * (FIRST_REVIEW + REVIEWS), keep=0.95, newcomers=0.0)
STAIRS = Plan(stairs=2.5, territory=3)


@dataclass(frozen=True, slots=True)
class Found:
    """What one world showed, by score where several were tried."""

    skill: Mapping[str, float]
    worst: Mapping[str, float]
    standardised: Mapping[str, float]
    lift: Mapping[str, float]
    coverage: float
    orders: int
    ratings: int


def judge_world(rules: Rules, plan: Plan, seed: int) -> Found:
    """Play a world and compare the scores with its hidden truth."""
    world = make_world(plan, seed)
    lives = live(world)
    seen = _qualities(rules, lives, plan.days - 1)
    scores = _scores(seen, lives)
    hidden = [runner.skill.general for runner in world.runners]
    truths = [_true_quality(rules, world, runner) for runner in world.runners]
    tenth = sorted(hidden)[max(1, len(hidden) // 10) - 1]
    is_worst = [skill <= tenth for skill in hidden]
    return Found(
        skill={name: spearman(of, hidden) for name, of in scores.items()},
        worst={name: area_under_curve(of, is_worst) for name, of in scores.items()},
        standardised={name: spearman(of, truths) for name, of in scores.items()},
        lift={name: _lift(of, hidden, world.runners) for name, of in scores.items()},
        coverage=_coverage(list(seen.values()), truths),
        orders=sum(life.orders for life in lives.values()),
        ratings=sum(len(life.stars) for life in lives.values()),
    )


def judge_stairs(rules: Rules, plan: Plan, seed: int) -> dict[str, float]:
    """Return each score's correlation with the floors climbed, given the three skills."""
    world = make_world(plan, seed)
    lives = live(world)
    scores = _scores(_qualities(rules, lives, plan.days - 1), lives)
    floors = [lives[each.name].floors / max(1, lives[each.name].orders) for each in world.runners]
    skills = [each.skill for each in world.runners]
    given = (
        [skill.speed for skill in skills],
        [skill.care for skill in skills],
        [skill.reliability for skill in skills],
    )
    return {name: partial_correlation(of, floors, given) for name, of in scores.items()}


def judge_changes(rules: Rules, plan: Plan, seed: int) -> dict[str, float]:
    """Return how often a runner's status changes in nine reviews while skills drift.

    The reviews before, up to as long as an ordinary world lasts, give the status that the nine may
    change. All other conditions of a lead are taken as met, so that nothing but the estimate
    decides. `LEAD` counts the changes from and to lead, which a plain threshold of stars is set
    beside; `Q` those of all tiers, and `BACK` how many of these undo one before: what hysteresis is
    there to prevent.
    """
    world = make_world(plan, seed)
    lives = live(world)
    standings = dict.fromkeys(lives, Standing("runner"))
    bare: dict[str, bool] = {}
    changes = {Q: 0, LEAD: 0, LAST: 0, BACK: 0}
    left: dict[str, set[str]] = {name: set() for name in lives}
    tallies = {name: Tally() for name in lives}
    for number in range(1, FIRST_REVIEW + REVIEWS + 1):
        day = number * REVIEW_DAYS - 1
        _grow(rules, tallies, lives, day)
        if number <= FIRST_REVIEW - SETTLING:
            continue
        seen = _estimates(rules, tallies, day)
        for name, of in seen.items():
            after = review(rules.latest.tier, standings[name], _record(of), DAY_0 + day).standing
            is_good = _mean(_known_stars(lives[name], day)[-100:]) >= BARE_THRESHOLD
            if number > FIRST_REVIEW:
                before = standings[name].tier
                if after.tier != before:
                    changes[Q] += 1
                    changes[BACK] += after.tier in left[name]
                    left[name].add(before)
                changes[LEAD] += (after.tier == "lead") != (before == "lead")
                changes[LAST] += is_good != bare[name]
            standings[name], bare[name] = after, is_good
    return {name: count / len(lives) for name, count in changes.items()}


def _qualities(rules: Rules, lives: Mapping[str, Life], day: int) -> dict[str, Quality]:
    tallies = {name: observe(gather(life.facts), rules) for name, life in lives.items()}
    return _estimates(rules, tallies, day)


def _estimates(rules: Rules, tallies: Mapping[str, Tally], day: int) -> dict[str, Quality]:
    of = rules.latest.quality
    calibration = calibrate(of, tallies, DAY_0 + day)
    return {name: estimate(of, each, DAY_0 + day, calibration) for name, each in tallies.items()}


def _grow(rules: Rules, tallies: Mapping[str, Tally], lives: Mapping[str, Life], day: int) -> None:
    """Add four weeks; they end on a Sunday, so no household-week is cut in two."""
    for name, life in lives.items():
        before = {fact.id for fact in known_at(life, day - REVIEW_DAYS)}
        new = [fact for fact in known_at(life, day) if fact.id not in before]
        tallies[name].update(observe(gather(new), rules))


def _scores(seen: Mapping[str, Quality], lives: Mapping[str, Life]) -> dict[str, list[float]]:
    return {
        Q: [of.mean for of in seen.values()],
        PLAIN: [_mean(lives[name].stars) for name in seen],
        LAST: [_mean(lives[name].stars[-100:]) for name in seen],
    }


def _mean(given: Sequence[int]) -> float:
    """Return the mean of stars; a runner whom nobody rated is shown 5, as is usual."""
    return sum(given) / len(given) if given else 5.0


def _known_stars(life: Life, day: int) -> list[int]:
    known = sum(fact.kind == "rating.revealed" for fact in known_at(life, day))
    return life.stars[:known]


def _true_quality(rules: Rules, world: World, runner: Runner) -> float:
    """Return the expected Q of a runner on the same orders for all, rated by everybody.

    The same generator for each runner: what chance adds is common to all.
    """
    shadow = replace(world, chance=Random(_TRUTH_SEED))  # noqa: S311
    version, skill = rules.latest, runner.skill
    punctual: list[float] = []
    pleased: list[float] = []
    for _ in range(_TRUTH_ORDERS):
        home = shadow.chance.choice(world.households)
        of = errand(shadow, home, shadow.chance.choices((0, 1, 2), (0.80, 0.16, 0.04))[0])
        late_min = late_minutes(shadow, skill, of)
        body = OrderCompleted(late_s=round(60 * late_min), weather=of.weather)
        punctual.append(lateness_of(version.late, body, ()).score_milli / 1_000)
        said = stars(shadow, skill, of, late_min)
        pleased.append(version.quality.observed.stars_milli[said - 1] / 1_000)
    expected: dict[Dimension, float] = {
        "T": fsum(punctual) / _TRUTH_ORDERS,
        "F": chance_to_complete(skill),
        "R": fsum(pleased) / _TRUTH_ORDERS,
        "P": chance_to_prove(skill),
    }
    shares = version.quality.dimensions
    return fsum(of.weight * expected[name] for name, of in shares.items())


def _lift(scores: Sequence[float], hidden: Sequence[float], runners: Sequence[Runner]) -> float:
    """Return how many percentiles colluders stand above their skill, as a mean."""
    shown, deserved = ranks(scores), ranks(hidden)
    lifts = [
        (shown[at] - deserved[at]) / len(runners)
        for at, runner in enumerate(runners)
        if runner.is_colluder
    ]
    return fsum(lifts) / len(lifts)


def _coverage(seen: Sequence[Quality], truths: Sequence[float]) -> float:
    """Return how many intervals hold the truth, after taking off what all are wrong by alike."""
    offset = fsum(of.mean - truth for of, truth in zip(seen, truths, strict=True)) / len(seen)
    held = [of.lower <= truth + offset <= of.upper for of, truth in zip(seen, truths, strict=True)]
    return sum(held) / len(held)


def _record(of: Quality) -> Record:
    return Record(
        mean=of.mean,
        lower=of.lower,
        upper=of.upper,
        orders=1_000,
        month_orders=100,
        recent_orders=300,
        recent_households=100,
        active_days=300,
        has_course=True,
        civic_cp=2_000,
        days_since_joining=365,
        consents=True,
        has_vote=True,
    )
