"""What sides promised each other, and the days on which it is due. Pure: values in, values out.

All days are days on the walls of China. A term is done once, or comes back; each time it is due is
one due item, with one reminder before it.
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Literal
from uuid import UUID

from api.kit.clock import CHINA, china
from api.notifications.rules import sendable_at

Duty = Literal["act", "refrain"]
DUTIES: tuple[Duty, ...] = ("act", "refrain")

TERMS_MAX = 20
ITEMS_MAX = 200  # of one agreement
SPANS_MAX = 30
# How long a promise between neighbours may run before they meet again.
LASTS_DAYS = 730
REMIND_DAYS_MAX = 7
REMIND_AT = time(9, 0)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Once:
    """Done by the end of a day."""

    by: date


@dataclass(frozen=True, slots=True)
class Weekly:
    """On these weekdays (0 is Monday), from the first day to the last, both included."""

    weekdays: tuple[int, ...]
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Monthly:
    """On one day of each month; where the month is shorter, on its last day."""

    day: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Spans:
    """Throughout spans of days, both ends included: "no music in exam weeks"."""

    spans: tuple[tuple[date, date], ...]


@dataclass(frozen=True, slots=True)
class Always:
    """From the day on which it takes effect to the last."""

    last: date


Schedule = Once | Weekly | Monthly | Spans | Always


@dataclass(frozen=True, slots=True)
class Term:
    """One promise: who does, or refrains from, what, and when. ``n`` counts from 1."""

    n: int
    party_id: UUID
    duty: Duty
    what: str
    schedule: Schedule
    # How many days before it begins its party is reminded.
    remind_days: int = 1


@dataclass(frozen=True, slots=True)
class Quiet:
    """The hours of the community in which nobody is disturbed; equal ends: none."""

    begins: time
    ends: time


@dataclass(frozen=True, slots=True)
class Due:
    """One time that a term is due: its first and last day, and when its party is reminded.

    ``remind_at`` none: it could only come after it is over, or it begins with the agreement.
    """

    term_n: int
    begins_on: date
    ends_on: date
    remind_at: datetime | None


Fault = Literal[
    "no_terms",
    "terms_out_of_order",
    "party_unknown",
    "days_turned_round",
    "weekday_wrong",
    "spans_overlap",
    "too_far",
    "never_due",
    "too_many",
]


def fault_of(terms: Sequence[Term], *, party_ids: Iterable[UUID], on: date) -> Fault | None:
    """What makes terms unfit to be agreed on a day, the first thing found; None: nothing.

    A court confirms nothing unclear (最高法 司法确认程序若干规定), so each must be due some day.
    """
    if not 1 <= len(terms) <= TERMS_MAX:
        return "no_terms" if not terms else "too_many"
    if [term.n for term in terms] != list(range(1, len(terms) + 1)):
        return "terms_out_of_order"
    known = frozenset(party_ids)
    if any(term.party_id not in known for term in terms):
        return "party_unknown"
    for term in terms:
        fault = _fault_of_schedule(term.schedule, on)
        if fault is not None:
            return fault
    # At least: what is agreed now may take effect later, and then less is due.
    each = [days_of(term.schedule, on) for term in terms]
    if any(not days for days in each):
        return "never_due"
    return "too_many" if sum(len(days) for days in each) > ITEMS_MAX else None


def due_items(terms: Sequence[Term], *, effective_at: datetime, quiet: Quiet) -> tuple[Due, ...]:
    """Every time that terms are due from the moment on at which they bind, in order of time.

    What would have been due before is not; what has begun is due from that day on.
    """
    on = china(effective_at).date()
    found = [
        Due(term.n, begins, ends, _remind_at(term, begins, ends, effective_at, quiet))
        for term in terms
        for begins, ends in days_of(term.schedule, on)
    ]
    return tuple(sorted(found, key=lambda due: (due.begins_on, due.ends_on, due.term_n)))


def days_of(schedule: Schedule, on: date) -> list[tuple[date, date]]:
    """First and last days of each time it is due, from a day on, in order."""
    match schedule:
        case Once(by):
            whole = [(by, by)]
        case Weekly(weekdays, first, last):
            whole = [(d, d) for d in _each_day(max(first, on), last) if d.weekday() in weekdays]
        case Monthly(day, first, last):
            whole = [(d, d) for d in _each_month(day, first, last)]
        case Spans(spans):
            whole = sorted(spans)
        case Always(last):
            whole = [(on, last)]
    return [(max(begins, on), ends) for begins, ends in whole if ends >= on]


def begins_performing_at(items: Sequence[Due]) -> datetime | None:
    """The midnight with which the first of them is due; None: none is."""
    first = min((due.begins_on for due in items), default=None)
    return None if first is None else midnight(first)


def midnight(day: date) -> datetime:
    """The moment with which a day begins in China."""
    return datetime.combine(day, time(), CHINA)


def ends_at(day: date) -> datetime:
    """The moment with which a day is over in China."""
    return midnight(day + _DAY)


def _remind_at(
    term: Term, begins: date, ends: date, effective_at: datetime, quiet: Quiet
) -> datetime | None:
    if isinstance(term.schedule, Always):
        # It begins with the last name, of which they are told anyway.
        return None
    wanted = datetime.combine(begins - term.remind_days * _DAY, REMIND_AT, CHINA)
    at = sendable_at(
        max(wanted, effective_at), quiet_from=quiet.begins, quiet_until=quiet.ends, is_urgent=False
    )
    return at if at < ends_at(ends) else None


def _fault_of_schedule(schedule: Schedule, on: date) -> Fault | None:
    match schedule:
        case Once(by):
            spans = ((by, by),)
        case Weekly(weekdays, first, last):
            if not weekdays or not set(weekdays) <= set(range(7)):
                return "weekday_wrong"
            spans = ((first, last),)
        case Monthly(_, first, last):
            spans = ((first, last),)
        case Spans(given):
            spans = tuple(sorted(given))
        case Always(last):
            spans = ((min(on, last), last),)
    if any(first > last for first, last in spans):
        return "days_turned_round"
    if any(later[0] <= earlier[1] for earlier, later in pairwise(spans)):
        return "spans_overlap"
    if any(last > on + LASTS_DAYS * _DAY for _, last in spans):
        return "too_far"
    return None


def _each_day(first: date, last: date) -> Iterable[date]:
    return (first + n * _DAY for n in range((last - first).days + 1))


def _each_month(day: int, first: date, last: date) -> Iterable[date]:
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        there = date(year, month, min(day, monthrange(year, month)[1]))
        if first <= there <= last:
            yield there
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
