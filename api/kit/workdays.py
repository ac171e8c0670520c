"""Working days in China: weekends, and the public holidays as the State Council announced them.

A year is announced in the autumn before it, and written down here then. Of any other year only the
weekends and the holidays of a fixed date are known: a last day can be off by what is moved.
"""

from datetime import date, timedelta

_SATURDAY = 5
_DAY = timedelta(days=1)


def _days(year: int, *spans: tuple[int, int, int, int]) -> frozenset[date]:
    found: set[date] = set()
    for from_month, from_day, to_month, to_day in spans:
        day, last = date(year, from_month, from_day), date(year, to_month, to_day)
        while day <= last:
            found.add(day)
            day += _DAY
    return frozenset(found)


# 国务院办公厅关于2026年部分节假日安排的通知: days off, and weekends that are worked instead.
_OFF = {
    2026: _days(
        2026, (1, 1, 1, 3), (2, 15, 2, 23), (4, 4, 4, 6), (5, 1, 5, 5), (6, 19, 6, 21),
        (9, 25, 9, 27), (10, 1, 10, 7),
    ),
}  # fmt: skip
_WORKED = {
    2026: frozenset(
        {
            date(2026, 1, 4),
            date(2026, 2, 14),
            date(2026, 2, 28),
            date(2026, 5, 9),
            date(2026, 9, 20),
            date(2026, 10, 10),
        }
    ),
}
# New Year, Labour Day, National Day: month and day of every year.
_FIXED = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}


def is_working_day(day: date) -> bool:
    """Whether offices and courts work on a day."""
    if day in _WORKED.get(day.year, frozenset()):
        return True
    if day.year in _OFF:
        return day not in _OFF[day.year] and day.weekday() < _SATURDAY
    return (day.month, day.day) not in _FIXED and day.weekday() < _SATURDAY


def next_working_day(day: date) -> date:
    """This day, or the first working day after it."""
    while not is_working_day(day):
        day += _DAY
    return day


def add_working_days(day: date, count: int) -> date:
    """The count-th working day after a day; the day itself is not counted."""
    for _ in range(count):
        day = next_working_day(day + _DAY)
    return day
