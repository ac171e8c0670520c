"""One round: bundle, price, insert, assign, commit; and where idle runners had better wait."""

import numpy as np

from api.matching.dispatch.assignment import assigned
from api.matching.dispatch.bundles import Bundles, as_rows, visits_of
from api.matching.dispatch.bundling import bundled
from api.matching.dispatch.carrying import fits_of
from api.matching.dispatch.commitment import due
from api.matching.dispatch.ends import Ends, ends_of
from api.matching.dispatch.explaining import reasons_of
from api.matching.dispatch.insertion import Inserted, Spot, route_with, with_insertions
from api.matching.dispatch.nearness import near_min
from api.matching.dispatch.objective import Objective
from api.matching.dispatch.plan import Offer, Plan, Timed
from api.matching.dispatch.pressure import minute_price
from api.matching.dispatch.pricing import appended, back_min, worth
from api.matching.dispatch.snapshot import Flags, Ints, Jobs, Snapshot
from api.matching.dispatch.timing import XY, timed
from api.matching.dispatch.tours import Ways
from api.matching.dispatch.waiting import moves_of

# The way to a counter is told by so many of the runners who would be there first.
_NEAREST = 3


def solve(moment: Snapshot, objective: Objective) -> Plan:
    """The offers and moves of this moment; the same moment gives the same plan."""
    if not len(moment.runners):
        return Plan((), ())
    ends = ends_of(moment)
    rows = np.flatnonzero(moment.jobs.ready_min <= moment.now_min + objective.looking.ahead_min)
    if not len(rows):
        return Plan((), moves_of(moment, ends, rows, objective.idle))
    jobs = moment.jobs if len(rows) == len(moment.jobs) else moment.jobs.rows(rows)
    may = None if moment.may is None else moment.may[rows]
    ways = Ways(jobs, moment.pace)
    minute = minute_price(moment, ends, objective.minute)
    bundles = _bundles(moment, jobs, ways, may, ends, minute, objective)
    allowed = _allowed(may, bundles)
    value = appended(moment, bundles, allowed, ends, minute)
    inserted = with_insertions(moment, bundles, allowed, ends, value, minute, objective.looking)
    bundle, runner = assigned(inserted.value)
    hold_min = objective.looking.hold_min
    is_due = due(moment, ends, bundles, inserted, bundle=bundle, runner=runner, hold_min=hold_min)
    said = bundle[is_due], runner[is_due]
    offers = _offers(moment, ways, ends, bundles, inserted, allowed, *said)
    return Plan(offers, moves_of(moment, ends, runner, objective.idle))


def _bundles(
    moment: Snapshot, jobs: Jobs, ways: Ways, may: Flags | None, ends: Ends, minute: float,
    objective: Objective,
) -> Bundles:  # fmt: skip
    now_min, pace, looking = moment.now_min, moment.pace, objective.looking
    near = near_min(ends.xy, jobs.pickup_xy, _NEAREST, pace)
    tours = bundled(
        jobs, ways, near, minute, looking.bundle_max, now_min, pace,
        fits_of(jobs.load, moment.runners.capacity_left, may),
        until_min=float(moment.runners.off_min.max()), mixes=looking.mixes_merchants,
    )  # fmt: skip
    soonest_min = now_min + pace.pickup_min + pace.way_min(jobs.pickup_xy, jobs.door_xy)
    place = objective.place
    back = back_min(jobs.leave_xy, moment.counters_xy, place.counters, pace)
    worths = worth(soonest_min - jobs.due_min, objective.serving)
    return as_rows(tours, jobs, worths, place.way_back * back, pace)


def _allowed(may: Flags | None, bundles: Bundles) -> Flags | None:
    """By (bundle, runner): whoever may be given each of its jobs."""
    if may is None:
        return None
    allowed = may[[tour.jobs[0] for tour in bundles.tours]]
    for bundle, tour in enumerate(bundles.tours):
        for job in tour.jobs[1:]:
            allowed[bundle] &= may[job]
    return allowed


def _offers(
    moment: Snapshot, ways: Ways, ends: Ends, bundles: Bundles, inserted: Inserted,
    allowed: Flags | None, bundle: Ints, runner: Ints,
) -> tuple[Offer, ...]:  # fmt: skip
    """What to say to the runners of the pairs that the two arrays make."""
    begins = _begins(moment)
    keys: list[tuple[int, ...]] = []
    routes: list[tuple[Timed, ...]] = []
    spots: list[Spot | None] = []
    pickups_min: list[float] = []
    bundle_rows: list[int] = bundle.tolist()
    runner_rows: list[int] = runner.tolist()
    for row, to in zip(bundle_rows, runner_rows, strict=True):
        fetches, stops = visits_of(bundles.tours[row], ways)
        spot = inserted.spot_of(row, to)
        route = route_with(moment.runners.routes[to], spot, fetches[0], (*fetches[1:], *stops))
        start, from_min = begins[to]
        times = timed(start, from_min, route, moment.pace)
        first = fetches[0].jobs[0]
        pickups_min.append(next(each.at_min for each in times if first in each.visit.jobs))
        keys.append(tuple([stop.jobs[0] for stop in stops]))
        routes.append(times)
        spots.append(spot)
    reasons = reasons_of(
        moment, ends, bundles, inserted, allowed,
        bundle=bundle, runner=runner, spots=spots, pickups_min=pickups_min,
    )  # fmt: skip
    return tuple(map(Offer, runner_rows, keys, routes, reasons))


def _begins(moment: Snapshot) -> list[tuple[XY, float]]:
    """Where and when each runner's route begins: a leg that has begun keeps its beginning, and
    whoever is free sets out now.
    """
    runners = moment.runners
    soonest_min = np.maximum(runners.from_min, moment.now_min)
    from_min = np.where(runners.under_way, runners.from_min, soonest_min)
    places: list[list[float]] = runners.xy.tolist()
    moments: list[float] = from_min.tolist()
    return [((x, y), at_min) for (x, y), at_min in zip(places, moments, strict=True)]
