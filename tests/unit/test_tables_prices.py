"""The price of an errand, as published."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from api.errors import AppError
from api.kit.clock import CHINA
from api.kit.money import percent_of_fen
from api.orders.pricing import price_errand, total_fen
from api.orders.rules import late_s
from api.places.settings import CommunitySettings, Tariff, WeightStep, check_settings

NOON = datetime(2026, 11, 21, 12, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("asked", "parts"),
    [
        ({}, {"base": 300}),
        ({"trip_m": 300.0}, {"base": 300}),
        ({"trip_m": 300.04}, {"base": 300}),
        ({"trip_m": 300.1}, {"base": 300, "distance": 50}),
        ({"trip_m": 400.0}, {"base": 300, "distance": 50}),
        ({"trip_m": 400.1}, {"base": 300, "distance": 100}),
        ({"trip_m": 1000.0}, {"base": 300, "distance": 350}),
        ({"weight_g": 0}, {"base": 300}),
        ({"weight_g": 4999}, {"base": 300}),
        ({"weight_g": 5000}, {"base": 300, "weight": 100}),
        ({"weight_g": 9999}, {"base": 300, "weight": 100}),
        ({"weight_g": 10_000}, {"base": 300, "weight": 300}),
        ({"weight_g": 30_000}, {"base": 300, "weight": 300}),
        ({"floor": 6}, {"base": 300}),
        ({"floor": 1, "has_lift": False}, {"base": 300}),
        ({"floor": -2, "has_lift": False}, {"base": 300}),
        ({"floor": 2, "has_lift": False}, {"base": 300, "stairs": 50}),
        ({"floor": 6, "has_lift": False}, {"base": 300, "stairs": 250}),
        ({"due_at": NOON.replace(hour=21, minute=59)}, {"base": 300}),
        ({"due_at": NOON.replace(hour=22)}, {"base": 300, "night": 200}),
        ({"due_at": NOON.replace(hour=0)}, {"base": 300, "night": 200}),
        ({"due_at": NOON.replace(hour=5, minute=59)}, {"base": 300, "night": 200}),
        ({"due_at": NOON.replace(hour=6)}, {"base": 300}),
        (
            {"trip_m": 500.0, "weight_g": 6000, "floor": 3, "has_lift": False,
             "due_at": NOON.replace(hour=23)},
            {"base": 300, "distance": 100, "weight": 100, "stairs": 100, "night": 200},
        ),
    ],
)  # fmt: skip
def test_a_price_is_the_published_lines_of_the_tariff(
    asked: dict[str, Any], parts: dict[str, int]
) -> None:
    """Each line, at and beside its edge; the night is China's."""
    plain = {"trip_m": 200.0, "weight_g": 1000, "floor": 1, "has_lift": True, "due_at": NOON}
    price = price_errand(Tariff(), **{**plain, **asked})

    assert parts == {p.code: p.amount_fen for p in price}


def test_a_free_tariff_has_no_lines() -> None:
    """A line of nothing is not shown."""
    free = Tariff(base_fen=0, per_100m_fen=0, weight_steps=(), per_floor_fen=0, night_fen=0)
    price = price_errand(
        free, trip_m=900, weight_g=20_000, floor=9, has_lift=False, due_at=NOON.replace(hour=23)
    )

    assert ((), 0) == (price, total_fen(price))


def test_the_dearest_errand_fits_the_database() -> None:
    """The greatest values that settings and requests allow, added up, stay below 2³¹ fen."""
    dearest = Tariff(
        base_fen=10_000_000,
        included_m=0,
        per_100m_fen=10_000,
        weight_steps=(WeightStep(from_g=1, extra_fen=10_000_000),),
        per_floor_fen=10_000,
        night_fen=10_000_000,
    )
    price = price_errand(
        dearest,
        trip_m=100_000,
        weight_g=200_000,
        floor=120,
        has_lift=False,
        due_at=NOON.replace(hour=23),
    )

    assert total_fen(price) < 2**31


@pytest.mark.parametrize(
    "change",
    [
        {"base_fen": -1},
        {"base_fen": 1.5},
        {"per_100m_fen": 10_001},
        {"per_floor_fen": 10_001},
        {"included_m": -1.0},
        {"weight_max_g": 0},
        {"weight_steps": [{"from_g": 5, "extra_fen": 1}, {"from_g": 5, "extra_fen": 2}]},
        {"weight_steps": [{"from_g": 9, "extra_fen": 1}, {"from_g": 5, "extra_fen": 2}]},
        {"weight_steps": [{"from_g": n, "extra_fen": 1} for n in range(1, 12)]},
    ],
)
def test_a_tariff_that_cannot_work_is_refused(change: dict[str, object]) -> None:
    """Steps rise, nothing is negative, nothing overflows."""
    with pytest.raises(ValidationError):
        Tariff.model_validate(change)


def test_a_trip_cannot_be_longer_than_the_community_is_wide() -> None:
    """The one combination of settings that can never be used."""
    check_settings(CommunitySettings(boundary_m=500, max_trip_m=1000))

    with pytest.raises(AppError):
        check_settings(CommunitySettings(boundary_m=499, max_trip_m=1000))


@pytest.mark.parametrize(("after_s", "late"), [(-5, 0), (0, 0), (0.9, 0), (1, 1), (61.5, 61)])
def test_lateness_is_whole_seconds_after_the_promise(after_s: float, late: int) -> None:
    """In time is zero, never negative."""
    assert late == late_s(delivered_at=NOON + timedelta(seconds=after_s), due_at=NOON)


@pytest.mark.parametrize(("amount_fen", "percent"), [(-1, 20), (1, -1), (1, 101)])
def test_a_share_of_something_impossible_is_not_computed(amount_fen: int, percent: int) -> None:
    """Neither negative money nor more than all of it."""
    with pytest.raises(AssertionError):
        percent_of_fen(amount_fen, percent)
