"""A made-up moment: runners and open jobs strewn over a town, as many to a square kilometre."""

from dataclasses import dataclass

import numpy as np

from api.matching.dispatch.snapshot import Flags, Floats, Jobs, Pace, Runners, Snapshot

PACE = Pace(metres_per_min=80.0, pickup_min=3.0, stop_min=2.0)
RADIUS_M = 500.0
_RUNNERS_PER_KM2 = 30.0
_TRIP_M = 450.0
# One in so many counters has several jobs at noon.
_JOBS_PER_COUNTER = 2


@dataclass(frozen=True, slots=True)
class Size:
    """How many meet in one round, and how many such rounds are measured."""

    name: str
    jobs: int
    runners: int
    rounds: int


SIZES = (
    Size("a community at noon", 30, 30, rounds=40),
    Size("a district", 300, 3_000, rounds=10),
    Size("a city", 2_000, 10_000, rounds=3),
)


def moment_of(size: Size, seed: int) -> Snapshot:
    """The moment of a seed: half of the runners are free, half soon; so are jobs ready."""
    chance = np.random.default_rng(seed)
    side_m = 1_000.0 * (size.runners / _RUNNERS_PER_KM2) ** 0.5
    counters_xy = chance.uniform(0, side_m, (max(1, size.jobs // _JOBS_PER_COUNTER), 2))
    merchant = chance.integers(0, len(counters_xy), size.jobs)
    door_xy = counters_xy[merchant] + chance.normal(0, _TRIP_M / 1.25, (size.jobs, 2))
    ready_min = np.maximum(0.0, chance.uniform(-10, 10, size.jobs))
    runners_xy = chance.uniform(0, side_m, (size.runners, 2))
    jobs = Jobs(
        key=np.arange(size.jobs),
        pickup_xy=counters_xy[merchant],
        door_xy=door_xy,
        leave_xy=door_xy,
        inner_min=np.zeros(size.jobs),
        merchant=merchant,
        building=np.arange(size.jobs),
        ready_min=ready_min,
        due_min=ready_min + 25.0,
        load=np.ones(size.jobs, dtype=np.int64),
    )
    runners = Runners(
        xy=runners_xy,
        from_min=np.maximum(0.0, chance.uniform(-10, 10, size.runners)),
        off_min=np.full(size.runners, 240.0),
        capacity_left=np.full(size.runners, 5),
        weight=chance.uniform(0.9, 1.1, size.runners),
        routes=((),) * size.runners,
        under_way=np.zeros(size.runners, dtype=np.bool_),
    )
    return Snapshot(
        now_min=0.0,
        jobs=jobs,
        runners=runners,
        pace=PACE,
        may=_near(jobs.pickup_xy, runners_xy),
        counters_xy=counters_xy,
    )


def _near(one: Floats, other: Floats) -> Flags:
    rows = [((other - xy) ** 2).sum(axis=1) <= RADIUS_M**2 for xy in one]
    return np.array(rows, dtype=np.bool_)
