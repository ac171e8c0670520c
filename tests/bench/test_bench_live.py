"""The bench of the line: a small measurement from end to end."""

import pytest

from api.cli.bench.live.measuring import BARE, LIVE, Plan, measure_live

# Stores, two servers and a worker are started: ten seconds.
pytestmark = pytest.mark.storm


def test_everybody_is_told_in_every_round_of_both_kinds() -> None:
    """No figure is made of those who were told in time."""
    found = measure_live(Plan(connections=20, rounds=3, blocks=2))

    for kind in (LIVE, BARE):
        assert [20] * 6 == [len(told) for told in found.rounds_ms[kind]]
        assert 0 < found.quantile_ms(kind, 0.5) <= found.quantile_ms(kind, 0.99)
    assert found.frame_bytes > 200
