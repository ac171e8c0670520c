"""How long visits take, as the past shows it, and when a walk gets where by that.

Half of what is done at a place comes before the handover there and half after it, as in a dispatch
round; jobs fetched one after the other at one counter are one visit.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from api.jobs.walking import Route, Visit
from api.kit.geo import Point

# Where too little is known: what people do at a counter and at a door.
PICKUP_S, STOP_S = 180.0, 120.0
# So many visits must be known before they speak for themselves.
SAMPLES_MIN = 20
# A visit is told as no shorter and no longer than this, whatever was recorded.
_LEAST_S, _MOST_S = 30.0, 900.0
ANY = ""


class Visited(NamedTuple):
    """What visits are alike: ``act`` is ``pick_up`` or ``deliver``; `ANY` stands for every kind of
    job, or every place (`spot_of`).
    """

    act: str
    kind: str = ANY
    spot: str = ANY


class PastVisits(NamedTuple):
    """How many alike there were, and the middle of what they took, in seconds."""

    samples: int
    median_s: float


Past = Mapping[Visited, PastVisits]
# By visit of a walk, what it takes in seconds.
Takes = Callable[[Visit], float]


class Timed(NamedTuple):
    """The way to one visit, when one is there and when it is handed over, in seconds from now."""

    visit: Visit
    walk_m: float
    arrives_s: float
    done_s: float


def spot_of(point: Point) -> str:
    """A building or counter by its point, as it is stored."""
    return f"{point.lat:.6f},{point.lng:.6f}"


def usual_s(past: Past, act: str, *, kind: str = ANY, point: Point | None = None) -> float:
    """Seconds that a visit takes: of this kind there, of this kind, of any, or as presumed.

    The nearest of which enough is known decides.
    """
    alike = [Visited(act, kind), Visited(act)]
    if point is not None:
        alike.insert(0, Visited(act, kind, spot_of(point)))
    for each in alike:
        known = past.get(each)
        if known is not None and known.samples >= SAMPLES_MIN:
            return min(max(known.median_s, _LEAST_S), _MOST_S)
    return PICKUP_S if act == "pick_up" else STOP_S


def timed(route: Route, takes: Takes) -> list[Timed]:
    """The visits of a walk with their times: ways, waiting, and what is done at each place."""
    walk_m_per_s = route.walk_m_per_min / 60
    free_s = arrives_s = done_s = half_s = 0.0
    done: list[Timed] = []
    for visit, walk_m in zip(route.visits, route.ways_m, strict=True):
        if done and _is_same_visit(done[-1].visit, visit):
            done_s = max(done_s, visit.ready_s)
        else:
            arrives_s, half_s = free_s + walk_m / walk_m_per_s, takes(visit) / 2
            done_s = max(arrives_s + half_s, visit.ready_s)
        done.append(Timed(visit, walk_m, arrives_s, done_s))
        free_s = done_s + half_s
    return done


def _is_same_visit(last: Visit, visit: Visit) -> bool:
    """Whether this is fetched in passing, where something else is just being fetched."""
    return last.stop == visit.stop == 0 and last.point == visit.point
