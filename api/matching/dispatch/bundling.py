"""Which jobs of one counter to carry together: where the runner's minutes saved are worth it."""

from collections.abc import Callable, Iterable
from itertools import combinations

import numpy as np

from api.matching.dispatch.bundles import Tour, Ways
from api.matching.dispatch.snapshot import Floats, Jobs, Pace

_Pair = tuple[Tour, Tour]
# Whether anybody may be given all of these jobs, and can carry them at once.
Fits = Callable[[tuple[int, ...]], bool]


def bundled(
    jobs: Jobs, near_min: Floats, price: float, most: int, now_min: float, pace: Pace, fits: Fits
) -> list[Tour]:
    """Every job in exactly one tour of at most so many, which somebody can carry.

    ``near_min`` is by job how long a runner takes to its counter, ``price`` what a minute of a
    runner costs, in minutes of somebody's waiting.
    """
    order = np.argsort(jobs.merchant, kind="stable")
    cuts = np.flatnonzero(np.diff(jobs.merchant[order])) + 1
    tours: list[Tour] = []
    for rows in np.split(order, cuts):
        ways = Ways(jobs, rows, pace)
        singles = [ways.tour((int(row),)) for row in rows]
        if len(rows) > 1:
            near = float(near_min[rows[0]])
            merging = _Merging(jobs, ways, near, price, now_min, pace, fits)
            singles = merging.merged(singles, most)
        tours += singles
    return tours


class _Merging:
    """Joins pairs of tours of one counter, the most worthwhile first."""

    def __init__(
        self, jobs: Jobs, ways: Ways, near_min: float, price: float, now_min: float, pace: Pace,
        fits: Fits,
    ) -> None:  # fmt: skip
        self._ways, self._price, self._fits = ways, price, fits
        # What a trip of its own costs before the pickup.
        self._each_min = near_min + pace.pickup_min / 2
        self._here_min = now_min + self._each_min
        self._ready = dict(zip(ways.place, jobs.ready_min[list(ways.place)].tolist(), strict=True))

    def merged(self, tours: list[Tour], most: int) -> list[Tour]:
        gains: dict[_Pair, tuple[float, Tour]] = {}
        self._weigh(combinations(tours, 2), most, gains)
        while gains:
            pair = max(gains, key=lambda p: (gains[p][0], p[0].jobs, p[1].jobs))
            _, joined = gains[pair]
            tours = [tour for tour in tours if tour not in pair]
            gains = {other: gain for other, gain in gains.items() if not {*other} & {*pair}}
            self._weigh(((tour, joined) for tour in tours), most, gains)
            tours.append(joined)
        return tours

    def _weigh(
        self, pairs: Iterable[_Pair], most: int, gains: dict[_Pair, tuple[float, Tour]]
    ) -> None:
        """Note what joining each pair would gain, where it gains anything."""
        for pair in pairs:
            if len(pair[0].jobs) + len(pair[1].jobs) <= most:
                gain, joined = self._gain(*pair)
                if gain > 0 and self._fits(joined.jobs):
                    gains[pair] = gain, joined

    def _gain(self, one: Tour, other: Tour) -> tuple[float, Tour]:
        """Runner's minutes saved, at their price, less the minutes that people wait longer."""
        joined = self._ways.joined(one, other, self._price)
        longer_min = self._waits_min(joined) - self._waits_min(one) - self._waits_min(other)
        saved_min = self._each_min + one.takes_min + other.takes_min - joined.takes_min
        return self._price * saved_min - longer_min, joined

    def _waits_min(self, tour: Tour) -> float:
        """When the doors are reached, added up."""
        pickup_min = max(self._here_min, *(self._ready[row] for row in tour.jobs))
        return len(tour.jobs) * pickup_min + tour.waits_min
