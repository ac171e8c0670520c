"""Tours: jobs fetched at a counter, or at two, and brought round in one go; found in plain Python.

A round at noon has a handful of each: calls into arrays would cost more than the sums.
"""

from collections.abc import Sequence
from itertools import pairwise, permutations
from math import inf
from typing import NamedTuple

from api.matching.dispatch.snapshot import Floats, Jobs, Pace
from api.matching.dispatch.timing import XY, way_min

# All orders of so few stops are tried; beyond, each goes where it costs least.
_TRIED_MAX = 4


class Tour(NamedTuple):
    """Doors in the order to go to, as rows of the jobs; minutes count from the first pickup.

    ``counters`` names each counter by one of its jobs, in the order of fetching. ``waits_min`` adds
    up the handovers, ``takes_min`` is when the runner is free again. Who fetches from
    ``ready_min`` on need not wait at any counter, and is at the last of them ``lag_min`` later.
    """

    jobs: tuple[int, ...]
    counters: tuple[int, ...]
    ready_min: float
    waits_min: float
    takes_min: float
    lag_min: float = 0.0


class Ways:
    """The jobs of a round as plain numbers, the ways among their doors, and tours over them."""

    def __init__(self, jobs: Jobs, pace: Pace) -> None:
        """``out`` is by job the way from its counter to its door."""
        self.key: list[int] = jobs.key.tolist()
        self.out: list[float] = pace.way_min(jobs.pickup_xy, jobs.door_xy).tolist()
        self.inner: list[float] = jobs.inner_min.tolist()
        self.ready: list[float] = jobs.ready_min.tolist()
        self.counter: list[int] = jobs.merchant.tolist()
        self.counter_xy, self.door_xy, self.leave_xy = (
            _places(xy) for xy in (jobs.pickup_xy, jobs.door_xy, jobs.leave_xy)
        )
        self._pace = pace
        self._half_pickup_min, self._half_stop_min = pace.pickup_min / 2, pace.stop_min / 2
        # By job, from the handover at its first door to that of another, once it was asked for.
        self.leg_min = [_Legs(self, row) for row in range(len(jobs))]

    def tour(self, counters: tuple[int, ...], doors: Sequence[int]) -> Tour:
        """The tour that goes to the counters, then to the doors, in these orders."""
        first_min, lags_min = self._first_min(counters, doors[0]), [0.0]
        if len(counters) > 1:
            lags_min = self._lags_min(counters)
        last = doors[0]
        at_min = waits_min = first_min + lags_min[-1]
        for row in doors[1:]:
            at_min += self.leg_min[last][row]
            waits_min += at_min
            last = row
        lag_of = {self.counter[row]: lag for row, lag in zip(counters, lags_min, strict=True)}
        ready_min = max([self.ready[row] - lag_of[self.counter[row]] for row in doors])
        takes_min = at_min + (self.inner[last] + self._half_stop_min)
        return Tour(tuple(doors), counters, ready_min, waits_min, takes_min, lags_min[-1])

    def joined(self, one: Tour, other: Tour, price: float) -> Tour:
        """The best tour found over both; ``price`` is what a minute of the runner costs."""
        rows = sorted(one.jobs + other.jobs)
        tries = [
            self.tour(
                counters,
                self._best_order(counters, rows, price)
                if len(rows) <= _TRIED_MAX
                else self._inserted(counters, one, other),
            )
            for counters in self._orders(one.counters, other.counters)
        ]
        return min(tries, key=lambda t: (t.waits_min + price * t.takes_min, t.jobs, t.counters))

    def _best_order(
        self, counters: tuple[int, ...], rows: list[int], price: float
    ) -> Sequence[int]:
        """Of all orders of a few doors the one that costs least."""
        begin_min = {row: self._first_min(counters, row) for row in rows}
        leg_min, inner = self.leg_min, self.inner
        best, least = tuple(rows), inf
        for order in permutations(rows):
            last = order[0]
            at_min = waits_min = begin_min[last]
            for row in order[1:]:
                at_min += leg_min[last][row]
                waits_min += at_min
                last = row
            cost = waits_min + price * (at_min + inner[last])
            if cost < least:
                best, least = order, cost
        return best

    def counters_of(self, jobs: tuple[int, ...]) -> int:
        """At how many counters these are fetched."""
        return len({self.counter[row] for row in jobs})

    def _orders(self, one: tuple[int, ...], other: tuple[int, ...]) -> list[tuple[int, ...]]:
        """In which order to fetch: at the one counter, or at both of two."""
        ones, others = [self.counter[row] for row in one], [self.counter[row] for row in other]
        if all(counter in ones for counter in others):
            return [one]
        if all(counter in others for counter in ones):
            return [other]
        return [one + other, other + one]

    def _inserted(self, counters: tuple[int, ...], one: Tour, other: Tour) -> tuple[int, ...]:
        """The longer tour, each door of the shorter one where it costs least."""
        longer, shorter = (one, other) if len(one.jobs) >= len(other.jobs) else (other, one)
        best = longer.jobs
        for row in shorter.jobs:
            places = range(len(best) + 1)
            tries = [self.tour(counters, (*best[:n], row, *best[n:])) for n in places]
            best = min(tries, key=lambda t: (t.waits_min, t.jobs)).jobs
        return best

    def _first_min(self, counters: tuple[int, ...], row: int) -> float:
        """From the pickup at the last counter to the handover at a first door."""
        counter = counters[-1]
        if self.counter[row] == self.counter[counter]:
            way = self.out[row]
        else:
            way = way_min(self.counter_xy[counter], self.door_xy[row], self._pace)
        return self._half_pickup_min + (way + self._half_stop_min)

    def between(self, one: int, other: int) -> float:
        """From the handover at the first door of one job to that of another."""
        way = way_min(self.leave_xy[one], self.door_xy[other], self._pace)
        return (self.inner[one] + self._half_stop_min) + (way + self._half_stop_min)

    def _lags_min(self, counters: tuple[int, ...]) -> list[float]:
        """By counter, minutes from the first pickup to the one there."""
        lags = [0.0]
        for here, there in pairwise(counters):
            way = way_min(self.counter_xy[here], self.counter_xy[there], self._pace)
            lags.append(lags[-1] + way + self._pace.pickup_min)
        return lags


class _Legs(dict[int, float]):
    """From one job's door to those of others, by their rows, each measured once."""

    def __init__(self, ways: Ways, row: int) -> None:
        super().__init__()
        self._ways, self._row = ways, row

    def __missing__(self, other: int) -> float:
        leg = self[other] = self._ways.between(self._row, other)
        return leg


def _places(xy: Floats) -> list[XY]:
    rows: list[list[float]] = xy.tolist()
    return [(x, y) for x, y in rows]
