"""What it is worth that a runner takes a bundle after everything that lies ahead."""

import numpy as np

from api.matching.dispatch.bundles import Bundles
from api.matching.dispatch.ends import Ends
from api.matching.dispatch.nearness import near_min
from api.matching.dispatch.objective import Serving
from api.matching.dispatch.snapshot import Flags, Floats, Ints, Pace, Snapshot

# So many pairs are reckoned at once; a city in one round would not fit into memory twice.
_PAIRS_AT_ONCE = 1_000_000
# Up to so many pairs are reckoned all, allowed or not: picking costs more.
_PAIRS_FEW = 5_000

# What may not be; far below any sum of what may, so that as many as possible are served.
NEVER = -1e7


def appended(
    moment: Snapshot, bundles: Bundles, allowed: Flags | None, ends: Ends, minute: float
) -> Floats:
    """By (bundle, runner), what it is worth behind the runner's route, or `NEVER`.

    ``allowed`` is by (bundle, runner), ``None`` allows all; ``minute`` is the price of a runner's.
    """
    rows, columns = len(bundles), len(moment.runners)
    if rows * columns <= _PAIRS_FEW:
        every = np.arange(rows)[:, None], np.arange(columns)[None]
        value = _value(moment, bundles, *every, ends, minute)
        return value if allowed is None else np.where(allowed, value, NEVER)
    value = np.full((rows, columns), NEVER)
    step = max(1, _PAIRS_AT_ONCE // max(columns, 1))
    for begin in range(0, rows, step):
        block = np.arange(begin, min(begin + step, rows))
        if allowed is None:
            value[block] = _value(
                moment, bundles, block[:, None], np.arange(columns)[None], ends, minute
            )
        else:
            at, runner = np.nonzero(allowed[block])
            bundle = at + begin
            value[bundle, runner] = _value(moment, bundles, bundle, runner, ends, minute)
    return value


def back_min(leave_xy: Floats, counters_xy: Floats | None, counters: int, pace: Pace) -> Floats:
    """The mean way from where a trip ends to so many of the nearest counters."""
    if counters_xy is None or not len(counters_xy):
        return np.zeros(len(leave_xy))
    return near_min(counters_xy, leave_xy, counters, pace)


def worth(late_min: Floats, serving: Serving) -> Floats:
    """By job, what serving it now is worth; ``late_min`` is how late it would be by now."""
    return serving.job_min + serving.late_slope * np.clip(late_min, 0.0, serving.late_most_min)


def _value(
    moment: Snapshot, bundles: Bundles, bundle: Ints, runner: Ints, ends: Ends, minute: float
) -> Floats:
    """Of pairs that two arrays of rows make by broadcasting."""
    runners, pace = moment.runners, moment.pace
    ready_min, count = bundles.ready_min[bundle], bundles.count[bundle]
    at_min = ends.at_min[runner]
    way_min = pace.way_min(bundles.pickup_xy[bundle], ends.xy[runner])
    pickup_min = np.maximum(at_min + way_min + pace.pickup_min / 2, ready_min)
    # What somebody waited already is lost either way, and must not speak against serving them.
    waits_min = count * (pickup_min - np.maximum(ready_min, moment.now_min))
    # What is brought round after the shift costs nobody else a minute of it.
    until_min = pickup_min + (bundles.takes_min + bundles.back_min)[bundle]
    spent_min = np.minimum(until_min, np.maximum(runners.off_min[runner], at_min)) - at_min
    value = bundles.worth[bundle] - runners.weight[runner] * (waits_min + minute * spent_min)
    may = (pickup_min + bundles.lag_min[bundle] <= runners.off_min[runner]) & (
        bundles.load[bundle] <= runners.capacity_left[runner]
    )
    return np.where(may, value, NEVER)
