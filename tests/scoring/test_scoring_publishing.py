"""What is published: ties, privacy, and nobody at the bottom."""

from dataclasses import replace

import pytest

from scoring.publishing import Boards, Ranked, RunnerMonth, boards, spread

PLAIN = RunnerMonth("r", orders=50, households=20, points_cp=5_000, civic_cp=0,
                    mean=0.92, lower=0.90, sd=0.01)  # fmt: skip


def months(*points_cp: int) -> list[RunnerMonth]:
    """One runner for each number of points, named in their order."""
    return [replace(PLAIN, runner=chr(97 + n), points_cp=cp) for n, cp in enumerate(points_cp)]


def test_ties_share_a_rank_and_the_next_one_skips() -> None:
    """Of nine, the first third: whole points decide, and who ties is not parted."""
    found = boards(months(300, 900, 850, 899, 500, 400, 300, 200, 100)).contribution

    assert (Ranked("b", 1, 9), Ranked("c", 2, 8), Ranked("d", 2, 8)) == found


@pytest.mark.parametrize(("count", "places"), [(5, 1), (6, 2), (29, 9), (30, 10), (60, 10)])
def test_a_board_is_the_top_ten_or_the_top_third(count: int, places: int) -> None:
    """Whichever is less; so most stand on none, and nobody stands last."""
    assert places == len(boards(months(*range(1_000, 1_000 + 100 * count, 100))).contribution)


def test_few_runners_or_few_households_show_nobody() -> None:
    """Four active ones have no boards; who served four households stands on none."""
    few = [replace(each, households=4) for each in months(9_000)]

    assert Boards() == boards(months(900, 800, 700, 600))
    assert None is spread(months(900, 800, 700, 600))
    assert ["b"] == [
        row.runner for row in boards([*few, *months(0, 800, 700, 600, 500)[1:]]).contribution
    ]
    idle = [replace(each, orders=0) for each in months(900, 800)]
    assert Boards() == boards([*months(900, 800, 700, 600), *idle])


def test_quality_and_progress_are_bands_without_an_order() -> None:
    """Above the median with the lower bound; risen by more than the uncertainty."""
    given = months(*[500] * 9)
    given[8] = replace(given[8], mean=0.97, lower=0.95)
    given[2] = replace(given[2], mean=0.96, lower=0.93)
    given[4] = replace(given[4], mean=0.92, mean_before=0.90)
    given[5] = replace(given[5], mean=0.92, mean_before=0.915)

    found = boards(given)

    assert ("c", "i") == found.quality
    assert ("e",) == found.progress


def test_boards_are_a_function_of_the_set() -> None:
    """Whatever the order of the rows."""
    given = months(300, 900, 850, 899, 500, 400)

    assert boards(given) == boards(given[::-1])


def test_the_spread_is_told_in_numbers_that_there_are() -> None:
    """Least, quarters, most of the active ones."""
    found = spread(months(10, 40, 20, 30, 50))

    assert found is not None
    assert (10, 20, 30, 40, 50) == (
        found.least, found.quarter, found.middle, found.three_quarters, found.most,
    )  # fmt: skip
