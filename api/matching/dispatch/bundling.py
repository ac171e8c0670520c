"""Which jobs to carry together: where the runner's minutes saved are worth the waiting.

Jobs of one counter; and where goods of several may share a trip, jobs for one building, of two
counters at most.
"""

from collections import defaultdict
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import combinations

import numpy as np

from api.matching.dispatch.snapshot import Floats, Ints, Jobs, Pace
from api.matching.dispatch.tours import Tour, Ways

# Whether anybody may be given all of these jobs, and can carry them at once.
Fits = Callable[[tuple[int, ...]], bool]
_COUNTERS_MAX = 2
_Rows = list[int]


def bundled(
    jobs: Jobs, ways: Ways, near_min: Floats, price: float, most: int, now_min: float, pace: Pace,
    fits: Fits, *, until_min: float, mixes: bool,
) -> list[Tour]:  # fmt: skip
    """Every job in exactly one tour of at most so many, which somebody can carry.

    ``near_min`` is by job how long a runner takes to its counter, ``price`` what a minute of a
    runner costs, in minutes of somebody's waiting; ``until_min`` is when the last shift ends.
    """
    joining = _Joining(jobs, ways, near_min, price, most, now_min, pace, fits, until_min)
    return joining.joined(_alike(jobs.merchant), _alike(jobs.building) if mixes else [])


class _Joining:
    """Joins pairs of tours, the most worthwhile first."""

    def __init__(
        self, jobs: Jobs, ways: Ways, near_min: Floats, price: float, most: int, now_min: float,
        pace: Pace, fits: Fits, until_min: float,
    ) -> None:  # fmt: skip
        self._jobs, self._price, self._most, self._pace, self._fits = jobs, price, most, pace, fits
        self._ways, self._now_min, self._until_min = ways, now_min, until_min
        # What a trip of its own costs before the pickup.
        self._each = near_min + pace.pickup_min / 2
        self._each_min: list[float] = self._each.tolist()
        # What was found worth joining, by how much (below zero), and what comes of it: a heap.
        self._found: list[tuple[float, tuple[int, ...], tuple[int, ...], Tour]] = []

    def joined(self, counters: list[_Rows], buildings: list[_Rows]) -> list[Tour]:
        """All jobs in tours; rows that share a counter, or a building, may share a tour."""
        half_pickup_min, half_stop_min = self._pace.pickup_min / 2, self._pace.stop_min / 2
        waits = half_pickup_min + (np.array(self._ways.out) + half_stop_min)
        takes = waits + (self._jobs.inner_min + half_stop_min)
        alone = zip(self._ways.ready, waits.tolist(), takes.tolist(), strict=True)
        tours = [Tour((row,), (row,), *times) for row, times in enumerate(alone)]
        pairs = [pair for rows in counters for pair in combinations(rows, 2)]
        if pairs and self._most > 1:
            self._weigh_pairs(np.array(pairs, dtype=np.int64), waits, takes)
        for rows in buildings:
            for one, other in combinations(rows, 2):
                if self._ways.counter[one] != self._ways.counter[other]:
                    self._weigh(tours[one], tours[other])
        return self._merged(tours, [*counters, *buildings])

    def _merged(self, tours: list[Tour], groups: list[_Rows]) -> list[Tour]:
        """Join what is worth most until nothing is; ``tours`` is by job the tour that it is in."""
        mates: dict[int, list[_Rows]] = defaultdict(list)
        for rows in groups:
            for row in rows:
                mates[row].append(rows)
        while self._found:
            _, one, other, joined = heappop(self._found)
            if tours[one[0]].jobs != one or tours[other[0]].jobs != other:
                continue
            for row in joined.jobs:
                tours[row] = joined
            near = {tours[mate] for row in joined.jobs for rows in mates[row] for mate in rows}
            for tour in near - {joined}:
                self._weigh(tour, joined)
        return list(dict.fromkeys(tours))

    def _weigh_pairs(self, pairs: Ints, waits: Floats, takes: Floats) -> None:
        """As `_weigh`, all pairs of single jobs of one counter at once."""
        jobs, pace, one, other = self._jobs, self._pace, pairs[:, 0], pairs[:, 1]
        half_stop_min = pace.stop_min / 2

        def in_turn(first: Ints, then: Ints) -> tuple[Floats, Floats]:
            way_min = pace.way_min(jobs.leave_xy[first], jobs.door_xy[then])
            at_min = takes[first] + (way_min + half_stop_min)
            return waits[first] + at_min, at_min + (jobs.inner_min[then] + half_stop_min)

        (waits_there, takes_there), (waits_back, takes_back) = (
            in_turn(one, other),
            in_turn(other, one),
        )
        price = self._price
        is_there = waits_there + price * takes_there <= waits_back + price * takes_back
        waits_both = np.where(is_there, waits_there, waits_back)
        takes_both = np.where(is_there, takes_there, takes_back)
        here_min, ready = self._now_min + self._each[one], jobs.ready_min
        ready_both = np.maximum(ready[one], ready[other])
        alone_min = np.maximum(here_min, ready[one]) + np.maximum(here_min, ready[other])
        longer_min = (
            2 * np.maximum(here_min, ready_both)
            - alone_min
            + waits_both
            - waits[one]
            - waits[other]
        )
        saved_min = self._each[one] + takes[one] + takes[other] - takes_both
        gain = price * saved_min - longer_min
        for n in np.flatnonzero(gain > 0).tolist():
            first, then = int(one[n]), int(other[n])
            if not self._fits((first, then)):
                continue
            doors = (first, then) if is_there[n] else (then, first)
            times = float(ready_both[n]), float(waits_both[n]), float(takes_both[n])
            joined = Tour(doors, (first,), *times)
            heappush(self._found, (-float(gain[n]), (first,), (then,), joined))

    def _weigh(self, one: Tour, other: Tour) -> None:
        """Note what joining two would gain, where it may be and gains anything."""
        both = one.jobs + other.jobs
        if len(both) > self._most or self._ways.counters_of(both) > _COUNTERS_MAX:
            return
        # Whether anybody may carry it is asked before the best way is looked for.
        if not self._fits(both):
            return
        joined = self._ways.joined(one, other, self._price)
        # Nobody fetches anything after the end of their shift, at a second counter neither.
        if joined.lag_min and self._begins_min(joined) + joined.lag_min > self._until_min:
            return
        longer_min = self._waits_min(joined) - self._waits_min(one) - self._waits_min(other)
        saved_min = self._takes_min(one) + self._takes_min(other) - self._takes_min(joined)
        gain = self._price * saved_min - longer_min
        if gain > 0:
            first, then = sorted((one.jobs, other.jobs))
            heappush(self._found, (-gain, first, then, joined))

    def _takes_min(self, tour: Tour) -> float:
        """How long it keeps a runner, the way to it included."""
        return self._each_min[tour.counters[0]] + tour.takes_min

    def _waits_min(self, tour: Tour) -> float:
        """When the doors are reached, added up."""
        return len(tour.jobs) * self._begins_min(tour) + tour.waits_min

    def _begins_min(self, tour: Tour) -> float:
        """When the first of it is likely to be fetched."""
        return max(self._now_min + self._each_min[tour.counters[0]], tour.ready_min)


def _alike(numbers: Ints) -> list[_Rows]:
    """Rows of equal numbers, where there are several."""
    rows: dict[int, _Rows] = defaultdict(list)
    for row, number in enumerate(numbers.tolist()):
        rows[number].append(row)
    return [alike for alike in rows.values() if len(alike) > 1]
