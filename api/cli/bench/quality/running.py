"""Runs the worlds of many seeds and sets each figure beside its limit."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import fsum, sqrt
from typing import TypeVar

from api.cli.bench.quality.judging import (
    BACK,
    DRIFTING,
    LAST,
    LEAD,
    PLAIN,
    STAIRS,
    Found,
    Q,
    judge_changes,
    judge_stairs,
    judge_world,
)
from api.cli.bench.quality.world import Plan
from scoring.rules import published_rules

Played = TypeVar("Played")


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured thing: by score the means over worlds, and the limit that Q must keep."""

    name: str
    means: dict[str, float]
    error: float
    limit: str
    is_met: bool


@dataclass(frozen=True, slots=True)
class Quality:
    """All figures, and how much they rest on."""

    figures: list[Figure]
    seeds: int
    drifting: int
    orders: int
    ratings: int


def measure_quality(
    *,
    seeds: int,
    drifting: int,
    tell: Callable[[str], None],
    worlds: tuple[Plan, Plan, Plan] = (Plan(), STAIRS, DRIFTING),
) -> Quality:
    """Play `seeds` ordinary worlds, as many with stairs, and `drifting` ones with reviews."""
    rules = published_rules()
    ordinary, with_stairs, with_drift = worlds

    def play(what: str, count: int, judge: Callable[[int], Played]) -> list[Played]:
        played: list[Played] = []
        for seed in range(count):
            tell(f"{what}: world {seed + 1} of {count}")
            played.append(judge(seed))
        return played

    found = play("ordinary", seeds, lambda seed: judge_world(rules, ordinary, seed))
    stairs = play("stairs", seeds, lambda seed: judge_stairs(rules, with_stairs, seed))
    changes = play("drifting", drifting, lambda seed: judge_changes(rules, with_drift, seed))
    return Quality(
        figures=_figures(found, stairs, changes),
        seeds=seeds,
        drifting=drifting,
        orders=sum(each.orders for each in found),
        ratings=sum(each.ratings for each in found),
    )


def _figures(
    found: list[Found], stairs: list[dict[str, float]], changes: list[dict[str, float]]
) -> list[Figure]:
    skill = _by_score(each.skill for each in found)
    worst = _by_score(each.worst for each in found)
    standardised = _by_score(each.standardised for each in found)
    lift = _by_score(each.lift for each in found)
    stair = _by_score(stairs)
    coverage = [each.coverage for each in found]
    change = _by_score(changes)
    plain = _mean(skill[PLAIN]) + 0.15
    return [
        _figure("Spearman with hidden skill", skill, ">= 0.80", _mean(skill[Q]) >= 0.80),
        _figure("  the same, against plain mean", skill, ">= plain + 0.15",
                _mean(skill[Q]) >= plain),
        _figure("AUC of the worst tenth", worst, ">= 0.93", _mean(worst[Q]) >= 0.93),
        _figure("Spearman, standardised quality", standardised, ">= 0.94",
                _mean(standardised[Q]) >= 0.94),
        _figure("lift of colluders (percentile)", lift, "<= +0.10", _mean(lift[Q]) <= 0.10),
        _figure("partial correlation with stairs", stair, "<= 0.08", abs(_mean(stair[Q])) <= 0.08),
        _figure("coverage of the 80 % interval", {Q: coverage}, "0.75 to 0.85",
                0.75 <= _mean(coverage) <= 0.85),
        # A status is being lead or not: what the goal was set for, beside a threshold of stars.
        _figure("changes of lead status, 9 reviews", {Q: change[LEAD], LAST: change[LAST]},
                "<= 0.20", _mean(change[LEAD]) <= 0.20),
        _figure("changes of any tier, skills drifting", {Q: change[Q]}, "<= 0.20",
                _mean(change[Q]) <= 0.20),
        _figure("  of them undoing one before", {Q: change[BACK]}, "none set", True),
    ]  # fmt: skip


def _figure(name: str, by_score: dict[str, list[float]], limit: str, is_met: bool) -> Figure:
    means = {score: _mean(each) for score, each in by_score.items()}
    return Figure(name, means, error=_error(by_score[Q]), limit=limit, is_met=is_met)


def _by_score(worlds: Iterable[Mapping[str, float]]) -> dict[str, list[float]]:
    collected: dict[str, list[float]] = {}
    for world in worlds:
        for score, value in world.items():
            collected.setdefault(score, []).append(value)
    return collected


def _mean(values: list[float]) -> float:
    return fsum(values) / len(values)


def _error(values: list[float]) -> float:
    """Return the standard error of the mean over worlds; 0 for one world."""
    mean = _mean(values)
    if len(values) < 2:
        return 0.0
    return sqrt(fsum((each - mean) ** 2 for each in values) / (len(values) - 1) / len(values))
