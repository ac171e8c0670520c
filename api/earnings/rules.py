"""Pure rules of settled days, months and quarters, all on clocks in China."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from api.kit.clock import CHINA, china

# Longer than any transaction lives that began before midnight.
GRACE = timedelta(minutes=5)
_MONTH = re.compile(r"(2[01][0-9]{2})-(0[1-9]|1[0-2])")
_QUARTER = re.compile(r"(2[01][0-9]{2})-Q([1-4])")


@dataclass(frozen=True, slots=True)
class Days:
    """Days, both included; ``name`` as it was asked for."""

    name: str
    first: date
    last: date


def midnight(day: date) -> datetime:
    """When a day begins."""
    return datetime.combine(day, time(), CHINA)


def day_to_settle(first_at: datetime, settled: date | None, *, now: datetime) -> date | None:
    """The day that the first entry which is not settled belongs to, if it is over.

    One that came late belongs to the day after the last settled one.
    """
    day = china(first_at).date()
    if settled is not None:
        day = max(day, settled + timedelta(days=1))
    return day if now >= midnight(day + timedelta(days=1)) + GRACE else None


def month_of(name: str | None, *, now: datetime) -> Days | None:
    """The days of ``2026-11``, or of the last month; ``None``: it is no month."""
    if name is None:
        name = f"{china(now).date().replace(day=1) - timedelta(days=1):%Y-%m}"
    found = _MONTH.fullmatch(name)
    if found is None:
        return None
    first = date(int(found[1]), int(found[2]), 1)
    return Days(name, first, _months_later(first, 1) - timedelta(days=1))


def quarter_of(name: str | None, *, now: datetime) -> Days | None:
    """The days of ``2026-Q4``, or of the last quarter; ``None``: it is no quarter."""
    if name is None:
        today = china(now).date()
        before = _months_later(date(today.year, (today.month - 1) // 3 * 3 + 1, 1), -3)
        name = f"{before.year}-Q{(before.month - 1) // 3 + 1}"
    found = _QUARTER.fullmatch(name)
    if found is None:
        return None
    first = date(int(found[1]), int(found[2]) * 3 - 2, 1)
    return Days(name, first, _months_later(first, 3) - timedelta(days=1))


def _months_later(first: date, months: int) -> date:
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)
