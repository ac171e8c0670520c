"""Bundles: tours as rows of arrays, to be priced, and as visits, to be walked."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from api.matching.dispatch.snapshot import Floats, Ints, Jobs, Pace, Visit
from api.matching.dispatch.tours import Tour, Ways


@dataclass(frozen=True, slots=True)
class Bundles:
    """Bundles as rows; ``pickup_xy`` is the first counter, ``ready_min`` when fetching may begin.

    ``next_xy`` is where it goes from there, another counter or the first door, ``out_min`` the way;
    ``lag_min`` is from the first pickup to the last.
    ``worth`` is what serving it now is worth, ``back_min`` the way back from its last door.
    """

    tours: tuple[Tour, ...]
    pickup_xy: Floats
    next_xy: Floats
    leave_xy: Floats
    ready_min: Floats
    out_min: Floats
    lag_min: Floats
    count: Floats
    takes_min: Floats
    worth: Floats
    back_min: Floats
    load: Ints
    merchant: Ints

    def __len__(self) -> int:
        return len(self.tours)


def as_rows(
    tours: Sequence[Tour], jobs: Jobs, worth: Floats, back_min: Floats, pace: Pace
) -> Bundles:
    """The bundles as arrays; ``worth`` and ``back_min`` are by job."""
    counts = np.array([len(tour.jobs) for tour in tours], dtype=np.int64)
    flat = np.array([row for tour in tours for row in tour.jobs], dtype=np.int64)
    ends = np.cumsum(counts)
    begins = ends - counts
    fetched = np.array([tour.counters[0] for tour in tours])
    pickup_xy, next_xy = jobs.pickup_xy[fetched], jobs.door_xy[flat[begins]]
    for n, tour in enumerate(tours):
        if len(tour.counters) > 1:
            next_xy[n] = jobs.pickup_xy[tour.counters[1]]
    last = flat[ends - 1]
    return Bundles(
        tours=tuple(tours),
        pickup_xy=pickup_xy,
        next_xy=next_xy,
        leave_xy=jobs.leave_xy[last],
        ready_min=np.array([tour.ready_min for tour in tours]),
        out_min=pace.way_min(pickup_xy, next_xy),
        lag_min=np.array([tour.lag_min for tour in tours]),
        count=counts.astype(np.float64),
        takes_min=np.array([tour.takes_min for tour in tours]),
        worth=np.add.reduceat(worth[flat], begins),
        back_min=back_min[last],
        load=np.add.reduceat(jobs.load[flat], begins),
        merchant=jobs.merchant[fetched],
    )


def visits_of(tour: Tour, ways: Ways) -> tuple[list[Visit], list[Visit]]:
    """The pickups of a tour, and its stops, by the caller's numbers."""
    key, door_xy, leave_xy, inner = ways.key, ways.door_xy, ways.leave_xy, ways.inner
    stops = [
        Visit("stop", door_xy[row], leave_xy[row], (key[row],), inner_min=inner[row])
        for row in tour.jobs
    ]
    return [_pickup(row, tour, ways) for row in tour.counters], stops


def _pickup(row: int, tour: Tour, ways: Ways) -> Visit:
    """The visit to a counter, for all jobs of the tour that lie there."""
    counter, xy = ways.counter[row], ways.counter_xy[row]
    theirs = [job for job in tour.jobs if ways.counter[job] == counter]
    keys = tuple([ways.key[job] for job in theirs])
    return Visit("pickup", xy, xy, keys, counter, max([ways.ready[job] for job in theirs]))
