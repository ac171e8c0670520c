"""A round of dispatch: what it may do, what it must not, and that it always does the same."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings

from api.matching.dispatch.explaining import sentence
from api.matching.dispatch.objective import published_objective
from api.matching.dispatch.snapshot import Snapshot
from api.matching.dispatch.solving import solve
from tests.dispatch.builders import (
    PACE,
    faults_of,
    is_mixed,
    jobs_of,
    mixing,
    moment,
    moments,
    runners_at,
    stop_ahead,
)

OBJECTIVE = published_objective()
COUNTER, DOOR = (0.0, 0.0), (300.0, 0.0)


def test_nobody_on_duty_and_nothing_to_do_are_ordinary_moments() -> None:
    """Midnight: no runners, no jobs, or neither."""
    job, runner = jobs_of((COUNTER, DOOR)), runners_at((0.0, 0.0))
    plans = [solve(moment(j, r), OBJECTIVE) for j, r in
             ((jobs_of(), runners_at()), (job, runners_at()), (jobs_of(), runner))]  # fmt: skip

    assert [((), ())] * 3 == [(plan.offers, plan.moves) for plan in plans]


def test_the_only_runner_gets_the_only_job_with_honest_times() -> None:
    """Two minutes of way, half a service, the pickup; three minutes of way, half a service."""
    [offer] = solve(moment(jobs_of((COUNTER, DOOR)), runners_at((200.0, 0.0))), OBJECTIVE).offers

    assert [("pickup", 4.0, 6.0), ("stop", 11.0, 13.0)] == [
        (each.visit.kind, each.at_min, each.free_min) for each in offer.route
    ]
    assert "soonest" == offer.reason.code
    assert "约 4 分钟" in sentence(offer.reason)


def test_a_runner_is_sent_as_late_as_costs_nothing() -> None:
    """Goods are ready in ten minutes, the way takes two: held as long as that."""
    jobs, runners = jobs_of((COUNTER, DOOR), ready=[10.0]), runners_at((200.0, 0.0))
    sent = [
        bool(solve(replace(moment(jobs, runners), now_min=float(now)), OBJECTIVE).offers)
        for now in range(8)
    ]

    assert [False] * 6 + [True] * 2 == sent


def test_who_may_not_is_never_offered() -> None:
    """The mask of the one predicate holds, and so do capacity and the end of the shift."""
    job = jobs_of((COUNTER, DOOR), load=2)
    near, far = (0.0, 0.0), (400.0, 0.0)
    masked = moment(job, runners_at(near, far), may=np.array([[False, True]]))
    full = moment(job, runners_at(near, capacity=1))
    ending = moment(job, runners_at(far, off_min=5.0))

    assert [1] == [offer.runner for offer in solve(masked, OBJECTIVE).offers]
    assert [(), ()] == [solve(each, OBJECTIVE).offers for each in (full, ending)]


def test_where_runners_are_scarce_one_fetches_for_both() -> None:
    """Two jobs of one counter to one building, and one runner: one visit."""
    jobs = jobs_of((COUNTER, DOOR), (COUNTER, DOOR))
    [offer] = solve(moment(jobs, runners_at((200.0, 0.0))), OBJECTIVE).offers

    assert {0, 1} == set(offer.jobs)
    assert ["pickup", "stop", "stop"] == [each.visit.kind for each in offer.route]


def test_what_nobody_can_carry_or_may_be_given_whole_goes_out_in_parts() -> None:
    """A bundle is no reason to leave jobs lying: too much for one, or one of it declined before."""
    jobs = jobs_of((COUNTER, DOOR), (COUNTER, DOOR))
    small = moment(jobs, runners_at((200.0, 0.0), capacity=1))
    declined = moment(jobs, runners_at((200.0, 0.0)), may=np.array([[True], [False]]))

    assert [1] == [len(offer.jobs) for offer in solve(small, OBJECTIVE).offers]
    assert [(0,)] == [offer.jobs for offer in solve(declined, OBJECTIVE).offers]


def test_whoever_fetches_there_anyway_takes_the_new_job_along() -> None:
    """A runner about to pick up at the counter joins it, though another stands idle farther off."""
    there = jobs_of((COUNTER, DOOR), first_key=7)
    [first] = solve(moment(there, runners_at((0.0, 0.0))), OBJECTIVE).offers
    busy = replace(
        runners_at((0.0, 0.0), (900.0, 0.0)),
        routes=(tuple(each.visit for each in first.route), ()),
        from_min=np.array([-2.0, 0.0]),
        under_way=np.array([True, False]),
    )
    [offer] = solve(moment(jobs_of((COUNTER, DOOR)), busy), OBJECTIVE).offers

    assert (0, (0,), "joined") == (offer.runner, offer.jobs, offer.reason.code)
    assert {0, 7} == set(offer.route[0].visit.jobs)


def test_several_counters_share_a_trip_only_where_the_objective_says_so() -> None:
    """A runner with goods on board passes another counter on the way."""
    busy = replace(runners_at((0.0, 0.0)), routes=((stop_ahead(9, (800.0, 0.0)),),))
    passing = moment(jobs_of(((400.0, 0.0), (800.0, 100.0))), busy)
    [offer] = solve(passing, mixing(OBJECTIVE)).offers

    assert () == solve(passing, OBJECTIVE).offers
    assert "on_the_way" == offer.reason.code
    assert is_mixed(offer.route)


def test_two_shops_for_one_building_are_one_trip_only_where_the_objective_says_so() -> None:
    """Within one round: fetched at both counters, then brought to the one door."""
    other, door = (100.0, 0.0), (400.0, 0.0)
    jobs = jobs_of((COUNTER, door), (other, door))
    here = moment(jobs, runners_at((-100.0, 0.0)))
    [alone] = solve(here, OBJECTIVE).offers
    [both] = solve(here, mixing(OBJECTIVE)).offers
    ends = replace(here, runners=runners_at((-100.0, 0.0), off_min=5.0))
    [in_time] = solve(ends, mixing(OBJECTIVE)).offers

    assert 1 == len(alone.jobs)
    assert (0, 1) == tuple(sorted(both.jobs))
    # A minute there and half a service; each pickup, door and way in turn.
    assert [("pickup", 3.0), ("pickup", 8.0), ("stop", 15.0), ("stop", 19.0)] == [
        (each.visit.kind, each.at_min) for each in both.route
    ]
    # Nothing is fetched after the shift.
    assert 1 == len(in_time.jobs)


def test_between_equals_the_lower_income_decides() -> None:
    """The same way for both; the one who seems cheaper gets it, and is told why."""
    runners = replace(runners_at((200.0, 0.0), (-200.0, 0.0)), weight=np.array([1.1, 0.9]))
    sooner = replace(runners, xy=np.array([[100.0, 0.0], [-200.0, 0.0]]))
    offers = [
        solve(moment(jobs_of((COUNTER, DOOR), ready=[4.0]), each), OBJECTIVE).offers[0]
        for each in (runners, sooner)
    ]

    assert [1, 1] == [offer.runner for offer in offers]
    assert ["soonest", "balanced"] == [offer.reason.code for offer in offers]


def test_what_is_late_beyond_its_promise_goes_first() -> None:
    """Two jobs, one runner who can serve one: not the shorter but the long overdue one."""
    jobs = jobs_of(((0.0, 0.0), (300.0, 0.0)), ((0.0, 100.0), (500.0, 100.0)))
    overdue = replace(jobs, due_min=np.array([30.0, -110.0]))
    first = [
        solve(moment(each, runners_at((0.0, 50.0))), OBJECTIVE).offers[0].jobs
        for each in (jobs, overdue)
    ]

    assert [(0,), (1,)] == first


def test_an_idle_runner_waits_at_a_counter() -> None:
    """Sent to the nearest, and left alone once there."""
    counters = np.array([[900.0, 0.0], [300.0, 0.0]])
    plans = [
        solve(moment(jobs_of(), runners_at(at), counters_xy=counters), OBJECTIVE)
        for at in ((0.0, 0.0), (300.0, 0.0))
    ]

    assert [[(0, 1)], []] == [[(m.runner, m.counter) for m in p.moves] for p in plans]


@given(moments())
@settings(deadline=None)
def test_every_offer_can_be_carried_out(now: Snapshot) -> None:
    """Nobody and nothing twice; allowed, within capacity, in time and in the right order."""
    for objective in (OBJECTIVE, mixing(OBJECTIVE)):
        plan = solve(now, objective)
        jobs = [job for offer in plan.offers for job in offer.jobs]
        runners = [offer.runner for offer in plan.offers] + [move.runner for move in plan.moves]
        assert len(jobs) == len(set(jobs))
        assert len(runners) == len(set(runners))
        assert now.may is not None
        for offer in plan.offers:
            runner = offer.runner
            start = (float(now.runners.xy[runner, 0]), float(now.runners.xy[runner, 1]))
            off_min = float(now.runners.off_min[runner])
            assert [] == faults_of(offer.route, start, float(now.runners.from_min[runner]), off_min)
            assert all(now.may[job, runner] for job in offer.jobs)
            loads = sum(int(now.jobs.load[job]) for job in offer.jobs)
            assert loads <= now.runners.capacity_left[runner]
            visits = [each.visit for each in offer.route]
            kept = [v for v in visits if not set(v.jobs) <= set(offer.jobs)]
            assert [v.xy for v in now.runners.routes[runner]] == [v.xy for v in kept]
            assert sentence(offer.reason)


@given(moments())
@settings(deadline=None)
def test_one_merchant_at_a_time_where_nothing_is_mixed(now: Snapshot) -> None:
    """Nothing is picked up while something else is on board."""
    for offer in solve(now, OBJECTIVE).offers:
        assert not is_mixed(offer.route)


@given(moments())
@settings(deadline=None)
def test_the_same_moment_gives_the_same_plan(now: Snapshot) -> None:
    """To the last bit, twice."""
    assert solve(now, OBJECTIVE) == solve(now, OBJECTIVE)


def test_ways_are_rounded_up_only_where_asked() -> None:
    """The public instances count whole minutes."""
    one, other = np.array([[0.0, 0.0]]), np.array([[150.0, 0.0]])

    assert (2.0, 1.5) == (
        float(PACE.way_min(one, other)[0]),
        float(replace(PACE, whole_minutes=False).way_min(one, other)[0]),
    )
