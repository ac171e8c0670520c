"""Local days against the standard library's calendar, which the calculator itself never uses."""

from datetime import UTC, datetime, timedelta, timezone

from scoring.days import (
    civil_date,
    day_end,
    day_of,
    day_start,
    month_of,
    month_start,
    quarter_of,
    week_of,
)

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
