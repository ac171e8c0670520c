"""From rows of a community to the arrays of a round; and the rules around it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from api.jobs.visiting import PastVisits, Visited
from api.kit.geo import Point, Sheet, metres_per_degree
from api.matching.dispatch.objective import published_objective
from api.matching.dispatch.solving import solve
from api.matching.rules import Reach, RunnerNow
from api.offers.moment import Scene, able, moment_of, times_of, with_answering
from api.offers.rules import refusals_left, today_began
from api.offers.weights import Pay, Weight, quality_of, weights_of
from scoring.rules import published_rules

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
HERE = Point(31.2304, 121.4737)
COMMUNITY, RESIDENT = UUID(int=1), UUID(int=2)
REACH = Reach(500.0, 180.0)


def north(metres: float) -> Point:
    """A point so far north."""
    return Point(HERE.lat + metres / metres_per_degree(HERE.lat)[0], HERE.lng)


def job(n: int, **more: Any) -> dict[str, Any]:
    """An open job from here to 200 m north."""
    to = north(200)
    return {
        "id": UUID(int=100 + n), "state": "open", "kind": "fetch", "load": 1,
        "requester_id": RESIDENT, "community_id": COMMUNITY, "pickup_lat": HERE.lat,
        "pickup_lng": HERE.lng, "weight_g": 0, "fee_fen": 300, "floors_no_lift": 0,
        "pickup_place": "面馆", "ready_at": NOW, "due_at": NOW + timedelta(minutes=40),
        "lats": [to.lat], "lngs": [to.lng], "asked": [], "people": [], **more,
    }  # fmt: skip


def runner(n: int, at: Point = HERE, **more: Any) -> RunnerNow:
    """A runner at work."""
    known = {
        "id": UUID(int=n), "state": "approved", "shift": "online", "position": at,
        "position_at": NOW, "kinds": ("fetch",), "capacity_left": 5, "community_id": COMMUNITY,
    }  # fmt: skip
    return RunnerNow(**{**known, **more})


def scene(jobs: list[dict[str, Any]], runners: list[RunnerNow], **more: Any) -> Scene:
    """A moment of a community."""
    known: dict[str, Any] = {
        "now": NOW, "sheet": Sheet(0, HERE), "reach": REACH, "walk_m_per_min": 80, "jobs": jobs,
        "runners": able(runners, REACH, now=NOW), "at_hand": [], "weights": {},
        "past": {},
    }  # fmt: skip
    return Scene(**{**known, **more})


def test_rows_become_metres_and_minutes() -> None:
    """Times count from now, the chain of doors keeps its ways and hand-overs."""
    far, farther = north(200), north(360)
    lats, lngs = [far.lat, farther.lat], [far.lng, farther.lng]
    seen = moment_of(
        scene([job(0, lats=lats, lngs=lngs, ready_at=NOW + timedelta(minutes=5))], [runner(9)])
    )

    assert [5.0] == seen.jobs.ready_min.tolist()
    assert [40.0] == seen.jobs.due_min.tolist()
    assert [200.0] == pytest.approx(seen.jobs.door_xy[:, 1].tolist(), abs=0.1)
    assert [360.0] == pytest.approx(seen.jobs.leave_xy[:, 1].tolist(), abs=0.1)
    # 160 m at 80 m a minute, and one hand-over between.
    assert [4.0] == pytest.approx(seen.jobs.inner_min.tolist(), abs=0.01)


def test_who_may_not_or_was_asked_is_masked() -> None:
    """The one predicate by pair, and nobody twice; who may take nothing is not there at all."""
    jobs = [job(0), job(1, asked=[UUID(int=9)]), job(2, kind="buy"), job(3, load=6)]
    # One of those to whom it goes is parted from a runner; who asked for it is not.
    jobs.append(job(4, requester_id=UUID(int=50), people=[RESIDENT, UUID(int=51)]))
    near, away = runner(9), runner(8, north(600))
    parted = runner(7, apart=frozenset({RESIDENT}))
    stale = runner(6, position_at=NOW - timedelta(seconds=180))
    found = scene(jobs, [near, away, parted, stale])

    may = moment_of(found).may

    assert may is not None
    assert [9, 8, 7] == [r.id.int for r in found.runners]
    all_but_parted = [True, False, False]
    assert [all_but_parted, *[[False] * 3] * 3, all_but_parted] == may.tolist()


def test_what_is_in_hand_is_the_route_ahead() -> None:
    """As `/v1/runners/me/jobs` walks it; what failed is brought back and fetches nothing."""
    door = north(100)
    row = {**job(5), "runner_id": UUID(int=9), "n": 1, "lat": door.lat, "lng": door.lng}
    failed = {**row, "id": UUID(int=300), "state": "failed", "n": None, "lat": None, "lng": None}
    seen = moment_of(scene([job(0)], [runner(9)], at_hand=[{**row, "state": "accepted"}, failed]))
    [route] = seen.runners.routes

    assert ["pickup", "stop", "stop"] == sorted(visit.kind for visit in route)
    assert {1, 2} == {key for visit in route for key in visit.jobs}
    [pickup] = [visit for visit in route if visit.kind == "pickup"]
    assert pickup.merchant == seen.jobs.merchant[0]


def test_an_offer_says_when_it_is_fetched_and_done() -> None:
    """Three minutes at the counter, two at the door, half of each before the hand-over."""
    moment = moment_of(scene([job(0)], [runner(9)]))
    [offer] = solve(moment, published_objective()).offers

    assert (1.5, 1.5 + 1.5 + 2.5 + 1.0) == pytest.approx(times_of(offer), abs=0.01)


def test_what_visits_took_in_the_past_is_what_they_will_take() -> None:
    """Of the whole community, where enough is known; a handful says nothing."""
    many, few = PastVisits(20, 600.0), PastVisits(19, 600.0)
    past = {Visited("pick_up"): few, Visited("deliver"): many}
    [offer] = solve(
        moment_of(scene([job(0)], [runner(9)], past=past)), published_objective()
    ).offers

    assert (1.5, 1.5 + 1.5 + 2.5 + 5.0) == pytest.approx(times_of(offer), abs=0.01)


def test_what_lies_at_one_counter_is_fetched_in_one_visit() -> None:
    """Two jobs in hand, of one shop: one pickup of the route, ready when both are."""
    late = NOW + timedelta(minutes=9)
    rows = [
        {**job(n, ready_at=ready), "runner_id": UUID(int=9), "n": 1, "lat": north(to).lat,
         "lng": HERE.lng, "state": "accepted"}
        for n, to, ready in ((5, 100, NOW), (6, 200, late))
    ]  # fmt: skip
    [route] = moment_of(scene([job(0)], [runner(9)], at_hand=rows)).runners.routes

    assert [("pickup", 2), ("stop", 1), ("stop", 1)] == [(v.kind, len(v.jobs)) for v in route]
    assert 9.0 == route[0].ready_min


def test_who_earned_less_is_asked_sooner_within_bounds() -> None:
    """Per hour online; who was there for less than an hour, and who is new, weighs as everybody."""
    ids = [UUID(int=n) for n in range(4)]
    as_of = int(NOW.timestamp())
    rules = published_rules()
    nothing = quality_of(rules, (), as_of=as_of)
    pay = {ids[0]: Pay(100_00, 36_000), ids[1]: Pay(200_00, 36_000), ids[2]: Pay(900_00, 36_000),
           ids[3]: Pay(0, 60)}  # fmt: skip
    weights = weights_of(rules, dict.fromkeys(ids, nothing), pay, as_of=as_of)

    assert [1.25, 1.0, 0.85, 1.0] == [weights[n].fairness for n in ids]
    assert {1.0} == {weights[n].quality for n in ids}
    assert 0.8 == Weight(1.0, 1.25).dearness
    assert {} == weights_of(rules, {}, {}, as_of=as_of)


def test_refusals_count_by_the_day_in_china() -> None:
    """At midnight there they are free again; beyond the free number none are left, never fewer."""
    before = datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC)

    assert datetime(2026, 11, 21, 16, tzinfo=UTC) == today_began(before)
    assert before + timedelta(seconds=1) == today_began(before + timedelta(seconds=1))
    assert (10, 1, 0, 0) == tuple(refusals_left(10, n) for n in (0, 9, 10, 11))


def test_who_stands_at_the_counter_is_asked_to_take_more_along() -> None:
    """Where people answer first, what is fetched in a minute and a half is not held back."""
    row = {**job(5), "runner_id": UUID(int=9), "n": 1, "lat": north(100).lat, "lng": HERE.lng,
           "state": "accepted"}  # fmt: skip
    moment = moment_of(scene([job(0)], [runner(9)], at_hand=[row]))
    published = published_objective()
    [offer] = solve(moment, with_answering(published, offer_s=45, pace=moment.pace)).offers

    assert () == solve(moment, published).offers
    assert ("joined", (0,)) == (offer.reason.code, offer.jobs)
