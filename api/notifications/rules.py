"""When a message may be sent, and when again."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from api.kit.clock import CHINA, china

# Of what people were told.
KEPT = timedelta(days=90)
ATTEMPTS_MAX = 6
_FIRST_PAUSE_S = 10
_PAUSE_GROWS = 4


def sendable_at(now: datetime, *, quiet_from: time, quiet_until: time, is_urgent: bool) -> datetime:
    """Now, or the end of the quiet hours that now lies in. The hours may run over midnight.

    Equal ends mean that there are no quiet hours.
    """
    if is_urgent or not is_quiet(now, quiet_from=quiet_from, quiet_until=quiet_until):
        return now
    day = china(now)
    ends = datetime.combine(day.date(), quiet_until, CHINA)
    return ends if ends > day else ends + timedelta(days=1)


def after_quiet_spans(
    now: datetime, spans: Sequence[tuple[time, time]], *, is_urgent: bool
) -> datetime:
    """The first moment from now on that lies in none of several quiet hours.

    Where they leave no moment of the day, one that lies in some of them: after every look at each.
    """
    at = now
    for quiet_from, quiet_until in [*spans, *spans]:
        at = sendable_at(at, quiet_from=quiet_from, quiet_until=quiet_until, is_urgent=is_urgent)
    return at


def is_quiet(now: datetime, *, quiet_from: time, quiet_until: time) -> bool:
    """Whether now lies in the quiet hours, by the clocks on the walls of China."""
    clock = china(now).time()
    if quiet_from <= quiet_until:
        return quiet_from <= clock < quiet_until
    return clock >= quiet_from or clock < quiet_until


def time_of(minute: int) -> time:
    """A minute of the day as a time on the wall."""
    return time(minute // 60, minute % 60)


def pause_s(attempts: int, *, asked_s: int = 0) -> int:
    """Seconds until the next try after so many: 10, 40, 160 …, or as long as WeChat asked for."""
    return max(asked_s, _FIRST_PAUSE_S * _PAUSE_GROWS ** (attempts - 1))
