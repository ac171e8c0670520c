"""A bundle: jobs of one counter, fetched in one visit and brought round in one tour."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import NamedTuple

import numpy as np

from api.matching.dispatch.snapshot import Floats, Ints, Jobs, Pace, Visit

# All orders of so few stops are tried; beyond, each goes where it costs least.
_TRIED_MAX = 4


class Tour(NamedTuple):
    """Doors in the order to go to, as rows of the jobs; minutes count from the pickup.

    ``waits_min`` adds up the handovers, ``takes_min`` is when the runner is free again.
    """

    jobs: tuple[int, ...]
    waits_min: float
    takes_min: float


@dataclass(frozen=True, slots=True)
class Bundles:
    """Bundles as rows; ``ready_min`` is when all of it is, ``out_min`` the way to its first door.

    ``worth`` is what serving it now is worth, ``back_min`` the way back from its last door.
    """

    tours: tuple[Tour, ...]
    pickup_xy: Floats
    door_xy: Floats
    leave_xy: Floats
    ready_min: Floats
    out_min: Floats
    count: Floats
    takes_min: Floats
    worth: Floats
    back_min: Floats
    load: Ints
    merchant: Ints

    def __len__(self) -> int:
        return len(self.tours)


class Ways:
    """Minutes among the doors of one counter's jobs, as plain lists, and tours over them."""

    def __init__(self, jobs: Jobs, rows: Ints, pace: Pace) -> None:
        """Measure every way once."""
        self.place = {int(row): n for n, row in enumerate(rows)}
        doors, leaves = jobs.door_xy[rows], jobs.leave_xy[rows]
        self.out: list[float] = pace.way_min(jobs.pickup_xy[rows[0]], doors).tolist()
        self.between: list[list[float]] = pace.way_min(leaves[:, None], doors[None]).tolist()
        self.inner: list[float] = jobs.inner_min[rows].tolist()
        self._half_pickup_min, self._half_stop_min = pace.pickup_min / 2, pace.stop_min / 2

    def tour(self, sequence: Sequence[int]) -> Tour:
        """The tour that visits the doors in this order."""
        waits_min, at_min, last = 0.0, self._half_pickup_min, -1
        for row in sequence:
            here = self.place[row]
            at_min += (
                self.out[here] if last < 0 else self.between[last][here]
            ) + self._half_stop_min
            waits_min += at_min
            at_min += self.inner[here] + self._half_stop_min
            last = here
        return Tour(tuple(sequence), waits_min, at_min)

    def joined(self, one: Tour, other: Tour, price: float) -> Tour:
        """The best tour found over both; ``price`` is what a minute of the runner costs."""
        rows = sorted(one.jobs + other.jobs)
        if len(rows) <= _TRIED_MAX:
            tries = map(self.tour, permutations(rows))
        else:
            tries = self._inserted(one, other)
        return min(tries, key=lambda t: (t.waits_min + price * t.takes_min, t.jobs))

    def _inserted(self, one: Tour, other: Tour) -> list[Tour]:
        longer, shorter = (one, other) if len(one.jobs) >= len(other.jobs) else (other, one)
        best = longer.jobs
        for row in shorter.jobs:
            tries = [self.tour((*best[:n], row, *best[n:])) for n in range(len(best) + 1)]
            best = min(tries, key=lambda t: (t.waits_min, t.jobs)).jobs
        return [self.tour(best)]


def as_rows(
    tours: Sequence[Tour], jobs: Jobs, worth: Floats, back_min: Floats, pace: Pace
) -> Bundles:
    """The bundles as arrays; ``worth`` and ``back_min`` are by job."""
    count = np.array([len(t.jobs) for t in tours])
    flat = np.array([row for t in tours for row in t.jobs], dtype=np.int64)
    ends = np.cumsum(count)
    begins = ends - count
    first, last = flat[begins], flat[ends - 1]
    return Bundles(
        tours=tuple(tours),
        pickup_xy=jobs.pickup_xy[first],
        door_xy=jobs.door_xy[first],
        leave_xy=jobs.leave_xy[last],
        ready_min=np.maximum.reduceat(jobs.ready_min[flat], begins),
        out_min=pace.way_min(jobs.pickup_xy[first], jobs.door_xy[first]),
        count=count.astype(np.float64),
        takes_min=np.array([t.takes_min for t in tours]),
        worth=np.add.reduceat(worth[flat], begins),
        back_min=back_min[last],
        load=np.add.reduceat(jobs.load[flat], begins),
        merchant=jobs.merchant[first],
    )


def visits_of(tour: Tour, jobs: Jobs, ready_min: float) -> tuple[Visit, tuple[Visit, ...]]:
    """The pickup of a tour and its stops, by the caller's numbers."""
    keys = tuple(int(jobs.key[row]) for row in tour.jobs)
    counter = _xy(jobs.pickup_xy[tour.jobs[0]])
    merchant = int(jobs.merchant[tour.jobs[0]])
    pickup = Visit("pickup", counter, counter, keys, merchant, ready_min)
    stops = tuple(
        Visit(
            "stop",
            _xy(jobs.door_xy[row]),
            _xy(jobs.leave_xy[row]),
            (key,),
            inner_min=float(jobs.inner_min[row]),
        )
        for row, key in zip(tour.jobs, keys, strict=True)
    )
    return pickup, stops


def _xy(place: Floats) -> tuple[float, float]:
    return float(place[0]), float(place[1])
