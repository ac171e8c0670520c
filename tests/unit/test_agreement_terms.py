"""What sides promised and when it is due: each kind of schedule, and what holds of them all."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.agreements.terms import (
    ITEMS_MAX,
    LASTS_DAYS,
    Always,
    Monthly,
    Once,
    Quiet,
    Schedule,
    Spans,
    Term,
    Weekly,
    begins_performing_at,
    days_of,
    due_items,
    ends_at,
    fault_of,
    midnight,
)
from api.kit.clock import CHINA, china
from api.notifications.rules import is_quiet

A, B, STRANGER = (UUID(int=n) for n in (1, 2, 3))
QUIET = Quiet(time(22, 0), time(7, 0))
ON = date(2026, 11, 22)


def term(schedule: Schedule, **more: Any) -> Term:
    """A promise of the dancers."""
    return Term(
        **{"n": 1, "party_id": A, "duty": "refrain", "what": "不放音乐", **more}, schedule=schedule
    )


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment on the walls of China."""
    return datetime.combine(day, time(hour, minute), CHINA)


EXAMS = Spans(((date(2027, 1, 11), date(2027, 1, 17)), (date(2027, 6, 7), date(2027, 6, 10))))


@pytest.mark.parametrize(
    ("schedule", "days"),
    [
        (Once(date(2026, 12, 1)), [(date(2026, 12, 1),) * 2]),
        (Once(ON), [(ON, ON)]),
        (Once(date(2026, 11, 21)), []),
        # A Monday and a Thursday a week.
        (
            Weekly((0, 3), date(2026, 11, 20), date(2026, 11, 30)),
            [(date(2026, 11, d),) * 2 for d in (23, 26, 30)],
        ),
        # The last day of February, in ordinary years and in the other ones.
        (
            Monthly(31, date(2027, 1, 31), date(2027, 4, 30)),
            [(date(2027, m, d),) * 2 for m, d in ((1, 31), (2, 28), (3, 31), (4, 30))],
        ),
        (Monthly(29, date(2028, 2, 1), date(2028, 2, 29)), [(date(2028, 2, 29),) * 2]),
        (Once(date(2028, 2, 29)), [(date(2028, 2, 29),) * 2]),
        (EXAMS, [*EXAMS.spans]),
        # Of a span that has begun only the rest binds.
        (Spans(((date(2026, 11, 20), date(2026, 11, 24)),)), [(ON, date(2026, 11, 24))]),
        (Spans(((date(2026, 11, 1), date(2026, 11, 21)),)), []),
        (Always(date(2027, 11, 22)), [(ON, date(2027, 11, 22))]),
    ],
)
def test_each_schedule_says_its_days(schedule: Schedule, days: list[tuple[date, date]]) -> None:
    """From the day on which it takes effect, that day included."""
    assert days == days_of(schedule, ON)


@pytest.mark.parametrize(
    ("effective_at", "schedule", "remind_days", "remind_at"),
    [
        # The day before, at nine.
        (at(ON, 12), EXAMS, 1, [at(date(2027, 1, 10), 9), at(date(2027, 6, 6), 9)]),
        (at(ON, 12), Once(date(2026, 12, 1)), 0, [at(date(2026, 12, 1), 9)]),
        # What would have come before it took effect comes at once.
        (at(ON, 12), Once(date(2026, 11, 23)), 1, [at(ON, 12)]),
        # In the night nobody is woken; a minute before midnight neither.
        (at(ON, 23, 59), Once(date(2026, 11, 23)), 1, [at(date(2026, 11, 23), 7)]),
        (at(ON, 0), Once(ON), 1, [at(ON, 7)]),
        (at(ON, 22), Once(date(2026, 11, 24)), 3, [at(date(2026, 11, 23), 7)]),
        # It begins with the agreement.
        (at(ON, 12), Always(date(2027, 1, 1)), 1, [None]),
        # It would come when it is over.
        (at(ON, 23, 59), Once(ON), 1, [None]),
        # Midnight in China is the evening before elsewhere.
        (datetime(2026, 11, 22, 16, 0, tzinfo=UTC), Once(ON), 0, []),
        (
            datetime(2026, 11, 22, 15, 59, tzinfo=UTC),
            Spans(((date(2026, 11, 1), date(2026, 11, 23)),)),
            0,
            [at(date(2026, 11, 23), 7)],
        ),
    ],
)
def test_a_reminder_comes_in_time_and_wakes_nobody(
    effective_at: datetime,
    schedule: Schedule,
    remind_days: int,
    remind_at: list[datetime | None],
) -> None:
    """Counted on the walls of China, pushed out of the quiet hours."""
    items = due_items(
        [term(schedule, remind_days=remind_days)], effective_at=effective_at, quiet=QUIET
    )

    assert remind_at == [item.remind_at for item in items]


