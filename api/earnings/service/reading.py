"""Reading earnings, and noting who else reads them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.earnings import queries
from api.earnings.events import EARNINGS_READ
from api.earnings.rules import Days
from api.errors import AppError, malformed
from api.events.log import emit
from api.identity.caller import STAFF, Caller
from api.kit.clock import CHINA, china
from api.kit.ids import new_id
from api.places.service import community_of_place
from api.runners.service.standing import the_runner

DAYS_MAX = 92
_DAYS_DEFAULT = 7


@dataclass(frozen=True, slots=True)
class Period:
    """Days on clocks in China, both included."""

    first: date
    last: date

    @property
    def since(self) -> datetime:
        """When it begins."""
        return datetime.combine(self.first, time(), CHINA)

    @property
    def before(self) -> datetime:
        """When it is over."""
        return datetime.combine(self.last + timedelta(days=1), time(), CHINA)


def period(first: date | None, last: date | None, *, now: datetime) -> Period:
    """The days asked for.

    Raises:
        AppError: malformed_request, where they run backwards or are too many.
    """
    last = last or china(now).date()
    # The calendar itself ends somewhere.
    if not date(2000, 1, 2) <= last <= date(2199, 12, 31):
        raise malformed("to", "not between the years 2000 and 2200")
    first = first or last - timedelta(days=_DAYS_DEFAULT - 1)
    if not 0 <= (last - first).days < DAYS_MAX:
        raise malformed("from", f"from 1 to {DAYS_MAX} days before the last one")
    return Period(first, last)


def the_days(field: str, found: Days | None) -> Days:
    """The month or quarter that was asked for.

    Raises:
        AppError: malformed_request, where there is no such one.
    """
    if found is None:
        raise malformed(field, "there is no such one")
    return found


async def read_as_staff(
    session: AsyncSession, *, runner_id: UUID, reason: str, caller: Caller
) -> None:
    """Let staff of the runner's community look, and keep that they did and why.

    Raises:
        AppError: role_missing, not_found.
    """
    caller.require_anywhere(STAFF)
    runner = await the_runner(session, runner_id=runner_id)
    community = await community_of_place(session, place_id=runner.community_id)
    if not caller.holds(STAFF, community.path):
        raise AppError("not_found")
    await emit(
        session,
        EARNINGS_READ,
        subject_id=new_id(),
        subject_seq=1,
        actor=caller.actor,
        now=caller.now,
        community_id=community.id,
        runner_id=str(runner_id),
        reason=reason,
    )


async def earned_days(
    session: AsyncSession, *, runner_id: UUID, asked: Period
) -> list[queries.Day]:
    """The sum of each day of a period, newest first; days without an order are left out."""
    return await queries.days(session, runner_id=runner_id, since=asked.since, before=asked.before)


def day_of(day: date | None, *, now: datetime) -> date:
    """The day asked for, or yesterday.

    Raises:
        AppError: malformed_request, out of the calendar.
    """
    asked = day or china(now).date() - timedelta(days=1)
    return period(asked, asked, now=now).last
