"""Pure rules of caring: what goes beyond a consent, and over which month a cap is counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.kit.clock import CHINA, china


def widens(
    *, cap_fen: int, kinds: Iterable[str], consented_cap_fen: int, consented_kinds: Iterable[str]
) -> bool:
    """Whether new terms of caring go beyond what was consented to."""
    return cap_fen > consented_cap_fen or not set(kinds) <= set(consented_kinds)


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month in China: from its first moment to that of the next."""

    begins: datetime
    ends: datetime


def month_of(now: datetime) -> Month:
    """The month over which a carer's spending is summed."""
    here = china(now)
    begins = datetime(here.year, here.month, 1, tzinfo=CHINA)
    later = begins + timedelta(days=32)
    return Month(begins, datetime(later.year, later.month, 1, tzinfo=CHINA))
