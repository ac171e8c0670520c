"""Several errands in one trip: the order to walk, and what one more adds to it.

Properties of the pure rule, held against trying every insertion; then the same over HTTP.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise, permutations
from math import ceil, inf
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.jobs.walking import Errand, Route, Visit, added_alone, plan
from api.kit.geo import Point, walking_distance_m
from api.places.settings import WALK_M_PER_MIN
from tests.fixtures.builders.errands import SAMPLES, able_runner, placed
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.worlds import World, point

POINTS = st.builds(
    lambda north, east: Point(round(31.23 + north / 111_000, 6), round(121.47 + east / 95_000, 6)),
    st.integers(-900, 900),
    st.integers(-900, 900),
)
SECONDS = st.integers(-600, 3600)
# Jobs at hand: whether it is fetched already, where to fetch and from when, where to bring by when.
WISHES = st.lists(
    st.tuples(
        st.booleans(), POINTS, SECONDS, st.lists(st.tuples(POINTS, SECONDS), min_size=1, max_size=3)
    ),
    max_size=5,
)
Wish = tuple[bool, Point, int, list[tuple[Point, int]]]


def errand(n: int, wish: Wish, *, is_timed: bool = True) -> Errand:
    """A job as a walk; without times where only metres are to count."""
    is_fetched, pickup, ready_s, stops = wish
    job_id = UUID(int=n)
    return Errand(
        None if is_fetched else Visit(job_id, 0, pickup, ready_s=ready_s if is_timed else 0.0),
        tuple(
            Visit(job_id, i, at, due_s=due_s if is_timed else inf)
            for i, (at, due_s) in enumerate(stops, start=1)
        ),
    )


def length_m(nodes: Sequence[Point]) -> float:
    """How long a walk is."""
    return sum(walking_distance_m(a, b) for a, b in pairwise(nodes))


def late_s(start: Point, visits: Sequence[Visit]) -> float:
    """How much later than promised all stops of a walk are, told step by step."""
    here, now_s, late = start, 0.0, 0.0
    for visit in visits:
        now_s += walking_distance_m(here, visit.point) * 60 / WALK_M_PER_MIN
        now_s, here = max(now_s, visit.ready_s), visit.point
        late += max(0.0, now_s - visit.due_s)
    return late


def insertions(route: Route, pickup: Visit, stop: Visit) -> list[tuple[float, float]]:
    """Lateness and length of every walk that keeps the route's order and fetches before."""
    new = [*route.visits, pickup, stop]
    walks = (
        walk
        for walk in permutations(new)
        if [v for v in walk if v in route.visits] == list(route.visits)
        and walk.index(pickup) < walk.index(stop)
    )
    points = [(walk, [route.start, *(v.point for v in walk)]) for walk in walks]
    return [(late_s(route.start, walk), length_m(nodes)) for walk, nodes in points]


@settings(deadline=None, max_examples=100)
@given(start=POINTS, wishes=WISHES)
def test_a_walk_visits_all_once_and_every_pickup_before_its_stops(
    start: Point, wishes: list[Wish]
) -> None:
    """Whatever is at hand; and each leg is as long as the way from the visit before."""
    errands = [errand(n, wish) for n, wish in enumerate(wishes)]

    legs = plan(start, errands).legs()

    visits = [leg.visit for leg in legs]
    wanted = [v for e in errands for v in (e.pickup, *e.stops) if v is not None]
    assert sorted(wanted, key=hash) == sorted(visits, key=hash)
    for one in errands:
        if one.pickup is not None:
            assert visits.index(one.pickup) < min(visits.index(stop) for stop in one.stops)
    nodes = [start, *(v.point for v in visits)]
    assert [walking_distance_m(a, b) for a, b in pairwise(nodes)] == [leg.walk_m for leg in legs]
    assert [leg.at_s for leg in legs] == sorted(leg.at_s for leg in legs)
    assert all(leg.at_s >= leg.visit.ready_s for leg in legs)


@settings(deadline=None, max_examples=100)
@given(start=POINTS, route=st.lists(POINTS, max_size=5), pickup=POINTS, dropoff=POINTS)
def test_what_a_job_adds_is_the_best_of_all_insertions(
    start: Point, route: list[Point], pickup: Point, dropoff: Point
) -> None:
    """Where nothing is promised: equal to trying every order that keeps the route's own."""
    before = plan(start, [errand(n, (True, p, 0, [(p, 0)]), is_timed=False)
                          for n, p in enumerate(route)])  # fmt: skip
    new = errand(99, (False, pickup, 0, [(dropoff, 0)]), is_timed=False)
    assert new.pickup is not None
    best_m = min(metres for _, metres in insertions(before, new.pickup, new.stops[0]))

    added = before.added_by(new)

    assert abs(max(0.0, best_m - sum(before.ways_m)) - added.metres) < 1e-6
    grown_m = sum(before.with_errand(new).ways_m) - sum(before.ways_m)
    # The local formula bends with the latitude, so a triangle may be short of flat by a hair.
    assert abs(grown_m - added.metres) < 0.01


