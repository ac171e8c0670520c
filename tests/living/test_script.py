"""What the demonstration's people mean to do: the same every time, bounded, over by night."""

import pytest
from pydantic import TypeAdapter

from api.cli.living.people import why_not
from api.cli.living.script import (
    DAYS_MAX,
    ERRANDS_A_DAY,
    FIRST_MIN,
    LAST_MIN,
    RESIDENTS,
    WISHES,
    Wish,
    day_of,
)
from api.jobs.details import Details
from api.kinds import KINDS
from api.settings import Settings

_READY = {"dev_login": True, "sandbox_payments": True, "simulated_clock": True}


@pytest.mark.parametrize("number", range(DAYS_MAX))
def test_a_day_is_the_same_every_time_and_over_by_night(number: int) -> None:
    """So many errands, everything within the day, by people who are there."""
    day = day_of(number)
    begun = [
        (each.minute, each.resident)
        for each in (*day.errands, *day.writings, *day.joins, *day.quarrels)
    ]

    assert day == day_of(number)
    assert ERRANDS_A_DAY == len(day.errands)
    assert all(FIRST_MIN <= m <= LAST_MIN and 0 <= who < RESIDENTS for m, who in begun)


def test_days_differ_and_the_first_shows_everything() -> None:
    """The first one piles voices up within the hour, and leaves a case at each step."""
    first, second = day_of(0), day_of(1)
    dancers = [w for w in first.writings if w.category == "square_dancing"]

    assert first.errands != second.errands
    assert 3 == len({w.resident for w in dancers})
    assert dancers[-1].minute - dancers[0].minute < 60
    assert {"shown", "held", "rejected"} == {w.fate for w in first.writings}
    assert {0, 1, 3, 4} == {q.steps for q in first.quarrels}
    assert 5 <= len({e.wish.kind for e in first.errands})


@pytest.mark.parametrize("wish", WISHES, ids=lambda wish: wish.item)
def test_every_wish_says_what_its_kind_asks_for(wish: Wish) -> None:
    """Details as the API takes them, and a pickup where the kind has one."""
    kind = KINDS[wish.kind]
    if wish.details is not None:
        TypeAdapter(Details).validate_python({"kind": wish.kind, **wish.details}, strict=False)

    assert kind.needs_details == (wish.details is not None)
    assert wish.has_pickup == (kind.pickup != "none")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, None),
        ({"sandbox_payments": False}, "the environment switches off LINLI_SANDBOX_PAYMENTS"),
        (
            {"dev_login": False, "simulated_clock": False},
            "the environment switches off LINLI_DEV_LOGIN, LINLI_SIMULATED_CLOCK",
        ),
    ],
)
def test_nobody_is_simulated_where_people_are_real(
    changed: dict[str, bool], expected: str | None
) -> None:
    """Where money or names could be real, and in production, nobody lives."""
    settings = Settings.model_construct(environment="development", **{**_READY, **changed})
    real = Settings.model_construct(environment="production", **_READY)

    assert expected == why_not(settings)
    assert "this is production" == why_not(real)
