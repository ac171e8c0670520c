"""Several errands in one trip: in which order to walk, and what one more would add.

A job that comes goes into the present route where it costs least and turns nothing around, so what
the hall says that it adds is what the route grows by. Lateness comes before metres: an insertion
that makes nobody wait longer than promised beats a shorter one that does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import pairwise
from math import inf
from typing import NamedTuple
from uuid import UUID

from api.kit.geo import Point, walking_distance_m
from api.places.settings import WALK_M_PER_MIN

# What is new goes among so many visits ahead, or behind all; and of these insertions so many of the
# shortest are held against the clock, which with up to five visits ahead are all there are.
_AHEAD_MAX = 40
_TIMED_MAX = 24
# Late by less than this is in time: sums of floats differ by how they were made.
_MOMENT_S = 0.001


@dataclass(frozen=True, slots=True)
class Visit:
    """One place to go to: the pickup of a job (``stop`` 0), also to bring back what nobody took, or
    one of its stops.

    ``ready_s``: before it nothing is to be had there; ``due_s``: when it was promised. Both in
    seconds from now.
    """

    job_id: UUID
    stop: int
    point: Point
    ready_s: float = 0.0
    due_s: float = inf


@dataclass(frozen=True, slots=True)
class Errand:
    """A job as a walk: where to fetch (``None``: fetched already), and the stops that are left."""

    pickup: Visit | None
    stops: tuple[Visit, ...]


class Leg(NamedTuple):
    """The way to one visit, and when one is there, in seconds from now, waiting included."""

    visit: Visit
    walk_m: float
    at_s: float


class Added(NamedTuple):
    """What an errand adds to a route; never less than nothing."""

    metres: float
    minutes: int


@dataclass(frozen=True, slots=True)
class Route:
    """From where somebody stands, the visits ahead in order, the way to each, and the pace."""

    start: Point
    visits: tuple[Visit, ...] = ()
    ways_m: tuple[float, ...] = ()
    walk_m_per_min: int = WALK_M_PER_MIN

    def legs(self) -> list[Leg]:
        """The visits with their times."""
        at_s, legs = 0.0, list[Leg]()
        walk_m_per_s = self.walk_m_per_min / 60
        for visit, walk_m in zip(self.visits, self.ways_m, strict=True):
            at_s = max(at_s + walk_m / walk_m_per_s, visit.ready_s)
            legs.append(Leg(visit, walk_m, at_s))
        return legs

    def with_errand(self, errand: Errand) -> "Route":
        """The route with one more errand, each visit where it costs least; doors of one building
        in the order in which the errand has them.
        """
        route, first, stops = self, 0, errand.stops
        before: Visit | None = None
        if errand.pickup is not None and stops:
            places = _places_of_pair(self, errand.pickup, stops[0])
            route = _best(self, places, (errand.pickup, stops[0]))
            first, before, stops = route.visits.index(errand.pickup) + 1, stops[0], stops[1:]
        for stop in stops:
            if before is not None and before.point == stop.point:
                places = [_Place(0.0, (route.visits.index(before) + 1,))]
            else:
                places = _places_of_one(route, stop, first=first)
            route, before = _best(route, places, (stop,)), stop
        return route

    def added_by(self, errand: Errand) -> Added:
        """How much longer it takes with one more errand."""
        longer = self.with_errand(errand)
        metres = sum(longer.ways_m) - sum(self.ways_m)
        seconds = _ends_s(longer) - _ends_s(self)
        return Added(max(metres, 0.0), whole_minutes(seconds))


def plan(start: Point, errands: Sequence[Errand], *, walk_m_per_min: int = WALK_M_PER_MIN) -> Route:
    """The route for what is at hand, in the order in which it was taken, at a community's pace."""
    route = Route(start, walk_m_per_min=walk_m_per_min)
    for errand in errands:
        route = route.with_errand(errand)
    return route


