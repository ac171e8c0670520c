"""Where and when each runner's present route ends: from there on, something new may follow."""

from dataclasses import dataclass

import numpy as np

from api.matching.dispatch.plan import Timed
from api.matching.dispatch.snapshot import Flags, Floats, Snapshot
from api.matching.dispatch.timing import timed


@dataclass(frozen=True, slots=True)
class Ends:
    """By runner: the place and the minute, the timed route, and whether there is nothing to do."""

    xy: Floats
    at_min: Floats
    routes: tuple[tuple[Timed, ...], ...]
    is_idle: Flags


def ends_of(moment: Snapshot) -> Ends:
    """Time every route once."""
    runners, now_min = moment.runners, moment.now_min
    xy, at_min = runners.xy.copy(), np.maximum(runners.from_min, now_min)
    routes: list[tuple[Timed, ...]] = []
    for n, route in enumerate(runners.routes):
        times: tuple[Timed, ...] = ()
        if route:
            start = (float(xy[n, 0]), float(xy[n, 1]))
            times = timed(
                start,
                float(at_min[n] if not runners.under_way[n] else runners.from_min[n]),
                route,
                moment.pace,
            )
            xy[n], at_min[n] = times[-1].visit.leave_xy, max(times[-1].free_min, now_min)
        routes.append(times)
    has_none = np.array([not route for route in runners.routes], dtype=np.bool_)
    return Ends(xy, at_min, tuple(routes), has_none & (runners.from_min <= now_min))
