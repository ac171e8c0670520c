"""The bench of scoring: both ways agree, and the bare loops see the same facts."""

import orjson
import pytest

from api.cli.bench.scoring.facts import stored_facts
from api.cli.bench.scoring.measuring import (
    BATCH,
    DISPATCH,
    ENGINE,
    READ_AND_SORT,
    Measured,
    ScoringPlan,
    measure_scoring,
)
from api.cli.bench.scoring.printing import print_scoring

_TINY = ScoringPlan(facts=400, runners=2, rounds=1)


@pytest.fixture(scope="module")
def measured() -> Measured:
    """A measurement of everything, so small that its rates mean nothing."""
    return measure_scoring(_TINY)


def test_batch_and_engine_are_equal_in_the_measured_run(measured: Measured) -> None:
    """Points, counts and floats of every runner."""
    assert measured.are_equal


def test_every_way_is_measured_beside_its_bare_loop(measured: Measured) -> None:
    """One round each, and growth."""
    assert {BATCH, ENGINE, READ_AND_SORT, DISPATCH} == set(measured.spent_s)
    assert all(len(spent) == 1 for spent in measured.spent_s.values())
    assert measured.late_bytes > 0 < measured.early_us


def test_a_ratio_is_the_rate_in_parts_of_the_bare_loop() -> None:
    """Twice the time is half the rate; what is below the target is called missed."""
    found = Measured(_TINY, {BATCH: [2.0, 3.0, 8.0], READ_AND_SORT: [1.0, 1.0, 2.0]})

    assert 1 / 3 == pytest.approx(found.ratio(BATCH, READ_AND_SORT))


def test_a_miss_is_printed_as_one(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody should have to compare numbers."""
    slow = {BATCH: [4.0], READ_AND_SORT: [1.0], ENGINE: [1.0], DISPATCH: [1.0]}
    print_scoring(Measured(_TINY, slow, update_only_s=1.0), as_json=True)
    told = orjson.loads(capsys.readouterr().out.splitlines()[-1])

    assert {BATCH: 0.25, ENGINE: 1.0} == told["ratios"]
    assert told["equal"] is False


def test_the_measured_facts_are_of_many_kinds() -> None:
    """Amendments too: what only adds up would flatter the engine."""
    kinds = {orjson.loads(line)["kind"] for line in stored_facts(4_000, runners=5)}

    assert {"order.completed", "rating.revealed", "excuse.granted", "appeal.decided"} <= kinds
    assert {"entry.reversed", "order.released", "volunteer.hours", "training.completed"} <= kinds
