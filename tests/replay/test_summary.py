"""What the last line says, and when a replay counts as failed."""

from dataclasses import replace

import pytest

from api.cli.replay.queries import Outcome
from api.cli.replay.summary import Result
from tests.fixtures.builders.replaying import call

_DONE = Outcome("o1", "completed", None, True, True, 30.0)
_GIVEN_UP = Outcome("o2", "cancelled", "job_expired", False, False, None)
_GOOD = Result(
    name="day",
    speed=240,
    radius_m=500,
    target_min=40,
    duration_s=10,
    kills=0,
    kill_seed="day-0",
    orders=2,
    refused={},
    outcomes=[_DONE, _GIVEN_UP],
    calls=[call(took=0.001 * n) for n in range(1, 101)],
    dropped_calls=0,
    gave_up=(),
    violations={"H1": []},
    lags_min=[0.1, 0.2, 90.0],
    slowed_s=0,
    unsettled=0,
)


@pytest.mark.parametrize(
    "bad",
    [
        replace(_GOOD, violations={"H1": ["an order is absent"]}),
        replace(_GOOD, violations={"H1": [], "H5": ["a stale read"]}),
        replace(_GOOD, outcomes=[replace(_DONE, state="active")]),
        replace(_GOOD, outcomes=[replace(_DONE, state="awaiting_payment")]),
        replace(_GOOD, gave_up=["somebody"]),
        replace(_GOOD, unsettled=1),
    ],
)
def test_anything_lost_open_or_unknown_fails_the_replay(bad: Result) -> None:
    """The exit code follows from this."""
    assert not bad.is_good


def test_orders_that_expired_properly_are_not_lost() -> None:
    """An order given up by the rules is final; the replay is good."""
    figures = _GOOD.as_json()

    assert _GOOD.is_good
    assert (2, 1, 1, 0, 0, 50.0) == tuple(
        figures[name]
        for name in ("placed", "delivered", "expired", "cancelled", "lost", "delivered_percent")
    )


def test_percentiles_are_nearest_ranks_by_route() -> None:
    """Of a hundred calls the fiftieth and the ninety-ninth."""
    [(route, times)] = _GOOD.as_json()["routes"].items()

    assert route == "GET /v1/orders/{order_id}"
    assert (100, 50.0, 99.0) == (times["count"], times["p50_ms"], times["p99_ms"])


def test_the_minutes_of_a_kill_do_not_blame_the_machine() -> None:
    """Whether it kept up is what happened to half of the events, not to the worst."""
    assert _GOOD.kept_up
    assert not replace(_GOOD, lags_min=[0.1, 2.0, 3.0]).kept_up
