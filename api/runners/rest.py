"""Rest: how long somebody has worked, and whether they must stop for a while (GB/T 46862-2025).

Work is the time with at least one job in hand, from accept to finish: overlapping jobs count once.
It is kept as a running account in the runner's row, so that no decision has to look at jobs. Days
are those of the wall clock in China, which knows no summer time.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import orjson

_DAY_S = 86_400
_CHINA_S = 8 * 3600


@dataclass(frozen=True, slots=True)
class RestRules:
    """The limits. A community may be stricter than these, never laxer."""

    # So long without a pause, and new jobs wait.
    continuous_s: int = 4 * 3600
    # So long without a job in hand is a pause; anything shorter does not end the stretch.
    pause_s: int = 20 * 60
    # From here on in a day the runner must say that they want to go on.
    day_confirm_s: int = 8 * 3600
    # And here the day ends.
    day_max_s: int = 12 * 3600
    # Days of work in a row; the next one is for rest.
    days_in_row_max: int = 6


LAW = RestRules()


@lru_cache(maxsize=1000)
def read_rest_rules(settings: str | None) -> RestRules:
    """The limits of a community from its settings; ``None``: settings older than the rule."""
    return LAW if settings is None else RestRules(**orjson.loads(settings))


@dataclass(frozen=True, slots=True)
class Work:
    """The account: what was worked before, and since when there is a job in hand again.

    ``day_s`` and ``days_in_row`` are as of the day that ``until`` ends, ``stretch_s`` as of that
    moment.
    """

    since: datetime | None = None
    until: datetime | None = None
    stretch_s: float = 0.0
    day_s: float = 0.0
    days_in_row: int = 0
    confirmed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """What the account says at one moment. ``day_number``: today is that day of work in a row."""

    stretch_s: float
    today_s: float
    day_number: int
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class Hold:
    """Why no new job may be given, as an error code, and until when.

    ``None``: until the runner confirms, or a pause after the jobs in hand.
    """

    code: str
    until: datetime | None


def begun(work: Work, *, now: datetime) -> Work:
    """The account once a job is in hand; a second job changes nothing."""
    return work if work.since is not None else replace(work, since=now)


def finished(work: Work, rules: RestRules, *, now: datetime) -> Work:
    """The account once the last job in hand is closed."""
    assert work.since is not None
    # Two transactions that cross may be some milliseconds out of order: nothing counts twice.
    start = work.since if work.until is None else max(work.since, work.until)
    end = max(now, start)
    goes_on = work.until is not None and _seconds(work.until, start) < rules.pause_s
    day_s, days_in_row = work.day_s, work.days_in_row
    last_day = None if work.until is None else _last_day(work.until)
    for day in range(day_of(start), _last_day(end) + 1):
        worked_s = _seconds(max(start, midnight(day)), min(end, midnight(day + 1)))
        if day == last_day:
            day_s += worked_s
        else:
            days_in_row = days_in_row + 1 if day - 1 == last_day else 1
            day_s = worked_s
        last_day = day
    return Work(
        since=None,
        until=end,
        stretch_s=(work.stretch_s if goes_on else 0.0) + _seconds(start, end),
        day_s=day_s,
        days_in_row=days_in_row,
        confirmed_at=work.confirmed_at,
    )


def hours(work: Work, rules: RestRules, *, now: datetime) -> Hours:
    """How long somebody has worked by now, the jobs in hand included."""
    done = work if work.since is None else finished(work, rules, now=now)
    today = day_of(now)
    is_confirmed = work.confirmed_at is not None and day_of(work.confirmed_at) == today
    if done.until is None:
        return Hours(0.0, 0.0, 1, is_confirmed)
    is_paused = work.since is None and _seconds(done.until, now) >= rules.pause_s
    days_ago = today - _last_day(done.until)
    return Hours(
        stretch_s=0.0 if is_paused else done.stretch_s,
        today_s=0.0 if days_ago > 0 else done.day_s,
        day_number=done.days_in_row + days_ago if days_ago in (0, 1) else 1,
        is_confirmed=is_confirmed,
    )


def hold(work: Work, rules: RestRules, *, now: datetime) -> Hold | None:
    """Why no new job may be given now, the longest reason first; jobs in hand may be finished."""
    if _is_far_from_limits(work, rules, now=now):
        return None
    worked = hours(work, rules, now=now)
    tomorrow = midnight(day_of(now) + 1)
    if worked.day_number > rules.days_in_row_max:
        # A day on which work ended, be it the night's, is no day of rest any more.
        return Hold("rest_day_needed", tomorrow + timedelta(days=worked.today_s > 0))
    if worked.today_s >= rules.day_max_s:
        return Hold("day_limit_reached", tomorrow)
    if worked.stretch_s >= rules.continuous_s:
        pause = timedelta(seconds=rules.pause_s)
        return Hold("rest_needed", None if work.since or work.until is None else work.until + pause)
    if worked.today_s >= rules.day_confirm_s and not worked.is_confirmed:
        return Hold("day_confirm_needed", None)
    return None


def _is_far_from_limits(work: Work, rules: RestRules, *, now: datetime) -> bool:
    """Whether no limit can be near, by sums that only err towards more work: most are, always."""
    in_hand_s = 0.0 if work.since is None else max(0.0, _seconds(work.since, now))
    return (
        work.stretch_s + in_hand_s < rules.continuous_s
        and work.day_s + in_hand_s < rules.day_confirm_s
        # At most the next day, and the one after a midnight with a job in hand.
        and work.days_in_row + 2 <= rules.days_in_row_max
        and in_hand_s < _DAY_S
    )


def retry_after_s(held: Hold, rules: RestRules, *, now: datetime) -> int | None:
    """In how many seconds to ask again; ``None`` where only the runner can change it."""
    if held.until is not None:
        return max(1, -int(-_seconds(now, held.until) // 1))
    return rules.pause_s if held.code == "rest_needed" else None


def day_of(moment: datetime) -> int:
    """The number of the day in China, counted from 1970-01-01."""
    return int((moment.timestamp() + _CHINA_S) // _DAY_S)


def midnight(day: int) -> datetime:
    """When a day begins in China."""
    return datetime.fromtimestamp(day * _DAY_S - _CHINA_S, UTC)


def _last_day(until: datetime) -> int:
    """The last day with work in it: work that ends at midnight takes nothing of the next."""
    return day_of(until - timedelta(microseconds=1))


def _seconds(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds()