@settings(deadline=None, max_examples=100)
@given(
    start=POINTS,
    wishes=st.lists(
        st.tuples(st.just(True), POINTS, SECONDS, st.lists(st.tuples(POINTS, SECONDS), min_size=1,
                  max_size=1)), max_size=4),
    pickup=POINTS, ready_s=SECONDS, dropoff=POINTS, due_s=SECONDS,
)  # fmt: skip
def test_lateness_comes_before_metres(
    start: Point, wishes: list[Wish], pickup: Point, ready_s: int, dropoff: Point, due_s: int
) -> None:
    """No insertion makes people wait less; and where it makes nobody wait, none such is shorter."""
    before = plan(start, [errand(n, wish) for n, wish in enumerate(wishes)])
    new = errand(99, (False, pickup, ready_s, [(dropoff, due_s)]))
    assert new.pickup is not None
    least_s = late_s(start, before.visits)
    tried = insertions(before, new.pickup, new.stops[0])

    after = before.with_errand(new)

    found_s, found_m = late_s(start, after.visits), sum(after.ways_m)
    harmless = [metres for late, metres in tried if late <= least_s + 1e-6]
    if harmless:
        assert found_s <= least_s + 0.01
        assert found_m <= min(harmless) + 1e-6
    else:
        assert found_s <= min(late for late, _ in tried) + 0.01


def test_a_short_detour_that_makes_somebody_wait_is_not_taken() -> None:
    """The hot meal first, though the other door lies on the way; without a promise, on the way."""
    start, door, beyond = (Point(31.23, 121.47 + east / 95_000) for east in (0, 300, 600))
    meal = Visit(UUID(int=1), 1, beyond, due_s=600 * 60 / WALK_M_PER_MIN + 30)
    slow = Visit(UUID(int=2), 0, door, ready_s=1200)
    there = Visit(UUID(int=2), 1, door)

    promised = plan(start, [Errand(None, (meal,)), Errand(slow, (there,))])
    free = plan(start, [Errand(None, (Visit(UUID(int=1), 1, beyond),)), Errand(slow, (there,))])

    assert [meal, slow, there] == list(promised.visits)
    assert [slow, there] == list(free.visits)[:2]


