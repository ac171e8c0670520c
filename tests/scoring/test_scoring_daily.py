"""A runner's day in one look."""

from scoring.daily import Daily, daily
from scoring.days import day_of
from tests.scoring.builders import RULES, excuse, moment, order, release


def test_a_day_tells_what_counts_and_what_was_not_theirs() -> None:
    """Two on time (one by an excuse given later), one late; other days are left out."""
    facts = [
        order("a"),
        order("b", late_s=900, second=36_001),
        excuse("e", of="b", cause="merchant_wait", minutes=20, day=1),
        order("c", late_s=1_500, weather=1, second=36_002),
        order("d", 1),
        release("r", 1),
        order("own", own_household=True),
    ]

    assert Daily(
        orders=3, on_time=2, points_cp=170 + 170 + 130 - 80, penalties_cp=80,
        excused={"grace": 1, "merchant_wait": 1},
    ) == daily(RULES, facts, day_of(moment(0)))  # fmt: skip
    assert Daily(0, 0, 0, 0, {}) == daily(RULES, facts, day_of(moment(2)))
