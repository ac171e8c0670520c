"""What is put before a person: each trigger at its edge, and what innocent days look like."""

import math

import pytest

from scoring.guarding import (
    Decided,
    Quarrel,
    Rated,
    Served,
    chance_of_at_least,
    own_households,
    pairs,
    relatives_decided,
    retaliations,
    review_bombs,
    rings,
)

DAY_S = 86_400
NOW = 1_772_380_800 + 60 * DAY_S


def served(count: int, household: str, *, days_ago: int = 3, runner: str = "r") -> list[Served]:
    """So many orders of one household, minutes apart."""
    at = NOW - days_ago * DAY_S
    return [
        Served(f"{household}-{n}-{days_ago}", runner, household, at + 60 * n) for n in range(count)
    ]


def low(count: int, *, apart_s: int = 600, stars: int = 1, start: int = NOW) -> list[Rated]:
    """So many ratings of different households, so many seconds apart."""
    return [Rated(f"low{n}{start}", "r", f"h{n}", start + apart_s * n, stars) for n in range(count)]


@pytest.mark.parametrize(
    ("of_pal", "of_others", "is_found"),
    [(15, 0, True), (14, 0, False), (15, 59, True), (15, 60, False), (40, 160, False)],
)
def test_a_pair_is_more_than_a_fifth_of_a_month_and_fifteen(
    of_pal: int, of_others: int, is_found: bool
) -> None:
    """Exactly a fifth is none yet; what is older than 30 days does not count."""
    orders = [*served(of_pal, "pal"), *served(20, "pal", days_ago=31)]
    for n in range(of_others):
        orders += served(1, f"o{n}")

    found = pairs(orders, now=NOW)

    assert ([(of_pal, of_pal + of_others)] if is_found else []) == [
        (each.counted["orders"], each.counted["of_orders"]) for each in found
    ]


@pytest.mark.parametrize(
    ("ratings", "low_ratings"),
    [
        (low(5), 5),
        (low(4), 0),
        (low(5, apart_s=21_600), 0),  # Over 24 hours only four.
        (low(5, stars=3), 0),
        ([*low(5), *low(6, stars=5)], 0),  # Less than half of the day's.
        ([*low(5), *low(5, stars=5)], 5),
        # Who always gets a few low ones a day is not bombed by five.
        ([*low(120, apart_s=28_800, start=NOW - 40 * DAY_S), *low(5)], 0),
    ],
)
def test_a_review_bomb_is_many_at_once_that_are_no_chance(
    ratings: list[Rated], low_ratings: int
) -> None:
    """Five in 24 hours, half of that day's, beyond the runner's own rate."""
    found = review_bombs(ratings)

    assert ([low_ratings] if low_ratings else []) == [c.counted["low_ratings"] for c in found]


def test_small_chances_are_exact() -> None:
    """Against the sum of the terms, for counts that nobody expects."""
    for count, expected in ((0, 0.5), (1, 0.05), (5, 0.05), (12, 3.0)):
        below = math.fsum(
            math.exp(-expected) * expected**n / math.factorial(n) for n in range(count)
        )
        beyond = math.fsum(
            math.exp(-expected) * expected**n / math.factorial(n) for n in range(count, count + 60)
        )

        assert math.isclose(1 - below, chance_of_at_least(count, expected), abs_tol=1e-12)
        assert math.isclose(beyond, chance_of_at_least(count, expected), rel_tol=1e-12)


def praise(giver: str, taker: str, count: int = 3, stars: int = 5) -> list[Rated]:
    """Stars of the household of one runner for another."""
    return [
        Rated(f"{giver}>{taker}{n}", taker, f"home-{giver}", NOW + n, stars) for n in range(count)
    ]


def test_a_ring_is_praise_that_comes_back() -> None:
    """Of two or of three; one-way praise, two times, or four stars make none."""
    homes = {f"home-{name}": [name] for name in "abcdefgh"}
    ratings = [
        *praise("a", "b"), *praise("b", "a"),
        *praise("c", "d"), *praise("d", "e"), *praise("e", "c"),
        *praise("f", "g"), *praise("g", "f", 2), *praise("g", "f", 5, stars=4),
        *praise("a", "h"),
    ]  # fmt: skip
    found = rings(ratings, homes)

    assert [("a", "b"), ("c", "d", "e")] == [each.runners for each in found]
    assert [6, 9] == [each.counted["praises"] for each in found]


def test_retaliation_is_a_low_rating_in_the_week_after_a_quarrel() -> None:
    """Of the same two, later, and low."""
    quarrels = [Quarrel("q", "r", "h0", NOW - 7 * DAY_S), Quarrel("p", "x", "h1", NOW)]
    ratings = [*low(2), *low(1, stars=3), *low(1, start=NOW + 1), *low(1, start=NOW - 8 * DAY_S)]

    assert [("q", f"low0{NOW}")] == [each.facts for each in retaliations(ratings, quarrels)]


def test_kin_is_listed_where_it_counted_or_decided() -> None:
    """An order that counted nothing is none; staff who live elsewhere are none."""
    homes = {"h0": ["r"], "staff": ["r"]}
    orders = [*served(2, "h0"), Served("own", "r", "h0", NOW, is_own=True), *served(1, "h1")]
    decided = [Decided("e1", "r", "staff", NOW), Decided("e2", "r", "other", NOW)]

    assert [2] == [each.counted["orders"] for each in own_households(orders, homes)]
    assert [("e1",)] == [each.facts for each in relatives_decided(decided, homes)]


def test_an_ordinary_month_is_nobodys_case() -> None:
    """Thirty days, ten orders a day of sixty households, one rating in twenty low."""
    orders = [Served(f"o{n}", "r", f"h{n % 60}", NOW - 29 * DAY_S + 8_640 * n) for n in range(300)]
    ratings = [
        Rated(f"r{n}", "r", f"h{n % 60}", NOW - 29 * DAY_S + 28_800 * n, 2 if n % 20 == 0 else 5)
        for n in range(100)
    ]

    assert [] == [*pairs(orders, now=NOW), *review_bombs(ratings), *rings(ratings, {})]
