"""Where runners wait for whom there is nothing: at a counter, since the next job begins at one."""

import numpy as np

from api.matching.dispatch.ends import Ends
from api.matching.dispatch.nearness import nearest
from api.matching.dispatch.objective import Idle
from api.matching.dispatch.plan import Move
from api.matching.dispatch.snapshot import Ints, Snapshot


def moves_of(moment: Snapshot, ends: Ends, matched: Ints, idle: Idle) -> tuple[Move, ...]:
    """Send every idle runner who is at no counter to the nearest."""
    counters_xy, runners = moment.counters_xy, moment.runners
    if counters_xy is None or not len(counters_xy) or idle.move_max_min <= 0:
        return ()
    is_free = ends.is_idle & (runners.off_min > moment.now_min)
    is_free[matched] = False
    free = np.flatnonzero(is_free)
    if not len(free):
        return ()
    counters, metres = nearest(counters_xy, ends.xy[free])
    way_min = moment.pace.minutes(metres)
    goes = (way_min > 0) & (way_min <= idle.move_max_min)
    pairs = zip(free[goes].tolist(), counters[goes].tolist(), strict=True)
    return tuple(Move(runner, counter) for runner, counter in pairs)
