"""The worked examples P15 to P19 of the published rules 2026.1, to six places."""

import pytest

from scoring.days import day_end, day_of
from scoring.quality import NEUTRAL, Calibration, Quality, quality
from scoring.types import AnyFact
from tests.scoring.builders import DAY_0, RULES, order, rating

THIRTY = [
    *(order(f"o{n}", proof_required=1, proof_given=1) for n in range(30)),
    *(rating(f"s{n}", f"o{n}", 5) for n in range(10)),
]
BASE = [
    *(order(f"o{n}") for n in range(20)),
    *(rating(f"s{n}", f"o{n}", 4) for n in range(10)),
]
PAL = [
    *(order(f"p{day}", day, "pal") for day in range(1, 51)),
    *(rating(f"ps{day}", f"p{day}", 5, day, "pal") for day in range(1, 51)),
]
INDEPENDENT = [
    *(order(f"i{n}", 1 + 5 * n) for n in range(10)),
    *(rating(f"is{n}", f"i{n}", 5, 1 + 5 * n) for n in range(10)),
]
THREE_STARS = [order("o", household="h1"), rating("s", "o", 3, household="h1")]


def seen(facts: list[AnyFact], day: int, calibration: Calibration = NEUTRAL) -> Quality:
    """Return the quality at the end of a day."""
    return quality(RULES, facts, as_of=day_end(day_of(DAY_0) + day), calibration=calibration)


def rounded(actual: Quality) -> list[float]:
    """Return Q, sd, L and U to six places."""
    return [round(each, 6) for each in (actual.mean, actual.sd, actual.lower, actual.upper)]


def means(actual: Quality) -> list[float]:
    """Return T, F, R and P to six places."""
    return [round(each.mean, 6) for each in actual.dimensions.values()]


def test_p15_nobody_knows_a_newcomer() -> None:
    """Without facts the estimate is the prior, and says how little it knows."""
    actual = seen([], 0)

    assert [0.923, 0.028302, 0.886728, 0.959272] == rounded(actual)
    assert actual.is_early


@pytest.mark.parametrize(
    ("day", "expected_dimensions", "expected"),
    [
        (0, [0.965217, 0.984, 0.955556, 0.975], [0.969415, 0.017974, 0.94638, 0.99245]),
        (60, [0.948387, 0.977143, 0.938462, 0.966667], [0.95636, 0.02143, 0.928895, 0.983825]),
    ],
)
def test_p16_and_p17_a_good_day_and_what_is_left_of_it_after_a_half_life(
    day: int, expected_dimensions: list[float], expected: list[float]
) -> None:
    """What is old weighs less, so the mean returns to the prior and the interval widens."""
    actual = seen(THIRTY, day)

    assert (expected_dimensions, expected) == (means(actual), rounded(actual))


def test_p18_fifty_friendly_ratings_move_less_than_ten_independent_ones() -> None:
    """One household weighs no more than its cap."""
    base, pal = seen(BASE, 51), seen([*BASE, *PAL], 51)
    independent = seen([*BASE, *INDEPENDENT], 51)

    assert [0.931377, 0.94276, 0.949706] == [
        round(each.mean, 6) for each in (base, pal, independent)
    ]
    assert [(0.884603, 8.547847), (0.90875, 12.926693)] == [
        (round(each.dimensions["R"].mean, 6), round(each.dimensions["R"].weight, 6))
        for each in (pal, independent)
    ]


@pytest.mark.parametrize(("bias", "expected"), [(0.0, 0.844444), (-0.15, 0.861111)])
def test_p19_a_strict_household_weighs_on_nobody(bias: float, expected: float) -> None:
    """What a household always takes off is given back."""
    actual = seen(THREE_STARS, 0, Calibration(bias={"h1": bias}))

    assert expected == round(actual.dimensions["R"].mean, 6)
