"""A closed month: when it was, and what was on record of it at its close."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.clock import china, unix_s
from api.points.queries import months
from api.points.rules import SEEN_DAYS
from scoring.months import CLOSE_DAYS, last_closed_month
from scoring.parsing import parse_fact
from scoring.postings import LIFELONG_KINDS
from scoring.types import (
    AnyFact,
    AppealDecided,
    AppealFiled,
    EntryReversed,
    ExcuseGranted,
)

# What is said of older facts.
_SAID = (ExcuseGranted, AppealFiled, AppealDecided, EntryReversed)


@dataclass(frozen=True, slots=True)
class Month:
    """A closed month, in moments; its name is its first local day."""

    start: datetime
    end: datetime
    closed_at: datetime

    @property
    def first_day(self) -> date:
        """The first day, as clocks in China show it."""
        return china(self.start).date()

    @property
    def last_at(self) -> int:
        """The last second, in Unix seconds."""
        return unix_s(self.end) - 1

    def holds(self, at: int) -> bool:
        """Whether a Unix second lies in it."""
        return unix_s(self.start) <= at < unix_s(self.end)


def closed_month(now: datetime) -> Month:
    """The newest month that is closed."""
    return Month(*(datetime.fromtimestamp(at, UTC) for at in last_closed_month(unix_s(now))))


def month_of(first_day: date) -> Month:
    """The month that is named by its first local day."""
    since = datetime.combine(first_day, time(12), tzinfo=UTC) + timedelta(days=CLOSE_DAYS + 31)
    return closed_month(since)


async def facts_known(session: AsyncSession, *, runner_id: UUID, month: Month) -> list[AnyFact]:
    """What was on record at the close of what happened until the month's end.

    What people said of it until the close (excuses, appeals, reversals) counts for it.
    """
    stored = await months.facts_known(
        session,
        runner_id=runner_id,
        closed_at=month.closed_at,
        since=month.end - timedelta(days=SEEN_DAYS),
        lifelong_kinds=list(LIFELONG_KINDS),
    )
    facts = [parse_fact(each) for each in stored]
    return [
        fact if fact.at <= month.last_at else replace(fact, recorded_at=month.last_at)
        for fact in facts
        if fact.at <= month.last_at or isinstance(fact.body, _SAID)
    ]
