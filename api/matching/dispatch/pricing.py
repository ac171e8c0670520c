"""What it is worth that a runner takes a bundle after everything that lies ahead."""

from dataclasses import dataclass

import numpy as np

from api.matching.dispatch.bundles import Bundles
from api.matching.dispatch.ends import Ends
from api.matching.dispatch.objective import Serving
from api.matching.dispatch.snapshot import Flags, Floats, Pace, Snapshot

# So many pairs are reckoned at once; a city in one round would not fit into memory twice.
_PAIRS_AT_ONCE = 1_000_000


@dataclass(frozen=True, slots=True)
class Prices:
    """By (bundle, runner): what it is worth in minutes, and whether it may be."""

    value: Floats
    may: Flags


def appended(
    moment: Snapshot, bundles: Bundles, allowed: Flags | None, ends: Ends, minute: float
) -> Prices:
    """Every bundle behind every runner's route; ``minute`` is the price of a runner's minute.

    ``allowed`` is by (bundle, runner), ``None`` allows all.
    """
    rows, columns = len(bundles), len(moment.runners)
    value = np.empty((rows, columns))
    may = np.empty((rows, columns), dtype=np.bool_)
    step = max(1, _PAIRS_AT_ONCE // max(columns, 1))
    for begin in range(0, rows, step):
        block = slice(begin, begin + step)
        _fill(value[block], may[block], moment, bundles, block, ends, minute)
    if allowed is not None:
        may &= allowed
    return Prices(value, may)


def back_min(leave_xy: Floats, counters_xy: Floats | None, counters: int, pace: Pace) -> Floats:
    """The mean way from where a trip ends to so many of the nearest counters."""
    if counters_xy is None or not len(counters_xy):
        return np.zeros(len(leave_xy))
    near = min(counters, len(counters_xy))
    step = max(1, _PAIRS_AT_ONCE // len(counters_xy))
    means = [
        np.partition(
            pace.way_min(leave_xy[begin : begin + step, None], counters_xy[None]), near - 1, axis=1
        )[:, :near].mean(axis=1)
        for begin in range(0, len(leave_xy), step)
    ]
    return np.concatenate(means) if means else np.zeros(0)


def worth(late_min: Floats, serving: Serving) -> Floats:
    """By job, what serving it now is worth; ``late_min`` is how late it would be by now."""
    return serving.job_min + serving.late_slope * np.clip(late_min, 0.0, serving.late_most_min)


def _fill(
    value: Floats, may: Flags, moment: Snapshot, bundles: Bundles, block: slice, ends: Ends,
    minute: float,
) -> None:  # fmt: skip
    """One block of rows, written where it belongs."""
    runners, pace = moment.runners, moment.pace
    ready_min, count = bundles.ready_min[block, None], bundles.count[block, None]
    pickup_min = pace.way_min(bundles.pickup_xy[block, None], ends.xy[None])
    pickup_min += ends.at_min[None] + pace.pickup_min / 2
    np.maximum(pickup_min, ready_min, out=pickup_min)
    np.less_equal(pickup_min, runners.off_min[None], out=may)
    may &= bundles.load[block, None] <= runners.capacity_left[None]
    # count · (pickup - ready) + minute · (pickup + takes + back - at), in as few passes as may be.
    fixed = minute * (bundles.takes_min + bundles.back_min)[block, None] - count * ready_min
    np.multiply(pickup_min, count + minute, out=value)
    value += fixed
    value -= minute * ends.at_min[None]
    value *= -runners.weight[None]
    value += bundles.worth[block, None]
