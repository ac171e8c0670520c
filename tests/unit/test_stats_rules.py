"""How points are spread: bands of a round width, quarters."""

import pytest

from api.stats.rules import BANDS_MAX, Band, bands, quarters


def test_bands_hold_everybody_once() -> None:
    """From the lowest to the highest, also below zero."""
    assert [Band(-1, 0, 1), Band(0, 1, 2), Band(1, 2, 0), Band(2, 3, 1)] == bands([-1, 0, 99, 250])
    assert [] == bands([])


@pytest.mark.parametrize("top_cp", [100, 1_001, 9_950, 10_050, 123_456, 9_999_999])
def test_bands_are_few_and_round(top_cp: int) -> None:
    """At most ten, whatever the points."""
    found = bands([5, top_cp, top_cp // 2])

    assert len(found) <= BANDS_MAX
    assert 3 == sum(band.runners_count for band in found)
    assert found[-1].from_points <= top_cp // 100 < found[-1].to_points


def test_quarters_need_two() -> None:
    """One runner's points are not told as a figure."""
    assert quarters([100]) is None
    assert (150, 200, 250) == quarters([100, 300])
