"""The bench of the hot write: what it runs is what the API runs, what it says was counted."""

import re

import pytest

from api.cli.bench.accept import Measured, Plan, kinds, measure_accept
from api.cli.bench.load import Load
from api.cli.bench.pgbench import accept_script
from api.matching.queries import ACCEPT_READ_SQL, ACCEPT_WRITE_SQL

_TINY = Plan(runners=400, blocks=1, block_s=0.1, warm_up=64)


@pytest.fixture(scope="module")
def measured() -> Measured:
    """A measurement of everything, so small that its rates mean nothing."""
    return measure_accept(_TINY)


@pytest.mark.parametrize("sql", [ACCEPT_READ_SQL, ACCEPT_WRITE_SQL])
def test_pgbench_runs_the_statements_of_the_api(sql: str) -> None:
    """All text between the arguments stands in the script, in order, unchanged."""
    pieces = [re.escape(piece) for piece in re.split(r"\$\d+", sql.strip())]

    assert re.search(r"[^$]+?".join(pieces), accept_script())


def test_pgbench_is_given_every_argument() -> None:
    """No placeholder is left for the server to trip over."""
    assert re.search(r"\$\d", accept_script()) is None


@pytest.mark.storm
def test_every_accept_that_is_counted_was_made_once(measured: Measured) -> None:
    """Both sides together leave as many events, taken jobs, loads and keys as they counted."""
    told = measured.http_ok + measured.pgbench_done

    assert dict.fromkeys(("events", "jobs", "load", "keys"), told) == measured.counted


@pytest.mark.storm
def test_pgbench_really_accepts(measured: Measured) -> None:
    """Its transactions are in the database, not only in its report."""
    assert 0 < measured.pgbench_done == measured.counted["events"] - measured.http_ok


@pytest.mark.storm
def test_every_way_of_serving_is_measured_beside_pgbench(measured: Measured) -> None:
    """One block each, as planned."""
    assert dict.fromkeys((*kinds(), "pgbench"), 1) == {
        kind: len(rates) for kind, rates in measured.rates.items()
    }


def test_refusals_do_not_count_as_accepts() -> None:
    """A rate is made of answers with status 200 only."""
    load = Load({"200": 90, "409": 10}, {"job_taken": 10}, 2.0, 0, 1.0, 1.0)

    assert 45 == load.ok_per_s
