"""The published formulas: what each case counts, and that the cases are kept."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.agreements.figures import FORMULAS, RATES, Case, Rate, formula_of, formula_on, rates_of

FORMULA = FORMULAS[0]
ASKED = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
NOW = ASKED + timedelta(days=30)
DAY = timedelta(hours=24)


def case(n: int = 1, **more: Any) -> Case:
    """A case of which something is known."""
    return Case(case_id=UUID(int=n), asked_at=ASKED, **more)


def rate(name: str, *cases: Case, now: datetime = NOW) -> Rate:
    """One figure over some cases."""
    return next(r for r in rates_of(cases, FORMULA, now=now) if r.name == name)


@pytest.mark.parametrize(
    ("name", "known", "credit"),
    [
        ("response", {"first_reached_at": ASKED + DAY}, 100),
        ("response", {"first_reached_at": ASKED + DAY + timedelta(seconds=1)}, 0),
        ("response", {"tries_at": (ASKED, ASKED, ASKED + DAY)}, 100),
        ("response", {"tries_at": (ASKED, ASKED)}, 0),
        ("response", {"tries_at": (ASKED, ASKED, ASKED + 2 * DAY)}, 0),
        # Excluded from what came of it, never from whether somebody answered.
        ("response", {"is_excluded": True}, 0),
        ("settlement", {"answer": "solved"}, 100),
        ("settlement", {"answer": "unsolved"}, 0),
        ("settlement", {}, None),
        ("settlement", {"answer": "solved", "is_excluded": True}, None),
        ("settlement", {"answer": "solved", "called_back_by_handler": True}, None),
        ("satisfaction", {"satisfaction": "satisfied"}, 100),
        ("satisfaction", {"satisfaction": "basically"}, 80),
        ("satisfaction", {"satisfaction": "unsatisfied"}, 0),
        ("satisfaction", {"satisfaction": "satisfied", "called_back_by_handler": True}, None),
        ("agreement", {"outcome": "agreed"}, 100),
        ("agreement", {"outcome": "failed"}, 0),
        ("agreement", {"outcome": "failed", "is_excluded": True}, None),
        ("performance", {"performance": "kept"}, 100),
        ("performance", {"performance": "broken"}, 0),
        ("performance", {}, None),
    ],
)
def test_what_a_case_counts(name: str, known: dict[str, Any], credit: int | None) -> None:
    """In the numerator, in the denominator, or not at all."""
    found = rate(name, case(**known))

    assert (credit or 0, 0 if credit is None else 1) == (
        found.credit_percent,
        len(found.denominator_ids),
    )


def test_a_case_whose_time_runs_counts_neither_way() -> None:
    """Its limit is not over yet."""
    assert rate("response", case(), now=ASKED + DAY).denominator_ids == ()
    assert rate("response", case(), now=ASKED + DAY + timedelta(seconds=1)).credit_percent == 0


def test_small_numbers_are_counts() -> None:
    """Nine cases have no rate, ten have."""
    cases = [case(n, satisfaction="basically" if n == 1 else "satisfied") for n in range(1, 11)]

    assert rate("satisfaction", *cases[:9]).per_myriad is None
    assert 9_800 == rate("satisfaction", *cases).per_myriad


def test_nothing_here_knows_who_mediated() -> None:
    """A ranking by success cannot be made of what is not there."""
    names = {field.name for of in (Case, Rate) for field in fields(of)}

    assert not {name for name in names if "mediator" in name or "user" in name}


def test_the_formula_is_that_of_the_day() -> None:
    """Each version from its day on; before the first there is none."""
    assert FORMULA == formula_on(date(2026, 11, 22))
    assert [f.in_force_on for f in FORMULAS] == sorted({f.in_force_on for f in FORMULAS})
    with pytest.raises(LookupError):
        formula_on(date(2025, 12, 31))


CASES = st.builds(
    Case,
    case_id=st.uuids(),
    asked_at=st.just(ASKED),
    first_reached_at=st.none() | st.just(ASKED + DAY) | st.just(ASKED + 2 * DAY),
    is_excluded=st.booleans(),
    answer=st.sampled_from([None, "solved", "unsolved"]),
    satisfaction=st.sampled_from([None, "satisfied", "basically", "unsatisfied"]),
    outcome=st.sampled_from([None, "agreed", "failed"]),
    performance=st.sampled_from([None, "kept", "broken"]),
)


@given(st.lists(CASES, max_size=30, unique_by=lambda c: c.case_id), st.randoms())
def test_each_figure_can_be_counted_again(cases: list[Case], chance: Any) -> None:
    """Numerators lie in denominators, rates between nothing and all, and the order of the cases
    changes nothing."""
    rates = rates_of(cases, FORMULA, now=NOW)
    turned = cases[:]
    chance.shuffle(turned)

    assert rates == rates_of(turned, FORMULA, now=NOW)
    assert list(RATES) == [r.name for r in rates]
    for found in rates:
        assert set(found.numerator_ids) <= set(found.denominator_ids) <= {c.case_id for c in cases}
        assert found.credit_percent <= 100 * len(found.numerator_ids)
        if found.per_myriad is not None:
            assert 0 <= found.per_myriad <= 10_000


def test_one_period_is_counted_by_one_version() -> None:
    """A rate under two rules could be counted again by neither."""
    later = replace(FORMULA, version="2027.1", in_force_on=date(2027, 1, 1))
    formulas = (FORMULA, later)

    assert FORMULA is formula_of(date(2026, 12, 1), date(2026, 12, 31), formulas)
    assert later is formula_of(date(2027, 1, 1), date(2027, 1, 31), formulas)
    with pytest.raises(LookupError):
        formula_of(date(2026, 12, 31), date(2027, 1, 1), formulas)
