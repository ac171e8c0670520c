"""What to say now and what to hold back: nobody is sent while sending later costs nothing.

What is held is matched anew in the next round, when more is known.
"""

from api.matching.dispatch.ends import Ends
from api.matching.dispatch.insertion import Spot
from api.matching.dispatch.snapshot import Snapshot, Visit
from api.matching.dispatch.timing import XY, way_min


def is_due(
    moment: Snapshot, ends: Ends, runner: int, spot: Spot | None, pickup: Visit, hold_min: float
) -> bool:
    """Whether the next round would be too late for this."""
    until_min = moment.now_min + hold_min
    if spot is None:
        here: XY = (float(ends.xy[runner, 0]), float(ends.xy[runner, 1]))
        way = way_min(here, pickup.xy, moment.pace)
        leaves_min = pickup.ready_min - way - moment.pace.pickup_min / 2
        return max(float(ends.at_min[runner]), leaves_min) < until_min
    if spot.joins:
        return ends.routes[runner][spot.pickup - 1].at_min < until_min
    # In front of everything ahead: at the moment when the next leg begins, not earlier.
    return spot.pickup == 0 and float(moment.runners.from_min[runner]) < until_min
