"""What is promised: the middle of the past, in steps, within bounds."""

from datetime import UTC, datetime

import pytest

from api.jobs.promising import SAMPLES_MIN, PastHour, hour_of, promised_s

MANY = SAMPLES_MIN


@pytest.mark.parametrize(
    ("past", "weather", "minutes"),
    [
        (None, 100, 40),
        (PastHour(MANY - 1, 600), 100, 40),
        (PastHour(MANY, 1201), 100, 25),
        (PastHour(MANY, 1200), 100, 20),
        (PastHour(MANY, 1200), 150, 30),
        (None, 150, 60),
        (PastHour(MANY, 60), 100, 15),
        (PastHour(MANY, 40_000), 100, 80),
    ],
)
def test_the_middle_of_the_past_is_promised(
    past: PastHour | None, weather: int, minutes: int
) -> None:
    """Steps of five minutes, at least fifteen, at most twice the usual; the weather counts."""
    assert 60 * minutes == promised_s(past, default_s=2400, weather_percent=weather)


def test_hours_are_those_of_the_wall_clock_in_china() -> None:
    """Midnight there is four in the afternoon of the day before."""
    assert [0, 23] == [hour_of(datetime(2026, 11, 22, h, m, tzinfo=UTC)) for h, m in
                       ((16, 0), (15, 59))]  # fmt: skip
