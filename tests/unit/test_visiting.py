"""When a walk gets where: ways, waiting, and what is done at each place."""

from uuid import UUID

import pytest

from api.jobs.visiting import PastVisits, Visited, spot_of, timed, usual_s
from api.jobs.walking import Errand, Visit, plan
from api.kit.geo import Point, metres_per_degree

HERE = Point(31.23, 121.47)
ONE, OTHER = UUID(int=1), UUID(int=2)


def north(metres: float) -> Point:
    """A point so far north."""
    return Point(HERE.lat + metres / metres_per_degree(HERE.lat)[0], HERE.lng)


def takes(visit: Visit) -> float:
    """Four minutes at a counter, two at a door."""
    return 120.0 if visit.stop else 240.0


def errand(job_id: UUID, counter: Point, door: Point, *, ready_s: float = 0.0) -> Errand:
    """To fetch at a counter and bring to a door."""
    return Errand(Visit(job_id, 0, counter, ready_s=ready_s), (Visit(job_id, 1, door),))


def test_half_of_a_visit_comes_before_the_handover_and_half_after_it() -> None:
    """80 m there, four minutes, 160 m on, two minutes: at 80 m a minute."""
    route = plan(HERE, [errand(ONE, north(80), north(240))])

    arrivals, handovers = zip(
        *((each.arrives_s, each.done_s) for each in timed(route, takes)), strict=True
    )
    assert (60, 60 + 240 + 120) == pytest.approx(arrivals, abs=1)
    assert (60 + 120, 60 + 240 + 120 + 60) == pytest.approx(handovers, abs=1)


@pytest.mark.parametrize("is_fetched", [True, False])
def test_doors_of_one_building_are_visited_in_the_order_of_the_job(is_fetched: bool) -> None:
    """They stand at one point, so any order is as short; the job knows floors, the map does not."""
    doors = tuple(Visit(ONE, n, north(160)) for n in (1, 2, 3, 4))
    trip = Errand(None if is_fetched else Visit(ONE, 0, north(80)), doors)
    between = errand(OTHER, north(160), north(200))

    for errands in ([trip], [between, trip], [trip, between]):
        route = plan(HERE, errands)
        assert [1, 2, 3, 4] == [v.stop for v in route.visits if v.job_id == ONE and v.stop]


def test_waiting_for_the_goods_is_no_visit_on_top() -> None:
    """Who is there early waits; what follows comes half a visit after the goods are ready."""
    [first, last] = timed(plan(HERE, [errand(ONE, HERE, north(80), ready_s=600)]), takes)

    assert (0, 600) == (first.arrives_s, first.done_s)
    assert 600 + 120 + 60 == pytest.approx(last.arrives_s, abs=1)


def test_what_lies_at_one_counter_is_fetched_in_one_visit() -> None:
    """The second is in the same hands at the same moment; each door is a visit of its own."""
    errands = [errand(ONE, HERE, north(80)), errand(OTHER, HERE, north(80))]
    done = [each.done_s for each in timed(plan(HERE, errands), takes)]

    assert [120, 120, 120 + 120 + 60 + 60, 120 + 120 + 60 + 60 + 120] == pytest.approx(done, abs=1)


@pytest.mark.parametrize(
    ("known", "seconds"),
    [
        ({}, 120),
        ({Visited("deliver"): 300}, 300),
        ({Visited("deliver"): 300, Visited("deliver", "meal"): 200}, 200),
        ({Visited("deliver", "meal"): 200, Visited("deliver", "meal", spot_of(HERE)): 100}, 100),
        ({Visited("deliver", "fetch"): 200, Visited("pick_up"): 100}, 120),
        ({Visited("deliver"): 5}, 30),
        ({Visited("deliver"): 5_000}, 900),
    ],
)
def test_the_nearest_of_which_enough_is_known_decides(
    known: dict[Visited, float], seconds: float
) -> None:
    """At this door, of this kind, of any; within bounds, and as presumed where nothing is known."""
    past = {key: PastVisits(20, median_s) for key, median_s in known.items()}
    few = {key: PastVisits(19, median_s) for key, median_s in known.items()}

    assert seconds == usual_s(past, "deliver", kind="meal", point=HERE)
    assert 120 == usual_s(few, "deliver", kind="meal", point=HERE)
