"""Pure rules of repeating: on which days, from when to when by the clocks on the wall in China."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from api.kit.clock import CHINA, china

# The next order is placed so long before it begins, and is to be paid until an hour before.
PLACED_AHEAD = timedelta(days=1)
PAID_AHEAD = timedelta(hours=1)
LASTS_AT_MOST = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Rule:
    """On these days of the week (1 = Monday), from this minute of the day on, until a last day."""

    weekdays: tuple[int, ...]
    begins_min: int
    lasts_min: int
    until: date


def window_on(rule: Rule, day: date) -> tuple[datetime, datetime]:
    """The window of one day; it may end on the next."""
    begins = datetime.combine(day, time(), CHINA) + timedelta(minutes=rule.begins_min)
    return begins, begins + timedelta(minutes=rule.lasts_min)


def day_after(rule: Rule, day: date) -> date | None:
    """The next day of the rule after one; ``None``: there is none any more."""
    ahead = (day + timedelta(days=n) for n in range(1, 8))
    return next((d for d in ahead if _is_of(rule.weekdays, d) and d <= rule.until), None)


def first_day(rule: Rule, *, now: datetime) -> date | None:
    """The first day of the rule whose window is still to come; ``None``: there is none."""
    day = day_after(rule, china(now).date() - timedelta(days=1))
    while day is not None and window_on(rule, day)[0] <= now:
        day = day_after(rule, day)
    return day


def place_at(rule: Rule, day: date) -> datetime:
    """When the order of a day is placed."""
    return window_on(rule, day)[0] - PLACED_AHEAD


def _is_of(weekdays: Sequence[int], day: date) -> bool:
    return day.isoweekday() in weekdays
