"""Local days against the standard library's calendar, which the calculator itself never uses."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from scoring.days import (
    DAY_S,
    civil_date,
    day_end,
    day_of,
    day_start,
    month_of,
    month_start,
    quarter_of,
    week_of,
)
from scoring.months import last_closed_month

CHINA = timezone(timedelta(hours=8))
DAYS = range(60_000)  # 1970 to 2134, with the missing leap day of 2100.


def test_every_date_is_that_of_the_calendar() -> None:
    """Year, month and day of each day of a century and a half."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    dates = ((epoch + timedelta(days=day)) for day in DAYS)

    assert [(date.year, date.month, date.day) for date in dates] == [*map(civil_date, DAYS)]


def test_a_local_day_is_a_day_in_china() -> None:
    """The first and last second of a day at +08:00, and nothing beyond."""
    midnight = int(datetime(2026, 3, 2, tzinfo=CHINA).timestamp())
    day = day_of(midnight)

    assert (midnight, midnight + 86_399) == (day_start(day), day_end(day))
    assert (day - 1, day, day + 1) == tuple(
        map(day_of, (midnight - 1, midnight + 86_399, midnight + 86_400))
    )


def test_a_week_begins_on_monday() -> None:
    """Sunday 2026-03-08 still belongs to the week of Monday 2026-03-02."""
    monday, sunday, next_monday = (
        week_of(int(datetime(2026, 3, day, tzinfo=CHINA).timestamp())) for day in (2, 8, 9)
    )

    assert (monday, monday + 1) == (sunday, next_monday)


def test_months_and_quarters_begin_on_their_first_day() -> None:
    """March and April 2026 are neighbours of two quarters."""
    march, april = (int(datetime(2026, month, 1, tzinfo=CHINA).timestamp()) for month in (3, 4))

    assert [march, march, april] == [*map(month_start, (march, april - 1, april))]
    assert month_of(march) + 1 == month_of(april)
    assert quarter_of(march) + 1 == quarter_of(april)


@pytest.mark.parametrize(
    ("now", "closed"),
    [
        ("2026-03-03 23:59:59", "2026-01"),
        ("2026-03-04 00:00:00", "2026-02"),
        ("2026-03-31 23:59:59", "2026-02"),
        ("2026-01-04 00:00:00", "2025-12"),
    ],
)
def test_a_month_closes_three_days_after_its_end(now: str, closed: str) -> None:
    """Until then, what is recorded late still counts for it."""
    at = int(datetime.fromisoformat(f"{now}+08:00").timestamp())
    start, end, close = last_closed_month(at)

    assert closed == f"{datetime.fromtimestamp(start, CHINA):%Y-%m}"
    assert (month_of(start) + 1, close <= at) == (month_of(end), True)
    assert 3 * DAY_S == close - end
