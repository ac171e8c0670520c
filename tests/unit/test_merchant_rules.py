"""The rules of merchants: codes, hours, prices of what is weighed."""

from datetime import UTC, datetime, timedelta

import pytest

from api.merchants.rules import (
    Opening,
    are_orderly,
    is_credit_code,
    is_fair_ceiling,
    is_open,
    usual_price_fen,
    weighed_fen,
)
from tests.fixtures.builders.shops import CODES

# Sunday, 22 November 2026, 10:00 in China.
SUNDAY_TEN = datetime(2026, 11, 22, 2, tzinfo=UTC)
MORNING = Opening((6, 7), 7 * 60, 11 * 60)
EVENING = Opening((7,), 16 * 60, 24 * 60)


@pytest.mark.parametrize("code", CODES)
def test_a_code_with_the_right_check_character_is_taken(code: str) -> None:
    """GB 32100-2015, the made-up ones of the fact sheet."""
    assert is_credit_code(code)


@pytest.mark.parametrize(
    "code",
    ["91110105MA0000007K", "91110105MA000000OL", "91110105MA000007L", "", "91110105ma0000007l",
     "９1110105MA0000007L"],
)  # fmt: skip
def test_another_check_character_or_form_is_not(code: str) -> None:
    """A wrong check, an O, one too short, nothing, lower case, a wide digit."""
    assert not is_credit_code(code)


def test_every_single_wrong_character_is_found() -> None:
    """31 is prime and no weight is 0 modulo it."""
    code, characters = CODES[0], "0123456789ABCDEFGHJKLMNPQRTUWXY"
    changed = [code[:i] + c + code[i + 1 :] for i in range(18) for c in characters if c != code[i]]

    assert [] == [c for c in changed if is_credit_code(c)]


def test_a_shop_is_open_within_its_hours_on_clocks_in_china() -> None:
    """Seven to eleven: at the first minute, not at the last; not on a Monday; never without."""
    hours = [MORNING, EVENING]
    at = {h: is_open(hours, None, now=SUNDAY_TEN + timedelta(hours=h)) for h in (-4, -3, 0, 1, 6)}

    assert {-4: False, -3: True, 0: True, 1: False, 6: True} == at
    assert is_open(hours, None, now=SUNDAY_TEN + timedelta(hours=13, minutes=59))
    assert not is_open(hours, None, now=SUNDAY_TEN + timedelta(days=1))
    assert not is_open([], None, now=SUNDAY_TEN)


def test_busy_ends_by_itself() -> None:
    """At its moment, not after it."""
    until = SUNDAY_TEN + timedelta(minutes=5)

    assert not is_open([MORNING], until, now=until - timedelta(seconds=1))
    assert is_open([MORNING], until, now=until)


def test_hours_that_overlap_or_run_backwards_are_not_orderly() -> None:
    """One may begin as another ends; other days do not matter."""
    touching = Opening((7,), 11 * 60, 16 * 60)
    overlapping = Opening((7,), 10 * 60, 12 * 60)

    assert are_orderly([EVENING, MORNING, touching])
    assert are_orderly([MORNING, Opening((1,), 8 * 60, 12 * 60)])
    assert not are_orderly([MORNING, overlapping])
    assert not are_orderly([Opening((1,), 600, 600)])
    assert not are_orderly([Opening((1,), 600, 24 * 60 + 1)])


def test_what_is_weighed_never_costs_more_than_its_ceiling() -> None:
    """By weight, the customer's part of a fen is not taken; three at 6 yuan are 18 at most."""
    assert 451 == usual_price_fen(301, 749)
    assert 450 == weighed_fen(749, per_500g_fen=301, ceiling_fen=600)
    assert 0 == weighed_fen(0, per_500g_fen=301, ceiling_fen=600)
    assert 1800 == weighed_fen(9000, per_500g_fen=150, ceiling_fen=1800)


def test_a_ceiling_covers_the_usual_weight_and_not_four_of_them() -> None:
    """A ceiling of a hundred times would take people's money for nothing."""
    fair = [is_fair_ceiling(p, per_500g_fen=150, weight_g=1500) for p in (449, 450, 1350, 1351)]

    assert [False, True, True, False] == fair