def test_a_full_bag_is_planned_in_bounded_time() -> None:
    """Two hundred stops of one job, all overdue, and one more job on top."""
    start = Point(31.23, 121.47)
    doors = [Point(31.23 + (i % 14) / 10_000, 121.47 + (i // 14) / 10_000) for i in range(200)]
    stops = tuple(Visit(UUID(int=1), n, at, due_s=-60) for n, at in enumerate(doors, start=1))

    route = plan(start, [Errand(Visit(UUID(int=1), 0, start), stops)])
    longer = route.with_errand(errand(2, (False, doors[7], 0, [(doors[90], 0)])))

    assert 201 == len(route.visits)
    assert 203 == len(set(longer.visits))


def test_alone_a_job_adds_the_way_the_waiting_and_the_trip() -> None:
    """In whole minutes, rounded up."""
    assert (480.0, 6) == added_alone(distance_m=160, trip_m=320, ready_s=0)
    assert (480.0, 14) == added_alone(distance_m=160, trip_m=320, ready_s=600)
    assert (481.0, 7) == added_alone(distance_m=161, trip_m=320, ready_s=-60)


async def test_one_trip_carries_as_much_as_fits(world: World) -> None:
    """Several jobs at once up to capacity; what the hall says one adds, the route grows by."""
    resident, runner = await world.person("resident1"), await world.runner()
    await world.change_settings(capacity=3)
    await world.settle()
    await world.stands(runner, point(-100))
    spots = [(0, 300), (-50, 250), (100, 200), (150, 400)]
    orders = [
        await world.paid(resident, pickup=point(north), dropoff=point(to)) for north, to in spots
    ]
    route: list[Any] = []
    lengths, told, minutes = [0.0], list[float](), list[int]()
    for order in orders[:3]:
        item = await in_hall(runner, order["job_id"])
        told.append(item["adds_m"])
        minutes.append(item["adds_min"])
        await runner.post(f"/v1/jobs/{order['job_id']}/accept")
        route = (await runner.get("/v1/runners/me/jobs"))["route"]
        lengths.append(sum(leg["walk_m"] for leg in route))

    grown = [b - a for a, b in pairwise(lengths)]
    assert told == pytest.approx(grown, abs=0.5)
    assert ceil(told[0] / WALK_M_PER_MIN) == minutes[0]
    # From the start northwards, each passed on the way: all three in one walk of 400 m.
    assert 400 == pytest.approx(lengths[-1], abs=1)
    visits = [(leg["job_id"], leg["stop"]) for leg in route]
    assert 6 == len(set(visits))
    for order in orders[:3]:
        assert visits.index((order["job_id"], 0)) < visits.index((order["job_id"], 1))
    arrivals = [leg["arrives_at"] for leg in route]
    assert sorted(arrivals) == arrivals
    path = f"/v1/jobs/{orders[3]['job_id']}/accept"
    assert (409, "capacity_full") == await runner.refused("POST", path)


async def test_what_nobody_took_is_brought_back_on_the_way(world: World) -> None:
    """With its way and time, also where nothing else is at hand; the hall reckons with it."""
    resident, runner = await world.person("resident1"), await world.runner()
    failed = await world.picked_up(resident, runner, pickup=point(), dropoff=point(300))
    await world.stands(runner, point(300))
    path = f"/v1/jobs/{failed['job_id']}"
    await runner.post(f"{path}/fail", {"reason": "refused"})
    (alone,) = (await runner.get("/v1/runners/me/jobs"))["route"]
    fresh = await world.paid(resident, pickup=point(200), dropoff=point(100))
    adds = await in_hall(runner, fresh["job_id"])
    await runner.post(f"/v1/jobs/{fresh['job_id']}/accept")
    route = (await runner.get("/v1/runners/me/jobs"))["route"]
    await resident.post(f"{path}/return")

    left = (await runner.get("/v1/runners/me/jobs"))["route"]

    assert (failed["job_id"], 0, "return") == (alone["job_id"], alone["stop"], alone["act"])
    assert 300 == pytest.approx(alone["walk_m"], abs=1)
    assert point() == alone["point"]
    # Fetched and brought on the way back: it adds next to nothing.
    assert 0 == pytest.approx(adds["adds_m"], abs=1)
    acts = [(leg["job_id"], leg["act"]) for leg in route]
    assert [(fresh["job_id"], "pick_up"), (fresh["job_id"], "deliver"),
            (failed["job_id"], "return")] == acts  # fmt: skip
    assert ["pick_up", "deliver"] == [leg["act"] for leg in left]


async def test_a_community_walks_at_its_own_pace(world: World) -> None:
    """Half as fast takes twice as long, in the hall and on the way, with and without a job."""
    resident, runner = await world.person("resident1"), await world.runner()
    await world.stands(runner, point(-160))
    orders = [await world.paid(resident, pickup=point(), dropoff=point(320)) for _ in range(2)]
    told: dict[int, tuple[int, ...]] = {}
    for pace in (80, 40):
        await world.change_settings(walk_m_per_min=pace)
        item = await in_hall(runner, orders[0]["job_id"])
        told[pace] = (item["walk_min"], item["adds_min"])
    await runner.post(f"/v1/jobs/{orders[0]['job_id']}/accept")
    page = await runner.call("GET", "/v1/runners/me/jobs", expect=200)
    first, last = page.json()["route"]

    took_s = (moment(last["arrives_at"]) - moment(first["arrives_at"])).total_seconds()

    # Three minutes at the counter, then the way, a hair longer or shorter than the round metres.
    assert 180 + 480 == pytest.approx(took_s, abs=2)
    assert told[40][0] in (4, 5)
    assert told[80][0] in (2, 3)
    assert told[40][1] - told[80][1] in (5, 6, 7)
    too_fast = {"settings": {"walk_m_per_min": 121}}
    path, tag = f"/v1/places/{world.community_id}", {"If-Match": '"1"'}
    refused = await world.admin.refused("PUT", path, json=too_fast, headers=tag)
    assert (422, "malformed_request") == refused


def moment(text: str) -> datetime:
    """A time of an answer."""
    return datetime.fromisoformat(text)


async def test_medicine_stands_first_in_the_hall(world: World) -> None:
    """For every runner who may take it, on the first page, also where others are nearer."""
    resident, runner = await world.person("resident1"), await able_runner(world)
    newcomer = await world.runner(2)
    near = [await world.paid(resident) for _ in range(2)]
    medicine = await placed(world, resident, SAMPLES["medicine"])
    await world.pay(resident, medicine["id"])
    medicine = await resident.get(f"/v1/orders/{medicine['id']}")
    wished = {"kinds": [k for k in SAMPLES if k != "medicine"]}
    await newcomer.put("/v1/runners/me/application", wished)

    pages, cursor = list[str](), None
    while True:
        page = await runner.get("/v1/hall", params={"limit": 1} | ({"cursor": cursor} if cursor
                                                                   else {}))  # fmt: skip
        pages += [item["job_id"] for item in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
    others = [item["job_id"] for item in (await newcomer.get("/v1/hall"))["items"]]

    assert [medicine["job_id"], *sorted(o["job_id"] for o in near)] == pages
    assert sorted(o["job_id"] for o in near) == others


async def in_hall(runner: Person, job_id: str) -> Any:
    """How the hall shows a job to a runner."""
    items = (await runner.get("/v1/hall"))["items"]
    return next(item for item in items if item["job_id"] == job_id)
