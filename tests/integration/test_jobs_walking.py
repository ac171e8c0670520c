"""The order to walk and what a job adds: properties of pure rules, held against brute force."""

from itertools import pairwise, permutations
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from api.jobs.rules import Errand, added_m, walking_order
from api.kit.geo import Point, walking_distance_m

POINTS = st.builds(
    lambda north, east: Point(round(31.23 + north / 111_000, 6), round(121.47 + east / 95_000, 6)),
    st.integers(-900, 900),
    st.integers(-900, 900),
)
# Jobs at hand: whether it is fetched already, where to fetch, where to bring.
ERRANDS = st.lists(
    st.tuples(st.booleans(), POINTS, st.lists(POINTS, min_size=1, max_size=3)), max_size=5
)


@settings(deadline=None, max_examples=150)
@given(start=POINTS, given_errands=ERRANDS)
def test_a_walk_visits_all_once_and_every_pickup_before_its_stops(
    start: Point, given_errands: list[tuple[bool, Point, list[Point]]]
) -> None:
    """Whatever is at hand; and each leg is as long as the way from the visit before."""
    errands = [
        Errand(UUID(int=i), None if fetched else pickup, tuple(enumerate(stops, start=1)))
        for i, (fetched, pickup, stops) in enumerate(given_errands)
    ]

    legs = walking_order(start, errands)

    wanted = [(e.job_id, n) for e in errands for n, _ in e.dropoffs]
    wanted += [(e.job_id, 0) for e in errands if e.pickup is not None]
    visits = [(leg.job_id, leg.stop) for leg in legs]
    assert sorted(wanted) == sorted(visits)
    for errand in errands:
        if errand.pickup is not None:
            first = min(visits.index((errand.job_id, n)) for n, _ in errand.dropoffs)
            assert visits.index((errand.job_id, 0)) < first
    nodes = [start, *(leg.point for leg in legs)]
    assert [walking_distance_m(a, b) for a, b in pairwise(nodes)] == [leg.walk_m for leg in legs]


@settings(deadline=None, max_examples=150)
@given(start=POINTS, route=st.lists(POINTS, max_size=5), pickup=POINTS, dropoff=POINTS)
def test_what_a_job_adds_is_the_best_of_all_insertions(
    start: Point, route: list[Point], pickup: Point, dropoff: Point
) -> None:
    """Equal to trying every order that keeps the route's own, and never less than nothing."""
    old = [start, *route]
    names = [*range(1, len(old)), "pickup", "dropoff"]
    points = {**dict(enumerate(old)), "pickup": pickup, "dropoff": dropoff}
    best = min(
        _length([points[0], *(points[name] for name in order)])
        for order in permutations(names)
        if [n for n in order if isinstance(n, int)] == list(range(1, len(old)))
        and order.index("pickup") < order.index("dropoff")
    )

    added = added_m(start, route, pickup, dropoff)

    assert abs(best - _length(old) - added) < 1e-6
    # The local formula bends with the latitude, so a triangle may be short of flat by a hair.
    assert added > -0.01


def _length(nodes: list[Point]) -> float:
    return sum(walking_distance_m(a, b) for a, b in pairwise(nodes))