def way_back(job_id: UUID, pickup: Point) -> Errand:
    """Goods that nobody took, on their way back to where they were fetched.

    Nobody was promised them by a time, so no promise to anybody else waits for them.
    """
    return Errand(None, (Visit(job_id, 0, pickup),))


def added_alone(
    *, distance_m: float, trip_m: float, ready_s: float, walk_m_per_min: int = WALK_M_PER_MIN
) -> Added:
    """What an errand takes with nothing else at hand: the way there, waiting, and the trip."""
    walk_m_per_s = walk_m_per_min / 60
    there_s = distance_m / walk_m_per_s
    seconds = (there_s if there_s > ready_s else ready_s) + trip_m / walk_m_per_s
    return Added(distance_m + trip_m, whole_minutes(seconds))


def whole_minutes(seconds: float) -> int:
    """Minutes, rounded up; less than half a second is none."""
    whole = round(seconds)
    return -(-whole // 60) if whole > 0 else 0


class _Place(NamedTuple):
    """Where new visits go, as numbers of the visits that they follow (0: the start)."""

    metres: float
    after: tuple[int, ...]


def _places_of_one(route: Route, visit: Visit, *, first: int) -> list[_Place]:
    to = _ways_to(route, visit)
    return [_Place(_detour_m(route, to, i), (i,)) for i in _gaps(route) if i >= first]


def _places_of_pair(route: Route, pickup: Visit, stop: Visit) -> list[_Place]:
    to_pickup, to_stop = _ways_to(route, pickup), _ways_to(route, stop)
    trip_m = walking_distance_m(pickup.point, stop.point)
    end, gaps = len(route.visits), _gaps(route)
    places: list[_Place] = []
    for i in gaps:
        onward_m = to_stop[i + 1] - route.ways_m[i] if i < end else 0.0
        places.append(_Place(to_pickup[i] + trip_m + onward_m, (i, i)))
        there_m = _detour_m(route, to_pickup, i)
        places += [_Place(there_m + _detour_m(route, to_stop, j), (i, j)) for j in gaps if j > i]
    return places


def _gaps(route: Route) -> list[int]:
    """Behind which visits something may be put in, and behind the last."""
    end = len(route.visits)
    return [*range(min(end, _AHEAD_MAX)), end]


def _ways_to(route: Route, visit: Visit) -> list[float]:
    """From the start and from each visit ahead."""
    points = (route.start, *(v.point for v in route.visits))
    return [walking_distance_m(point, visit.point) for point in points]


def _detour_m(route: Route, to: Sequence[float], after: int) -> float:
    """What going there between two visits, or at the end, adds."""
    if after == len(route.visits):
        return to[after]
    return to[after] + to[after + 1] - route.ways_m[after]


def _best(route: Route, places: list[_Place], new: tuple[Visit, ...]) -> Route:
    """The shortest insertion by which nobody waits longer than promised, or the least late one."""
    before_s = _late_s(route)
    best, best_s = route, inf
    timed = _TIMED_MAX if len(route.visits) <= _AHEAD_MAX else 1
    for place in nsmallest(timed, places):
        tried = _inserted(route, place, new)
        late_s = _late_s(tried)
        if late_s <= before_s + _MOMENT_S:
            return tried
        if late_s < best_s:
            best, best_s = tried, late_s
    return best


def _inserted(route: Route, place: _Place, new: tuple[Visit, ...]) -> Route:
    visits = list(route.visits)
    for shift, (after, visit) in enumerate(zip(place.after, new, strict=True)):
        visits.insert(after + shift, visit)
    points = [route.start, *(v.point for v in visits)]
    ways_m = tuple(walking_distance_m(a, b) for a, b in pairwise(points))
    return Route(route.start, tuple(visits), ways_m, route.walk_m_per_min)


def _late_s(route: Route) -> float:
    """How much later than promised all stops together are."""
    return sum(max(0.0, leg.at_s - leg.visit.due_s) for leg in route.legs())


def _ends_s(route: Route) -> float:
    legs = route.legs()
    return legs[-1].at_s if legs else 0.0