@pytest.mark.parametrize(
    ("terms", "fault"),
    [
        ([term(EXAMS)], None),
        ([term(EXAMS), term(Once(ON), n=2, party_id=B, duty="act")], None),
        ([], "no_terms"),
        ([term(EXAMS, n=2)], "terms_out_of_order"),
        ([term(EXAMS, party_id=STRANGER)], "party_unknown"),
        ([term(Weekly((), ON, ON))], "weekday_wrong"),
        ([term(Weekly((7,), ON, ON))], "weekday_wrong"),
        ([term(Weekly((6,), ON, date(2026, 11, 21)))], "days_turned_round"),
        ([term(Spans(((ON, date(2026, 11, 21)),)))], "days_turned_round"),
        ([term(Spans(((ON, ON), (ON, ON))))], "spans_overlap"),
        ([term(Once(ON + timedelta(LASTS_DAYS)))], None),
        ([term(Once(ON + timedelta(LASTS_DAYS + 1)))], "too_far"),
        ([term(Once(ON - timedelta(1)))], "never_due"),
        # A Monday that never comes.
        ([term(Weekly((0,), ON, ON))], "never_due"),
        ([term(Spans(()))], "never_due"),
        ([term(Weekly(tuple(range(7)), ON, ON + timedelta(ITEMS_MAX - 1)))], None),
        ([term(Weekly(tuple(range(7)), ON, ON + timedelta(ITEMS_MAX)))], "too_many"),
    ],
)  # fmt: skip
def test_what_is_unclear_is_not_agreed(terms: list[Term], fault: str | None) -> None:
    """Each fault has its name; the value at each limit is fit."""
    assert fault == fault_of(terms, party_ids=[A, B], on=ON)


DAYS = st.dates(date(2026, 11, 22), date(2028, 11, 1))
RANGES = st.tuples(DAYS, DAYS).map(lambda pair: (min(pair), max(pair)))
SCHEDULES: st.SearchStrategy[Schedule] = st.one_of(
    st.builds(Once, DAYS),
    st.builds(
        lambda days, span: Weekly(tuple(sorted(days)), *span),
        st.sets(st.integers(0, 6), min_size=1),
        RANGES,
    ),
    st.builds(lambda day, span: Monthly(day, *span), st.integers(1, 31), RANGES),
    st.builds(lambda spans: Spans(tuple(spans)), st.lists(RANGES, max_size=4)),
    st.builds(Always, DAYS),
)
MOMENTS = st.integers(0, 710 * 24 * 60).map(
    lambda minutes: datetime(2026, 11, 22, tzinfo=UTC) + timedelta(minutes=minutes)
)
CLOCKS = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))


@given(SCHEDULES, MOMENTS, CLOCKS, CLOCKS, st.integers(0, 7))
def test_what_is_due_lies_ahead_and_is_reminded_of_in_time(
    schedule: Schedule, effective_at: datetime, begins: time, ends: time, remind_days: int
) -> None:
    """Nothing binds backwards, no reminder is before the names are there, after it is over, or
    in the quiet hours; all are in order, and asking twice says the same."""
    quiet = Quiet(begins, ends)
    terms = [term(schedule, remind_days=remind_days)]
    items = due_items(terms, effective_at=effective_at, quiet=quiet)

    assert items == due_items(terms, effective_at=effective_at, quiet=quiet)
    assert [item.begins_on for item in items] == sorted(item.begins_on for item in items)
    for item in items:
        assert china(effective_at).date() <= item.begins_on <= item.ends_on
        if item.remind_at is not None:
            assert effective_at <= item.remind_at < ends_at(item.ends_on)
            assert not is_quiet(item.remind_at, quiet_from=begins, quiet_until=ends)


@given(st.integers(1, 31), RANGES)
def test_a_monthly_promise_comes_once_in_each_month(day: int, span: tuple[date, date]) -> None:
    """In February too, whichever day it is; no month is skipped but by its first and last day."""
    first, last = span
    days = [begins for begins, _ in days_of(Monthly(day, first, last), first)]
    months = [(d.year, d.month) for d in days]

    assert len(set(months)) == len(months)
    for d in days:
        assert d.day == day or (d.day < day and (d + timedelta(1)).day == 1)
    whole = (last.year - first.year) * 12 + last.month - first.month - 1
    assert whole <= len(days) <= whole + 2


def test_performing_begins_with_the_first_day_that_something_is_due() -> None:
    """At its midnight in China; where nothing is due it does not begin."""
    items = due_items(
        [term(EXAMS), term(Once(date(2026, 12, 1)), n=2)], effective_at=at(ON, 12), quiet=QUIET
    )

    assert midnight(date(2026, 12, 1)) == begins_performing_at(items)
    assert begins_performing_at([]) is None
