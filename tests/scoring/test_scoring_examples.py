"""The worked examples P01 to P14 of the published rules 2026.1, as a table."""

import pytest

from scoring.orders import lateness_of
from scoring.points import PointsTotal, points_total
from scoring.types import AnyFact, OrderCompleted
from tests.scoring.builders import (
    RULES,
    decided,
    fact,
    filed,
    order,
    rating,
    release,
    reversal,
    total_cp,
    training,
)

FORTY_THREE = [order(f"o{n}", care=n < 3) for n in range(43)]
LATE = order("late", late_s=1_000)
TWO_LATE = [order("o1", late_s=2_000), order("o2", day=1, late_s=1_000)]
EXAMPLES: dict[str, tuple[list[AnyFact], int]] = {
    "P01 a light order with proof": (
        [order("o1", weight_g=2_000, proof_required=1, proof_given=1)],
        170,
    ),
    "P02 a heavy order upstairs in bad weather for an elder": (
        [order("o1", weight_g=12_000, floors_no_lift=5, weather=1, care=True)],
        270,
    ),
    "P03 severe weather excuses lateness and difficulty has a ceiling": (
        [order("o1", weight_g=25_000, floors_no_lift=7, weather=2, late_s=2_400)],
        230,
    ),
    "P05 the merchant's delay is not the runner's": (
        [order("o1", late_s=1_500, weather=1, excuses=[{"cause": "merchant_wait", "min": 12}])],
        100,
    ),
    "P06 one bad day costs at most 3.00": (
        [order(f"o{n}", late_s=2_100) for n in range(5)],
        300,
    ),
    "P07 the best four orders of a household and day count": (
        [
            *(order(f"o{n}", household="h1") for n in range(5)),
            order("o5", household="h1", weight_g=10_000, care=True),
        ],
        750,
    ),
    "P08 the best forty orders of a day count": (FORTY_THREE, 6_950),
    "P08 reversing one of 43 lets a waiting one in": (
        [*FORTY_THREE, reversal("r", "o42")],
        6_950,
    ),
    "P08 reversing four of 43 leaves 39": (
        [*FORTY_THREE, *(reversal(f"r{n}", f"o{n}") for n in range(39, 43))],
        6_780,
    ),
    "P09 one voice per household and week, and weather is nobody's fault": (
        [
            *(order(f"o{day}", day, household) for day, household in enumerate(("a", "a", "b"))),
            order("o3", 3, "c"),
            rating("r0", "o0", 5, 0, "a"),
            rating("r1", "o1", 5, 1, "a"),
            rating("r2", "o2", 4, 2, "b"),
            rating("r3", "o3", 2, 3, "c", tags=["weather"]),
        ],
        710,
    ),
    "P10 the three largest penalties of a newcomer are waived": (
        [
            fact("j", "runner.joined"),
            *(order(f"o{day}", day, late_s=s) for day, s in enumerate((2_000, 1_000, 1_200, 400))),
        ],
        450,
    ),
    "P11 a course offsets the penalty it names and pays once a quarter": (
        [*TWO_LATE, training("t1", 5, offsets="o1"), training("t2", 6)],
        210,
    ),
    "P12 a late order": ([LATE], 40),
    "P12 an appeal suspends the penalty": ([LATE, filed("a", "late")], 120),
    "P12 an upheld penalty counts again": (
        [LATE, filed("a", "late"), decided("d", "a", "upheld")],
        40,
    ),
    "P12 a reversed penalty makes the order on time": (
        [LATE, filed("a", "late"), decided("d", "a", "reversed")],
        170,
    ),
    "P12 a reduced penalty": (
        [LATE, filed("a", "late"), decided("d", "a", "reduced", new_cp=30)],
        90,
    ),
    "P13 civic deeds, each under its cap": (
        [
            fact("v", "volunteer.hours", minutes=180),
            *(fact(f"h{n}", "hazard.verified") for n in range(4)),
            *(fact(f"m{n}", "mediation.closed", n) for n in range(3)),
            fact("e", "emergency.helped"),
            fact("g", "mentee.graduated", mentee="r9"),
        ],
        1_890,
    ),
    "P14 two releases of a week are free, a quick one is no release": (
        [
            *(release(f"l{day}", day) for day in range(3)),
            release("quick", 3, after_s=90),
            fact("x", "order.abandoned", 3),
        ],
        -350,
    ),
}


@pytest.mark.parametrize(("facts", "expected"), EXAMPLES.values(), ids=EXAMPLES.keys())
def test_a_worked_example_gives_exactly_its_points(facts: list[AnyFact], expected: int) -> None:
    """Every published example must come out to the centipoint."""
    assert expected == total_cp(*facts)


@pytest.mark.parametrize(
    ("attributable_s", "penalty_cp", "score_milli"),
    [
        (0, 0, 1_000),
        (1, 0, 800),
        (300, 0, 800),
        (301, 30, 500),
        (900, 30, 500),
        (901, 80, 200),
        (1_800, 80, 200),
        (1_801, 150, 0),
    ],
)
def test_p04_each_band_of_lateness_ends_where_published(
    attributable_s: int, penalty_cp: int, score_milli: int
) -> None:
    """P04: the limit of a band still belongs to the milder side."""
    late = lateness_of(RULES.in_force(order("o").at).late, OrderCompleted(attributable_s), ())

    assert (penalty_cp, score_milli) == (late.penalty_cp, late.score_milli)


def test_the_parts_of_a_total_are_told_apart() -> None:
    """P11 again, in parts: what trainings lifted is out of the penalties already."""
    actual = points_total(RULES, [*TWO_LATE, training("t1", 5, offsets="o1"), release("l")])

    expected = PointsTotal(
        orders=240,
        ratings=0,
        civic=50,
        late_penalty=80,
        other_penalty=0,
        offset=150,
        total=210,
    )
    assert expected == actual


def test_a_total_below_zero_is_shown_as_zero() -> None:
    """Nobody reads a negative number, though the ledger keeps it."""
    actual = points_total(RULES, [fact("x", "order.abandoned")])

    assert (actual.total, actual.shown) == (-300, 0)


def test_nobody_without_facts_has_points() -> None:
    """The empty set of facts is worth nothing."""
    assert total_cp() == 0
