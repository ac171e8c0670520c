"""Laws of the rest rule: what is counted, and that nobody escapes or is held too long."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from api.runners.rest import LAW, Work, begun, day_of, finished, hold, hours, midnight

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
Interval = tuple[int, int]
# Minutes from the beginning: jobs of at most six hours within ten days.
INTERVALS = st.lists(
    st.tuples(st.integers(0, 10 * 1440), st.integers(1, 360)).map(lambda p: (p[0], p[0] + p[1])),
    min_size=1,
    max_size=25,
)


def at(minute: float) -> datetime:
    """A moment so many minutes after the beginning."""
    return BEGIN + timedelta(minutes=minute)


def account(jobs: Sequence[Interval]) -> Work:
    """What the row of a runner holds after these jobs, as accepts and finishes arrive."""
    events = sorted([(start, 0) for start, _ in jobs] + [(end, 1) for _, end in jobs])
    work, load = Work(), 0
    for minute, is_end in events:
        load += -1 if is_end else 1
        if not is_end:
            work = begun(work, now=at(minute))
        elif load == 0:
            work = finished(work, LAW, now=at(minute))
    return work


def merged(jobs: Sequence[Interval]) -> list[Interval]:
    """The union of the intervals, by another way than the product's."""
    minutes = sorted({m for start, end in jobs for m in range(start, end)})
    breaks = [b for a, b in pairwise(minutes) if b != a + 1]
    starts = [minutes[0], *breaks]
    ends = [a + 1 for a, b in pairwise(minutes) if b != a + 1] + [minutes[-1] + 1]
    return list(zip(starts, ends, strict=True))


@given(jobs=INTERVALS, chance=st.randoms(use_true_random=False))
def test_overlapping_jobs_count_once_in_whatever_order(
    jobs: list[Interval], chance: object
) -> None:
    """The account equals the union of all intervals: of the last stretch, and of the last day."""
    union = merged(jobs)
    stretch = 0
    for n, (start, end) in enumerate(union):
        goes_on = n > 0 and (start - union[n - 1][1]) * 60 < LAW.pause_s
        stretch = (stretch if goes_on else 0) + end - start
    last = day_of(at(union[-1][1] - 1))
    first_min = (midnight(last) - BEGIN).total_seconds() / 60
    today = sum(end - max(start, first_min) for start, end in union if end > first_min)
    chance.shuffle(jobs)  # type: ignore[attr-defined]

    work = account(jobs)

    assert (at(union[-1][1]), stretch * 60) == (work.until, work.stretch_s)
    assert today * 60 == work.day_s


@given(jobs=INTERVALS)
def test_the_days_in_a_row_are_the_days_touched(jobs: list[Interval]) -> None:
    """Counted backwards from the last one, to the first gap."""
    touched = {d for a, b in jobs for d in range(day_of(at(a)), day_of(at(b - 1)) + 1)}
    row, day = 0, max(touched)
    while day in touched:
        row, day = row + 1, day - 1

    assert row == account(jobs).days_in_row


@given(jobs=INTERVALS)
def test_a_pause_of_twenty_minutes_ends_a_stretch_and_nothing_less(jobs: list[Interval]) -> None:
    """After it the stretch counts from nothing; a second before it does not."""
    work = account(jobs)
    assert work.until is not None
    pause = timedelta(seconds=LAW.pause_s)

    before = hours(work, LAW, now=work.until + pause - timedelta(seconds=1))
    after = hours(work, LAW, now=work.until + pause)

    assert (work.stretch_s, 0.0) == (before.stretch_s, after.stretch_s)


# A seventh day, begun in the night of the sixth: the day of rest is the eighth.
@example(
    jobs=[(0, 1), (0, 245), (2399, 2759), (4165, 4207), (6719, 7079), (8159, 8519)],
    later_min=716,
    is_in_hand=False,
)
@given(jobs=INTERVALS, later_min=st.integers(0, 3 * 1440), is_in_hand=st.booleans())
def test_whoever_is_held_is_held_by_a_reason_that_ends(
    jobs: list[Interval], later_min: int, is_in_hand: bool
) -> None:
    """A hold has its limit behind it; when its time is over, that reason is gone."""
    work = account(jobs)
    assert work.until is not None
    now = work.until + timedelta(minutes=later_min)
    if is_in_hand:
        work = begun(work, now=now - timedelta(minutes=later_min / 2))
    held, worked = hold(work, LAW, now=now), hours(work, LAW, now=now)
    limits = {
        "rest_day_needed": worked.day_number > LAW.days_in_row_max,
        "day_limit_reached": worked.today_s >= LAW.day_max_s,
        "rest_needed": worked.stretch_s >= LAW.continuous_s,
        "day_confirm_needed": worked.today_s >= LAW.day_confirm_s,
    }

    assert (held is None) is not any(limits.values())
    if held is not None:
        assert limits[held.code]
    if held is not None and held.until is not None and not is_in_hand:
        assert now < held.until
        afterwards = hold(work, LAW, now=held.until)
        assert afterwards is None or afterwards.code != held.code


@given(day=st.integers(0, 40_000), second=st.integers(0, 86_399))
def test_a_day_begins_at_midnight_in_shanghai_in_summer_too(day: int, second: int) -> None:
    """As the tz database says for our times (before 1992 China had a summer time)."""
    moment = midnight(day) + timedelta(seconds=second)
    china = moment.astimezone(ZoneInfo("Asia/Shanghai"))

    assert day == day_of(moment)
    if day > 9000:
        assert second == china.hour * 3600 + china.minute * 60 + china.second


def test_a_night_that_crosses_midnight_is_shared_by_two_days() -> None:
    """Two hours before and one after: the new day has one, the stretch three, two days in a row."""
    day = day_of(BEGIN)
    work = begun(Work(), now=midnight(day + 1) - timedelta(hours=2))

    worked = hours(work, LAW, now=midnight(day + 1) + timedelta(hours=1))

    assert (3 * 3600, 3600, 2) == (worked.stretch_s, worked.today_s, worked.day_number)


def test_work_until_midnight_takes_no_day_of_rest() -> None:
    """Six days, the last until 24:00: one day of rest, and the seventh is free again."""
    day = day_of(BEGIN)
    work = Work()
    for n in range(6):
        work = begun(work, now=midnight(day + n + 1) - timedelta(hours=1))
        work = finished(work, LAW, now=midnight(day + n + 1))

    held = hold(work, LAW, now=midnight(day + 6))

    assert held is not None
    assert ("rest_day_needed", midnight(day + 7)) == (held.code, held.until)
    assert hold(work, LAW, now=midnight(day + 7)) is None


def test_a_job_in_hand_counts_while_it_lasts() -> None:
    """Nothing is due at 3:59:59; four hours later new jobs wait, and no time is named yet."""
    work = begun(Work(), now=BEGIN)

    assert hold(work, LAW, now=BEGIN + timedelta(hours=4, seconds=-1)) is None
    held = hold(work, LAW, now=BEGIN + timedelta(hours=4))
    assert held is not None
    assert ("rest_needed", None) == (held.code, held.until)
