"""Time: the database's clock, and the one place that may ask this machine's own.

`linli_now()` in PostgreSQL is the transaction's time; where a simulated clock is set (development
and tests only) it is offset and scaled there, so that a day can be played in a minute.
"""

import time
from datetime import UTC, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
NOW_SQL = "SELECT linli_now()"


def china(moment: datetime) -> datetime:
    """The same moment as clocks on the wall show it."""
    return moment.astimezone(CHINA)


def unix_s(moment: datetime) -> int:
    """Whole Unix seconds, the form in which dates reach ``scoring``."""
    return int(moment.timestamp())


def wall_utc() -> datetime:
    """This machine's clock, for logs only: never for a decision."""
    return datetime.now(UTC)


def wall_s() -> int:
    """This machine's clock in Unix seconds: what signatures to and from others are dated with.

    Theirs is the real time, also where ours is simulated; nothing of ours is decided by it.
    """
    return int(time.time())


def monotonic_s() -> float:
    """Seconds for measuring durations inside one process."""
    return time.perf_counter()
