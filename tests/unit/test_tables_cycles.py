"""Cycles without a database: limits, cut-offs and the moves of the machine."""

from datetime import UTC, datetime, timedelta

import pytest

from api.cycles.rules import is_taking, may_take, summary
from api.cycles.states import CYCLE

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left", "limit", "taken", "wanted", "may"),
    [
        (3, 2, 0, 2, True),
        (3, 2, 0, 3, False),
        (1, 2, 0, 2, False),
        (9, 2, 1, 1, True),
        (9, 2, 1, 2, False),
        (0, 2, 0, 1, False),
    ],
)
def test_who_may_take_how_many(left: int, limit: int, taken: int, wanted: int, may: bool) -> None:
    """Of what is left, and within the household's limit."""
    assert may is may_take(
        left_count=left, household_max=limit, taken_count=taken, wanted_count=wanted
    )


def test_orders_are_taken_up_to_the_cut_off_and_not_in_its_moment() -> None:
    """A late timer lets nobody in."""
    second = timedelta(seconds=1)

    assert is_taking(state="open", closes_at=NOON + second, now=NOON)
    assert not is_taking(state="open", closes_at=NOON, now=NOON)
    assert not is_taking(state="draft", closes_at=NOON + second, now=NOON)


def test_a_long_order_is_told_in_sixty_characters() -> None:
    """As long as a column of people's words may be."""
    assert summary([("青菜", 2), ("番茄", 1)]) == "青菜×2、番茄×1"
    assert len(summary([("本地小青菜", n) for n in range(30)])) == 60


def test_a_cycle_goes_one_way_or_is_cancelled_before_its_cut_off() -> None:
    """What is sold is packed, delivered and completed."""
    state, way = "draft", list[str]()
    for event in ("open", "close", "pack", "deliver", "complete"):
        state = CYCLE.target(state, event)
        way.append(state)

    assert way == ["open", "closed", "packing", "delivering", "completed"]
    assert CYCLE.sources("cancel") == ("draft", "open")
