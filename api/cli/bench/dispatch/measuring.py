"""Times rounds beside a bare assignment of the same candidates, taking turns, and judges both."""

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import inf
from statistics import median
from typing import TypeVar, cast

import numpy as np
from scipy.optimize import (  # pyright: ignore[reportMissingTypeStubs]
    linear_sum_assignment,  # pyright: ignore[reportUnknownVariableType]
)

from api.cli.bench.dispatch.town import SIZES, Size, moment_of
from api.matching.dispatch.objective import Objective, published_objective
from api.matching.dispatch.pricing import NEVER
from api.matching.dispatch.snapshot import Ints, Snapshot
from api.matching.dispatch.solving import solve

T = TypeVar("T")

RATIO_MAX = 4.0
# What one core may take for a round, by size, in milliseconds.
LIMITS_MS = (50.0, 1_000.0, 10_000.0)


@dataclass(slots=True)
class Measured:
    """One size: processor milliseconds round by round, and minutes until the pickup."""

    size: Size
    limit_ms: float
    solve_ms: list[float] = field(default_factory=list[float])
    bare_ms: list[float] = field(default_factory=list[float])
    offered: int = 0
    waits_min: float = 0.0
    nearest_waits_min: float = 0.0

    @property
    def ratio(self) -> float:
        """The median, over the rounds, of a round in parts of the bare assignment."""
        return median(a / b for a, b in zip(self.solve_ms, self.bare_ms, strict=True))


def measure_dispatch(sizes: tuple[Size, ...] = SIZES) -> list[Measured]:
    """Every size, each round another moment."""
    gc.collect()
    gc.disable()
    try:
        return [_measure(size, limit) for size, limit in zip(sizes, LIMITS_MS, strict=False)]
    finally:
        gc.enable()


def _measure(size: Size, limit_ms: float) -> Measured:
    found, objective = Measured(size, limit_ms), published_objective()
    waits: list[float] = []
    rivals: list[float] = []
    solve(moment_of(size, 0), objective)
    for seed in range(1, size.rounds + 1):
        moment = moment_of(size, seed)
        plan, solve_ms = _timed(lambda m=moment: solve(m, objective))
        _, bare_ms = _timed(lambda m=moment: bare_assignment(m))
        found.solve_ms.append(solve_ms)
        found.bare_ms.append(bare_ms)
        found.offered += sum(len(offer.jobs) for offer in plan.offers)
        # Judged with nothing held back, as the rival holds nothing.
        for offer in solve(moment, _unheld(objective)).offers:
            waits += [max(0.0, offer.reason.waits_min)] * len(offer.jobs)
        rivals += nearest_waits(moment)
    found.waits_min = float(np.mean(waits)) if waits else 0.0
    found.nearest_waits_min = float(np.mean(rivals)) if rivals else 0.0
    return found


def bare_assignment(moment: Snapshot) -> int:
    """The least one can do: every way that is allowed, and the assignment of the shortest."""
    jobs, runners, may = moment.jobs, moment.runners, moment.may
    assert may is not None
    value = np.full(may.shape, NEVER)
    job, runner = np.nonzero(may)
    value[job, runner] = -moment.pace.way_min(jobs.pickup_xy[job], runners.xy[runner])
    rows, _ = cast("tuple[Ints, Ints]", linear_sum_assignment(value, maximize=True))
    return len(rows)


def nearest_waits(moment: Snapshot) -> list[float]:
    """Minutes that goods wait where each job, oldest first, takes the runner soonest there."""
    jobs, runners, may = moment.jobs, moment.runners, moment.may
    assert may is not None
    left, waits = np.ones(len(runners), dtype=np.bool_), list[float]()
    for job in np.argsort(jobs.ready_min, kind="stable"):
        able = np.flatnonzero(may[job] & left)
        if not len(able):
            continue
        way_min = moment.pace.way_min(jobs.pickup_xy[job], runners.xy[able])
        there_min = runners.from_min[able] + way_min + moment.pace.pickup_min / 2
        best = int(there_min.argmin())
        left[able[best]] = False
        waits.append(max(0.0, float(there_min[best] - jobs.ready_min[job])))
    return waits


def _unheld(objective: Objective) -> Objective:
    return replace(objective, looking=replace(objective.looking, hold_min=inf))


def _timed(run: Callable[[], T]) -> tuple[T, float]:
    began = time.process_time()
    made = run()
    return made, (time.process_time() - began) * 1000
