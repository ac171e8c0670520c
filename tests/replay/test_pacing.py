"""The day's clock, and who slows it down."""

import time
from datetime import datetime, timedelta

import pytest

from api.cli.replay.governor import TOLERATED_MIN, next_speed
from api.cli.replay.pace import Pace
from api.kit.clock import CHINA

_MIDNIGHT = datetime(2026, 11, 17, tzinfo=CHINA)


def test_minutes_and_moments_are_the_same_thing() -> None:
    """What the API tells as a moment comes back as the minute it was made from."""
    pace = Pace(_MIDNIGHT, 0, time.monotonic(), 240)

    assert pace.minute(pace.at(725.5).isoformat()) == 725.5
    assert pace.minute("2026-11-16T16:10:00Z") == 10


def test_time_runs_at_the_speed_it_was_given() -> None:
    """A real second is speed / 60 minutes of the day."""
    pace = Pace(_MIDNIGHT, 100, time.monotonic() - 10, 240)

    assert pace.now_min == pytest.approx(140, abs=1)


def test_a_change_of_speed_goes_on_from_the_given_moment() -> None:
    """Players and database agree on where the day stood when its pace changed."""
    pace = Pace(_MIDNIGHT, 0, time.monotonic(), 240)

    pace.change(now=_MIDNIGHT + timedelta(minutes=77), speed=1)

    assert pace.now_min == pytest.approx(77, abs=0.1)


async def test_what_is_past_is_not_waited_for() -> None:
    """A player who is late goes on at once, even where the clock stands nearly still."""
    pace = Pace(_MIDNIGHT, 100, time.monotonic(), 1)

    await pace.until(99)

    assert pace.now_min < 101


def test_slow_answers_slow_the_day_down() -> None:
    """One second at 240 times the pace is four minutes: too much for anybody's tap."""
    assert next_speed(240, wished=240, waiting_s=1.0) == 120


def test_the_day_never_stands_still() -> None:
    """However long requests take, the pace has a floor."""
    speed = 240.0
    for _ in range(50):
        speed = next_speed(speed, wished=240, waiting_s=60)

    assert speed == 240 / 32


def test_quick_answers_bring_the_wished_speed_back_and_no_more() -> None:
    """Once the machine is quick again the day gains its pace step by step."""
    speed = 10.0
    for _ in range(50):
        speed = next_speed(speed, wished=240, waiting_s=0.005)

    assert speed == 240


def test_in_between_the_pace_is_kept() -> None:
    """No swinging to and fro around the limit."""
    waiting_s = TOLERATED_MIN * 0.8 * 60 / 240

    assert next_speed(240, wished=960, waiting_s=waiting_s) == 240
