"""Moments of dispatch, by hand and by chance."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

from api.cli.replay.instance import Instance
from api.matching.dispatch.objective import Objective
from api.matching.dispatch.plan import Timed
from api.matching.dispatch.snapshot import Jobs, Pace, Runners, Snapshot, Visit

PACE = Pace(metres_per_min=100.0, pickup_min=4.0, stop_min=4.0, whole_minutes=True)
XY = tuple[float, float]


def jobs_of(
    *jobs: tuple[XY, XY], ready: Sequence[float] | None = None, load: int = 1, first_key: int = 0
) -> Jobs:
    """Jobs from (counter, door); equal counters are one merchant."""
    counters, buildings = (
        sorted(set(places)) for places in (zip(*jobs, strict=True) if jobs else ((), ()))
    )
    ready_min = np.array(ready if ready is not None else [0.0] * len(jobs), dtype=np.float64)
    doors = np.array([door for _, door in jobs], dtype=np.float64).reshape(-1, 2)
    return Jobs(
        key=np.arange(first_key, first_key + len(jobs)),
        pickup_xy=np.array([c for c, _ in jobs], dtype=np.float64).reshape(-1, 2),
        door_xy=doors,
        leave_xy=doors,
        inner_min=np.zeros(len(jobs)),
        merchant=np.array([counters.index(c) for c, _ in jobs], dtype=np.int64),
        building=np.array([buildings.index(door) for _, door in jobs], dtype=np.int64),
        ready_min=ready_min,
        due_min=ready_min + 30.0,
        load=np.full(len(jobs), load, dtype=np.int64),
    )


def runners_at(*places: XY, capacity: int = 5, off_min: float = 600.0) -> Runners:
    """Idle runners."""
    return Runners(
        xy=np.array(places, dtype=np.float64).reshape(-1, 2),
        from_min=np.zeros(len(places)),
        off_min=np.full(len(places), off_min),
        capacity_left=np.full(len(places), capacity, dtype=np.int64),
        weight=np.ones(len(places)),
        routes=((),) * len(places),
        under_way=np.zeros(len(places), dtype=np.bool_),
    )


def moment(jobs: Jobs, runners: Runners, **more: object) -> Snapshot:
    """Minute 0."""
    return replace(
        Snapshot(now_min=0.0, jobs=jobs, runners=runners, pace=PACE),
        **more,  # pyright: ignore[reportArgumentType]
    )


def stop_ahead(job: int, xy: XY) -> Visit:
    """A stop of something picked up already."""
    return Visit("stop", xy, xy, (job,))


def mixing(objective: Objective, *, mixes: bool = True) -> Objective:
    """Goods of several counters on one trip."""
    return replace(objective, looking=replace(objective.looking, mixes_merchants=mixes))


@st.composite
def moments(draw: st.DrawFn) -> Snapshot:
    """Anything: few counters, jobs ready now and later, runners idle, on their way and full."""
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    jobs, runners = draw(st.integers(0, 14)), draw(st.integers(0, 8))
    counters = chance.integers(-8, 8, (4, 2)) * 100.0
    which = chance.integers(0, 4, jobs + runners)
    doors = chance.integers(-12, 12, (jobs + runners, 2)) * 100.0
    routes = tuple(
        _route(chance, 1_000 + n, counters, int(which[jobs + n]), doors[jobs + n])
        for n in range(runners)
    )
    from_min = chance.integers(-6, 6, runners).astype(np.float64)
    return Snapshot(
        now_min=0.0,
        jobs=Jobs(
            key=np.arange(jobs),
            pickup_xy=counters[which[:jobs]],
            door_xy=doors[:jobs],
            leave_xy=doors[:jobs],
            inner_min=np.zeros(jobs),
            merchant=which[:jobs].astype(np.int64),
            building=np.unique(doors[:jobs], axis=0, return_inverse=True)[1].reshape(-1),
            ready_min=chance.integers(-30, 40, jobs).astype(np.float64),
            due_min=chance.integers(-20, 60, jobs).astype(np.float64),
            load=chance.integers(1, 3, jobs),
        ),
        runners=Runners(
            xy=chance.integers(-10, 10, (runners, 2)) * 100.0,
            from_min=np.where([bool(r) for r in routes], from_min, np.maximum(from_min, 0)),
            off_min=chance.integers(-5, 60, runners).astype(np.float64),
            capacity_left=chance.integers(0, 5, runners),
            weight=chance.uniform(0.8, 1.2, runners),
            routes=routes,
            under_way=np.array([bool(r) for r in routes], dtype=np.bool_) & (from_min < 0),
        ),
        pace=PACE,
        may=chance.random((jobs, runners)) < 0.8,
        counters_xy=counters,
    )


def _route(
    chance: np.random.Generator, key: int, counters: np.ndarray, which: int, door: np.ndarray
) -> tuple[Visit, ...]:
    """Nothing, goods on board, or goods still to fetch."""
    kind = int(chance.integers(0, 3))
    counter = (float(counters[which, 0]), float(counters[which, 1]))
    stop = stop_ahead(key, (float(door[0]), float(door[1])))
    fetch = Visit("pickup", counter, counter, (key,), which, float(chance.integers(0, 20)))
    return ((), (stop,), (fetch, stop))[kind]


def faults_of(route: Sequence[Timed], start: XY, from_min: float, off_min: float) -> list[str]:
    """What is impossible in a timed route, told independently of how routes are timed."""
    faults: list[str] = []
    fetched: set[int] = set()
    here, free_min = start, from_min
    for each in route:
        visit = each.visit
        metres = ((here[0] - visit.xy[0]) ** 2 + (here[1] - visit.xy[1]) ** 2) ** 0.5
        least_min = free_min + metres / PACE.metres_per_min + 2.0
        if each.at_min < least_min - 1e-6:
            faults.append(f"{visit} at {each.at_min}, possible from {least_min}")
        if visit.kind == "pickup":
            fetched |= set(visit.jobs)
            if each.at_min < visit.ready_min or (each.at_min > off_min and max(visit.jobs) < 1_000):
                faults.append(f"{visit} at {each.at_min}: not ready, or after the shift")
        elif not set(visit.jobs) <= fetched and max(visit.jobs) < 1_000:
            faults.append(f"{visit} before its pickup")
        here, free_min = visit.leave_xy, each.free_min
    return faults


def is_mixed(route: Sequence[Timed]) -> bool:
    """Whether goods are on board when something else is picked up."""
    on_board: set[int] = set()
    begun = {j for e in route if e.visit.kind == "pickup" for j in e.visit.jobs}
    for each in route:
        if each.visit.kind == "stop":
            on_board -= set(each.visit.jobs)
            continue
        later = {j for e in route for j in e.visit.jobs if e.visit.kind == "stop"} - begun
        if on_board or (later and _is_ahead(route, each, later)):
            return True
        on_board |= set(each.visit.jobs)
    return False


def _is_ahead(route: Sequence[Timed], pickup: Timed, loaded: set[int]) -> bool:
    """Whether something loaded before the route began is still to be brought after this."""
    after = list(route)[list(route).index(pickup) :]
    return any(set(each.visit.jobs) & loaded for each in after)


def cut(instance: Instance, at_min: int) -> Instance:
    """The day without the orders placed later."""
    return replace(instance, orders=tuple(o for o in instance.orders if o.placed_min <= at_min))


def are_rising(values: Sequence[float]) -> bool:
    """Whether no value is below the one before."""
    return all(one <= other for one, other in pairwise(values))
