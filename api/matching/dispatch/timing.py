"""When a route gets where: the physics that plans and expected times share."""

from collections.abc import Sequence
from math import ceil, sqrt

from api.matching.dispatch.plan import Timed
from api.matching.dispatch.snapshot import Pace, Visit

XY = tuple[float, float]


def timed(start: XY, from_min: float, route: Sequence[Visit], pace: Pace) -> tuple[Timed, ...]:
    """The route with its handovers: nothing is picked up before it is ready."""
    here, free_min, done = start, from_min, list[Timed]()
    for visit in route:
        arrives_min = free_min + way_min(here, visit.xy, pace)
        if visit.kind == "move":
            at_min = free_min = arrives_min
        elif visit.kind == "pickup":
            at_min = max(visit.ready_min, arrives_min + pace.pickup_min / 2)
            free_min = at_min + pace.pickup_min / 2
        else:
            at_min = arrives_min + pace.stop_min / 2
            free_min = at_min + visit.inner_min + pace.stop_min / 2
        done.append(Timed(visit, at_min, free_min))
        here = visit.leave_xy
    return tuple(done)


def way_min(one: XY, other: XY, pace: Pace) -> float:
    """Minutes between two places, as `Pace.way_min` has them, to the last bit."""
    dx, dy = one[0] - other[0], one[1] - other[1]
    minutes = sqrt(dx * dx + dy * dy) / pace.metres_per_min
    return float(ceil(minutes)) if pace.whole_minutes else minutes
