"""Local calendar months at +08:00: when they begin, end and close."""

from scoring.days import DAY_S, month_start

CLOSE_DAYS = 3  # What is recorded until then still counts for the month.


def last_closed_month(now: int) -> tuple[int, int, int]:
    """Return (start, end, close) in unix seconds of the newest month that has closed at `now`.

    The end is the first second of the next month.
    """
    end = month_start(now - CLOSE_DAYS * DAY_S)
    return month_start(end - 1), end, end + CLOSE_DAYS * DAY_S
