"""Judges how evenly income came out in many worlds, and what it cost in delivery time."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import mean, median

from api.cli.bench.fairness.living import Life, live
from api.cli.bench.fairness.nearest import nearest_first
from api.cli.bench.fairness.world import DAYS, World, make_world
from api.matching.dispatch.objective import published_objective
from api.matching.dispatch.solving import solve
from scoring.dispatch import gini, jain
from scoring.rules import published_rules

GINI, WORST, QUARTERS, JAIN, TIME = "gini", "worst ÷ median", "quality quarters", "jain", "time"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, as the mean over the worlds, beside nearest-first and its limit."""

    name: str
    dispatch: float
    nearest: float
    limit: str
    is_met: bool


@dataclass(frozen=True, slots=True)
class Fairness:
    """What was found in so many worlds."""

    seeds: int
    days: int
    undelivered: int
    nearest_undelivered: int
    figures: tuple[Figure, ...]


def measure_fairness(*, seeds: int, tell: Callable[[str], None], days: int = DAYS) -> Fairness:
    """Let each world live twice."""
    rules, objective = published_rules().latest.dispatch, published_objective()
    ours: list[dict[str, float]] = []
    theirs: list[dict[str, float]] = []
    undelivered = rival_undelivered = 0
    for seed in range(1, seeds + 1):
        world = make_world(seed, days)
        life = live(world, solve, objective, rules)
        rival = live(world, nearest_first, objective, None)
        undelivered += life.undelivered
        rival_undelivered += rival.undelivered
        ours.append(measures(world, life))
        theirs.append(measures(world, rival))
        told = ", ".join(f"{name} {ours[-1][name]:.3f}" for name in (GINI, WORST, QUARTERS))
        tell(f"world {seed} of {seeds}: {told}")
    return Fairness(seeds, days, undelivered, rival_undelivered, _figures(ours, theirs))


def measures(world: World, life: Life) -> dict[str, float]:
    """How evenly pay per online hour came out, and the mean minutes from click to door."""
    pay = life.pay_per_h
    ranked = sorted(world.runners, key=lambda runner: (runner.quality, runner.name))
    quarter = max(1, len(ranked) // 4)
    worst = mean(pay[runner.name] for runner in ranked[:quarter])
    best = mean(pay[runner.name] for runner in ranked[-quarter:])
    incomes = list(pay.values())
    return {
        GINI: gini(incomes),
        JAIN: jain(incomes),
        WORST: min(incomes) / median(incomes),
        QUARTERS: best / worst,
        TIME: life.delivery_min,
    }


def _figures(ours: list[dict[str, float]], theirs: list[dict[str, float]]) -> tuple[Figure, ...]:
    mine = {name: mean(each[name] for each in ours) for name in ours[0]}
    rival = {name: mean(each[name] for each in theirs) for name in theirs[0]}
    slower = mine[TIME] / rival[TIME]

    def figure(label: str, name: str, limit: str, is_met: bool) -> Figure:
        return Figure(label, mine[name], rival[name], limit, is_met)

    return (
        figure("Gini of pay per online hour", GINI, "<= .03", mine[GINI] <= 0.03),
        figure("worst ÷ median", WORST, ">= .88", mine[WORST] >= 0.88),
        figure("best ÷ worst quality quarter", QUARTERS, "<= 1.15", mine[QUARTERS] <= 1.15),
        figure("Jain", JAIN, ">= .95", mine[JAIN] >= 0.95),
        figure("click to door, min", TIME, "<= 1.03 × nearest", slower <= 1.03),
    )
