"""One round: bundle, price, insert, assign, commit; and where idle runners had better wait."""

import numpy as np

from api.matching.dispatch.assignment import assigned
from api.matching.dispatch.bundles import Bundles, as_rows, visits_of
from api.matching.dispatch.bundling import Fits, bundled
from api.matching.dispatch.commitment import is_due
from api.matching.dispatch.ends import Ends, ends_of
from api.matching.dispatch.explaining import reason_of
from api.matching.dispatch.insertion import Inserted, route_with, with_insertions
from api.matching.dispatch.nearness import nearest
from api.matching.dispatch.objective import Objective
from api.matching.dispatch.plan import Offer, Plan
from api.matching.dispatch.pressure import minute_price
from api.matching.dispatch.pricing import appended, back_min, worth
from api.matching.dispatch.snapshot import Flags, Floats, Ints, Jobs, Snapshot
from api.matching.dispatch.timing import timed
from api.matching.dispatch.waiting import moves_of

# The way to a counter is told by so many of the runners who would be there first.
_NEAREST = 3


def solve(moment: Snapshot, objective: Objective) -> Plan:
    """The offers and moves of this moment; the same moment gives the same plan."""
    if not len(moment.runners):
        return Plan((), ())
    ends = ends_of(moment)
    until_min = moment.now_min + objective.looking.ahead_min
    rows = np.flatnonzero(moment.jobs.ready_min <= until_min)
    if not len(rows):
        return Plan((), moves_of(moment, ends, (), objective.idle))
    jobs = moment.jobs.rows(rows)
    minute = minute_price(moment, ends, objective.minute)
    bundles = _bundles(moment, jobs, rows, ends, minute, objective)
    allowed = _allowed(moment, rows, bundles)
    value = appended(moment, bundles, allowed, ends, minute)
    inserted = with_insertions(moment, bundles, allowed, ends, value, minute, objective.looking)
    pairs = assigned(inserted.value)
    offers = tuple(
        offer
        for bundle, runner in pairs
        if (offer := _offer(moment, jobs, ends, bundles, inserted, bundle, runner, objective))
    )
    return Plan(offers, moves_of(moment, ends, [runner for _, runner in pairs], objective.idle))


def _bundles(
    moment: Snapshot, jobs: Jobs, rows: Ints, ends: Ends, minute: float, objective: Objective
) -> Bundles:
    now_min, pace = moment.now_min, moment.pace
    near_min = _near_min(moment, jobs, ends)
    fits = _fits(moment, jobs, rows)
    tours = bundled(jobs, near_min, minute, objective.looking.bundle_max, now_min, pace, fits)
    soonest_min = now_min + pace.pickup_min + pace.way_min(jobs.pickup_xy, jobs.door_xy)
    place = objective.place
    back = back_min(jobs.leave_xy, moment.counters_xy, place.counters, pace)
    worths = worth(soonest_min - jobs.due_min, objective.serving)
    return as_rows(tours, jobs, worths, place.way_back * back, pace)


def _fits(moment: Snapshot, jobs: Jobs, rows: Ints) -> Fits:
    """What nobody can carry at once, or may be given whole, is no bundle: it would never go out."""
    load: list[int] = jobs.load.tolist()
    capacity, may = moment.runners.capacity_left, moment.may
    most = int(capacity.max())

    def fits(bundle: tuple[int, ...]) -> bool:
        together = sum(load[row] for row in bundle)
        if may is None or together > most:
            return together <= most
        return bool((may[rows[list(bundle)]].all(axis=0) & (capacity >= together)).any())

    return fits


def _near_min(moment: Snapshot, jobs: Jobs, ends: Ends) -> Floats:
    """By job, how long a runner takes to its counter; reckoned once for each counter."""
    _, first, counter = np.unique(jobs.merchant, return_index=True, return_inverse=True)
    _, metres = nearest(ends.xy, jobs.pickup_xy[first], _NEAREST)
    return moment.pace.minutes(metres).mean(axis=1)[counter]


def _allowed(moment: Snapshot, rows: Ints, bundles: Bundles) -> Flags | None:
    """By (bundle, runner): whoever may be given each of its jobs."""
    if moment.may is None:
        return None
    allowed = moment.may[rows[[tour.jobs[0] for tour in bundles.tours]]]
    for bundle, tour in enumerate(bundles.tours):
        for job in tour.jobs[1:]:
            allowed[bundle] &= moment.may[rows[job]]
    return allowed


def _offer(
    moment: Snapshot, jobs: Jobs, ends: Ends, bundles: Bundles, inserted: Inserted,
    bundle: int, runner: int, objective: Objective,
) -> Offer | None:  # fmt: skip
    """What to say to the runner, or ``None`` where it is held for a later round."""
    spot = inserted.spot_of(bundle, runner)
    pickup, stops = visits_of(bundles.tours[bundle], jobs, float(bundles.ready_min[bundle]))
    if not is_due(moment, ends, runner, spot, pickup, objective.looking.hold_min):
        return None
    runners = moment.runners
    start = (float(runners.xy[runner, 0]), float(runners.xy[runner, 1]))
    route = route_with(runners.routes[runner], spot, pickup, stops)
    times = timed(start, _begins_min(moment, runner), route, moment.pace)
    [pickup_min] = [each.at_min for each in times if pickup.jobs[0] in each.visit.jobs][:1]
    reason = reason_of(
        moment, ends, bundles, inserted.value,
        bundle=bundle, runner=runner, spot=spot, pickup_min=pickup_min,
    )  # fmt: skip
    return Offer(runner, pickup.jobs, times, reason)


def _begins_min(moment: Snapshot, runner: int) -> float:
    """A leg that has begun keeps its beginning; whoever is free sets out now."""
    from_min = float(moment.runners.from_min[runner])
    return from_min if moment.runners.under_way[runner] else max(from_min, moment.now_min)
