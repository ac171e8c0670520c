"""The published formulas of what mediation achieves, with the cases behind each figure. Pure.

The three rates of 接诉即办 and two of mediation itself (facts/mediation.md §9). Every figure keeps
its numerator and denominator as cases, so that anybody entitled can count again and object. They
are figures of a place: nothing here knows who mediated, so nobody can be ranked by success.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

Answer = Literal["solved", "unsolved"]
Satisfaction = Literal["satisfied", "basically", "unsatisfied"]
Outcome = Literal["agreed", "failed"]
Performance = Literal["kept", "broken"]
RateName = Literal["response", "settlement", "satisfaction", "agreement", "performance"]
RATES: tuple[RateName, ...] = (
    "response",
    "settlement",
    "satisfaction",
    "agreement",
    "performance",
)
WHOLE = 10_000


@dataclass(frozen=True, slots=True)
class Formula:
    """One version of the rules; a period is counted by one version, and lies within its time."""

    version: str
    in_force_on: date
    # Within how many hours the first contact is a response, or how many tries make one.
    respond_within_h: int
    tries_min: int
    # What "basically satisfied" counts, in percent of "satisfied".
    basically_percent: int
    # Below so many cases there is no rate, only the counts.
    small_below: int


# As published; a change is a new row, never an edit.
FORMULAS: tuple[Formula, ...] = (
    Formula(
        "2026.1",
        date(2026, 1, 1),
        respond_within_h=24,
        tries_min=3,
        basically_percent=80,
        small_below=10,
    ),
)


@dataclass(frozen=True, slots=True)
class Case:
    """What of one case counts. None: not, or not yet.

    ``called_back_by_handler``: who asked had handled it, so the answer is not valid.
    """

    case_id: UUID
    asked_at: datetime
    first_reached_at: datetime | None = None
    tries_at: tuple[datetime, ...] = ()
    # Withdrawn, refused by a side, handed over: no fault and no merit of anybody.
    is_excluded: bool = False
    answer: Answer | None = None
    satisfaction: Satisfaction | None = None
    called_back_by_handler: bool = False
    outcome: Outcome | None = None
    performance: Performance | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """One figure and what it was counted from.

    ``credit_percent``: the sum of what the cases of the numerator count, 100 each but for partial
    credits. ``per_myriad``: the rate in hundredths of a percent, rounded down; None: too few.
    """

    name: RateName
    numerator_ids: tuple[UUID, ...]
    denominator_ids: tuple[UUID, ...]
    credit_percent: int
    per_myriad: int | None


def formula_on(day: date, formulas: Sequence[Formula] = FORMULAS) -> Formula:
    """The version in force on a day.

    Raises:
        LookupError: the day lies before the first version.
    """
    for formula in reversed(formulas):
        if formula.in_force_on <= day:
            return formula
    raise LookupError(day)


def formula_of(first: date, last: date, formulas: Sequence[Formula] = FORMULAS) -> Formula:
    """The version in force on every day of a period.

    Raises:
        LookupError: the period begins before the first version, or the rules changed within it.
    """
    found = formula_on(first, formulas)
    if formula_on(last, formulas) is not found:
        raise LookupError(last)
    return found


def rates_of(cases: Iterable[Case], formula: Formula, *, now: datetime) -> tuple[Rate, ...]:
    """Every rate over some cases, in the order of `RATES`."""
    counted = sorted(cases, key=lambda case: case.case_id)
    return tuple(_rate(name, counted, formula, now) for name in RATES)


def _rate(name: RateName, cases: list[Case], formula: Formula, now: datetime) -> Rate:
    credits_of: dict[UUID, int] = {}
    for case in cases:
        credit = _CREDITS[name](case, formula, now)
        if credit is not None:
            credits_of[case.case_id] = credit
    total = sum(credits_of.values())
    is_small = len(credits_of) < formula.small_below
    return Rate(
        name,
        numerator_ids=tuple(case_id for case_id, credit in credits_of.items() if credit > 0),
        denominator_ids=tuple(credits_of),
        credit_percent=total,
        per_myriad=None if is_small else total * WHOLE // (100 * len(credits_of)),
    )


# Each says what a case counts in its numerator, in percent; None: not in the denominator either.


def _response(case: Case, formula: Formula, now: datetime) -> int | None:
    until = case.asked_at + timedelta(hours=formula.respond_within_h)
    reached = case.first_reached_at is not None and case.first_reached_at <= until
    tried = sum(at <= until for at in case.tries_at) >= formula.tries_min
    if reached or tried:
        return 100
    return 0 if until < now else None


def _settlement(case: Case, formula: Formula, now: datetime) -> int | None:
    if case.is_excluded or case.called_back_by_handler or case.answer is None:
        return None
    return 100 if case.answer == "solved" else 0


def _satisfaction(case: Case, formula: Formula, now: datetime) -> int | None:
    if case.is_excluded or case.called_back_by_handler or case.satisfaction is None:
        return None
    if case.satisfaction == "basically":
        return formula.basically_percent
    return 100 if case.satisfaction == "satisfied" else 0


def _agreement(case: Case, formula: Formula, now: datetime) -> int | None:
    if case.is_excluded or case.outcome is None:
        return None
    return 100 if case.outcome == "agreed" else 0


def _performance(case: Case, formula: Formula, now: datetime) -> int | None:
    if case.performance is None:
        return None
    return 100 if case.performance == "kept" else 0


_CREDITS: dict[RateName, Callable[[Case, Formula, datetime], int | None]] = {
    "response": _response,
    "settlement": _settlement,
    "satisfaction": _satisfaction,
    "agreement": _agreement,
    "performance": _performance,
}
