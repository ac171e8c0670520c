"""What to promise: the middle of what the past shows for that hour, not the fastest that may be."""

from dataclasses import dataclass
from datetime import datetime

from api.kit.clock import china

# So many deliveries in an hour of the day must be known before it speaks for itself.
SAMPLES_MIN = 20
# Of so many days.
PAST_DAYS = 28
_STEP_S = 300
_LEAST_S = 900


@dataclass(frozen=True, slots=True)
class PastHour:
    """An hour of the day in the past: how many deliveries, and the middle of what they took."""

    samples: int
    median_s: float


def hour_of(moment: datetime) -> int:
    """The hour on the wall clock in China, 0 to 23."""
    return china(moment).hour


def promised_s(past: PastHour | None, *, default_s: int, weather_percent: int) -> float:
    """Seconds from when it is ready to when it is promised.

    The median in whole steps of five minutes, rounded up, a quarter of an hour at least and twice
    the community's own time at most; where too little is known, that time itself. Bad weather
    stretches either.
    """
    usual_s = float(default_s)
    if past is not None and past.samples >= SAMPLES_MIN:
        steps = -(-past.median_s // _STEP_S)
        usual_s = min(max(steps * _STEP_S, _LEAST_S), 2.0 * default_s)
    return usual_s * weather_percent / 100
