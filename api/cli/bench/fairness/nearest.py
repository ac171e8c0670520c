"""The plain rule that dispatch is held against: oldest job first, to whoever is soonest there."""

import numpy as np

from api.matching.dispatch.bundles import visits_of
from api.matching.dispatch.objective import Objective
from api.matching.dispatch.plan import Offer, Plan, Reason
from api.matching.dispatch.snapshot import Snapshot
from api.matching.dispatch.timing import timed
from api.matching.dispatch.tours import Tour, Ways


def nearest_first(moment: Snapshot, objective: Objective) -> Plan:
    """Each idle runner takes one job and sets out at once; everything else waits."""
    del objective
    runners, jobs, now_min = moment.runners, moment.jobs, moment.now_min
    is_free = np.array([not route for route in runners.routes], dtype=np.bool_)
    is_free &= runners.from_min <= now_min
    ways, offers = Ways(jobs, moment.pace), list[Offer]()
    for job in range(len(jobs)):
        way_min = moment.pace.way_min(runners.xy, jobs.pickup_xy[job])
        pickup_min = np.maximum(now_min + way_min + moment.pace.pickup_min / 2, jobs.ready_min[job])
        able = np.flatnonzero(is_free & (pickup_min <= runners.off_min))
        if not len(able):
            continue
        runner = int(able[way_min[able].argmin()])
        is_free[runner] = False
        [pickup], stops = visits_of(Tour((job,), (job,), float(jobs.ready_min[job]), 0, 0), ways)
        start = (float(runners.xy[runner, 0]), float(runners.xy[runner, 1]))
        route = timed(start, now_min, (pickup, *stops), moment.pace)
        reason = Reason("soonest", route[0].at_min - now_min, 0.0, len(able), 1)
        offers.append(Offer(runner, pickup.jobs, route, reason))
    return Plan(tuple(offers), ())
