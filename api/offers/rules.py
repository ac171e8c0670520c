"""Pure rules of offers: how long they live, which day refusals count for, what they say."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from api.kit.clock import china
from api.matching.dispatch.sentences import reason_text


def today_began(now: datetime) -> datetime:
    """When the present day began in China: refusals are counted by day."""
    return china(now).replace(hour=0, minute=0, second=0, microsecond=0)


def refusals_left(free: int, refused: int) -> int:
    """How many more may be refused today before offers pause until tomorrow; the hall never does.

    What is refused never touches points, quality or money.
    """
    return max(0, free - refused)


def next_round_at(now: datetime, period_s: int) -> datetime:
    """When the round after this one is due: counted from this one, so none is caught up with."""
    return now + timedelta(seconds=period_s)


def why_text(reason: Mapping[str, Any]) -> str:
    """Why an offer came to this runner, for the runner."""
    return reason_text(
        reason["code"],
        bundled=reason["bundled"],
        compared=reason["compared"],
        pickup_in_min=reason["pickup_in_min"],
    )
