"""What to say now and what to hold back: nobody is sent while sending later costs nothing.

What is held is matched anew in the next round, when more is known.
"""

import numpy as np

from api.matching.dispatch.bundles import Bundles
from api.matching.dispatch.ends import Ends
from api.matching.dispatch.insertion import Inserted, Spot
from api.matching.dispatch.snapshot import Flags, Ints, Snapshot


def due(
    moment: Snapshot, ends: Ends, bundles: Bundles, inserted: Inserted, *, bundle: Ints,
    runner: Ints, hold_min: float,
) -> Flags:  # fmt: skip
    """By pair of the two arrays, whether the next round would be too late for it."""
    until_min = moment.now_min + hold_min
    way_min = moment.pace.way_min(ends.xy[runner], bundles.pickup_xy[bundle])
    leaves_min = bundles.ready_min[bundle] - way_min - moment.pace.pickup_min / 2
    is_due = np.maximum(ends.at_min[runner], leaves_min) < until_min
    if inserted.spot is not None:
        for n in np.flatnonzero(inserted.spot[bundle, runner]).tolist():
            spot = inserted.spot_of(int(bundle[n]), int(runner[n]))
            assert spot is not None, "0 is the end"
            is_due[n] = _is_due_there(moment, ends, int(runner[n]), spot, until_min)
    return is_due


def _is_due_there(moment: Snapshot, ends: Ends, runner: int, spot: Spot, until_min: float) -> bool:
    if spot.joins:
        return ends.routes[runner][spot.pickup - 1].at_min < until_min
    # In front of everything ahead: at the moment when the next leg begins, not earlier.
    return spot.pickup == 0 and float(moment.runners.from_min[runner]) < until_min
