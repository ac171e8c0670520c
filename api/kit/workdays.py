"""Working days in China: weekends, and the public holidays as the State Council announced them.

The announced years are data (`holidays.toml`). Of any other year only the weekends and the holidays
of a fixed date are known, and not which days are moved: so whoever reckons asks `is_known`, and
says where what comes out is provisional.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

_SATURDAY = 5
_DAY = timedelta(days=1)
# New Year, Labour Day, National Day: month and day of every year.
_FIXED = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}


@dataclass(frozen=True, slots=True)
class Year:
    """What was announced of a year: days off, and weekends that are worked instead."""

    off: frozenset[date]
    worked: frozenset[date]


def announced(text: str) -> dict[int, Year]:
    """The years that a calendar tells of.

    Raises:
        ValueError: a day of another year, a span turned round, or a year missing in between.
    """
    years = {int(name): _year(int(name), said) for name, said in tomllib.loads(text).items()}
    if sorted(years) != list(range(min(years), max(years) + 1)):
        raise ValueError("a year is missing")
    return years


def is_known(day: date) -> bool:
    """Whether it was announced which days around this one are off."""
    return day.year in _YEARS


def is_working_day(day: date) -> bool:
    """Whether offices and courts work on a day, as far as `is_known`."""
    year = _YEARS.get(day.year)
    if year is None:
        return (day.month, day.day) not in _FIXED and day.weekday() < _SATURDAY
    if day in year.worked:
        return True
    return day not in year.off and day.weekday() < _SATURDAY


def next_working_day(day: date) -> date:
    """This day, or the first working day after it; provisional, unless that `is_known`."""
    while not is_working_day(day):
        day += _DAY
    return day


def add_working_days(day: date, count: int) -> date:
    """The count-th working day after a day; the day itself is not counted. As above."""
    for _ in range(count):
        day = next_working_day(day + _DAY)
    return day


def _year(number: int, said: Mapping[str, Any]) -> Year:
    off: set[date] = set()
    for first, last in said["off"]:
        if first > last:
            raise ValueError(f"{first} to {last}")
        off |= {first + n * _DAY for n in range((last - first).days + 1)}
    worked: frozenset[date] = frozenset(said["worked"])
    if any(day.year != number for day in off | worked) or off & worked:
        raise ValueError(f"not of {number}")
    return Year(frozenset(off), worked)


_YEARS = announced((Path(__file__).parent / "holidays.toml").read_text(encoding="utf-8"))
# The last day of which it is announced whether it is worked.
KNOWN_UNTIL = date(max(_YEARS), 12, 31)
