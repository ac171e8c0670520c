"""What is published of a month: four short boards that nobody stands at the bottom of, and figures.

Contribution and civic points are ranked, ties share the rank; quality and progress are bands, in no
order, as the estimate cannot tell neighbours apart. Where fewer than five runners were active there
are no boards, and whoever served fewer than five households stands on none: it would tell what one
household said. Names are none of this: who agreed to be shown is asked when it is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median

from scoring.boards import rank

ACTIVE_MIN = 5
HOUSEHOLDS_MIN = 5
BOARD_MAX = 10
_THIRD = 3


@dataclass(frozen=True, slots=True)
class RunnerMonth:
    """One runner's month as it closed; points in centipoints of that month alone."""

    runner: str
    orders: int
    households: int
    points_cp: int
    civic_cp: int
    mean: float
    lower: float
    sd: float
    mean_before: float | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """One row of a ranked board, in whole points."""

    runner: str
    rank: int
    points: int


@dataclass(frozen=True, slots=True)
class Boards:
    """What is shown by person; bands are sorted by name, so their order tells nothing."""

    contribution: tuple[Ranked, ...] = ()
    civic: tuple[Ranked, ...] = ()
    quality: tuple[str, ...] = ()
    progress: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spread:
    """How points were spread over active runners: five numbers, in centipoints."""

    least: int
    quarter: int
    middle: int
    three_quarters: int
    most: int


def boards(months: Sequence[RunnerMonth]) -> Boards:
    """Return the four boards of a community's month, the same for the same set of months."""
    active = [month for month in months if month.orders > 0]
    shown = [month for month in active if month.households >= HOUSEHOLDS_MIN]
    if len(active) < ACTIVE_MIN or not shown:
        return Boards()
    places = min(BOARD_MAX, len(active) // _THIRD)
    middle = median(month.mean for month in active)
    steady = [month for month in shown if month.lower >= middle]
    risen = [
        month
        for month in shown
        if month.mean_before is not None and month.mean - month.mean_before > month.sd
    ]
    return Boards(
        contribution=_ranked({month.runner: month.points_cp for month in shown}, places),
        civic=_ranked({month.runner: month.civic_cp for month in shown}, places),
        quality=_band([(month.lower, month.runner) for month in steady], places),
        progress=_band(
            [(month.mean - (month.mean_before or 0.0), month.runner) for month in risen], places
        ),
    )


def spread(months: Sequence[RunnerMonth]) -> Spread | None:
    """Return how points were spread; None below five active runners, whom it would tell apart."""
    points = sorted(month.points_cp for month in months if month.orders > 0)
    if len(points) < ACTIVE_MIN:
        return None

    def at(part: float) -> int:
        return points[max(0, ceil(part * len(points)) - 1)]  # The nearest rank: no number made up.

    return Spread(points[0], at(0.25), at(0.5), at(0.75), points[-1])


def _ranked(points_cp: dict[str, int], places: int) -> tuple[Ranked, ...]:
    ranks = rank(points_cp)
    rows = [
        Ranked(runner, ranks[runner], cp // 100)
        for runner, cp in points_cp.items()
        if cp >= 100 and ranks[runner] <= places
    ]
    return tuple(sorted(rows, key=lambda row: (row.rank, row.runner)))


def _band(worth: list[tuple[float, str]], places: int) -> tuple[str, ...]:
    best = sorted(worth, key=lambda each: (-each[0], each[1]))[:places]
    return tuple(sorted(runner for _, runner in best))
