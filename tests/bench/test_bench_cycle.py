"""The bench of the first minute: everybody gets an answer, nothing is oversold, all is counted."""

import re

import pytest

from api.cli.bench.cycle.bare import join_script
from api.cli.bench.cycle.measuring import Measured, Plan, arrivals, measure_cycle
from api.cycles.queries.joining import JOIN_READ_SQL, JOIN_WRITE_SQL

_TINY = Plan(households=60, within_s=1.0, blocks=1, block_s=0.1, warm_up=64)


@pytest.fixture(scope="module")
def measured() -> Measured:
    """A crowd so small that its figures mean nothing."""
    return measure_cycle(_TINY)


@pytest.mark.parametrize("sql", [JOIN_READ_SQL, JOIN_WRITE_SQL])
def test_pgbench_runs_the_statements_of_the_api(sql: str) -> None:
    """All text between the arguments stands in the script, in order, unchanged."""
    pieces = [re.escape(piece) for piece in re.split(r"\$\d+", sql.strip())]

    assert re.search(r"[^$]+?".join(pieces), join_script())
    assert re.search(r"\$\d", join_script()) is None


def test_everybody_comes_once_within_the_minute() -> None:
    """Half of them in the first twenty seconds; each wants one item of the few."""
    plan = Plan(households=3000)
    coming = arrivals(plan, port=80)

    assert 3000 == len({one.request for one in coming})
    assert 0 <= coming[0].at_s <= coming[-1].at_s <= plan.within_s
    assert 1300 < sum(1 for one in coming if one.at_s < 20) < 1900


@pytest.mark.storm
def test_everybody_has_a_definite_answer_and_a_third_their_order(measured: Measured) -> None:
    """Placed, or told what is left; as the database holds it, and everything is sold."""
    storm = measured.storm

    assert (60, 60, 0) == (storm.buyers, storm.definite, storm.server_errors)
    assert 60 == storm.placed + storm.refusals["stock_gone"]
    assert storm.placed == measured.orders == measured.households
    assert (0, 20) == (measured.oversold, measured.orders + measured.few_left)


@pytest.mark.storm
def test_both_sides_are_measured_and_everything_holds_afterwards(measured: Measured) -> None:
    """One block each; cycles, orders and money are as the doctor wants them."""
    assert (1, 1) == (len(measured.http_rates), len(measured.bare_rates))
    assert measured.limit_ratio > 0
    assert [] == measured.broken_invariants
