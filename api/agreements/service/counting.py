"""The published figures of a place, with the cases that each was counted from."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.agreements import queries
from api.agreements.figures import Formula, Rate, formula_of, rates_of
from api.agreements.terms import ends_at, midnight
from api.errors import AppError
from api.identity.caller import STAFF, Caller
from api.places.queries import place

PERIOD_MAX = timedelta(days=366)
# What is counted at once; of more, ask for a shorter time.
CASES_MAX = 5000


@dataclass(frozen=True, slots=True)
class Figures:
    """Every rate of a place and a period, and the formula in force all the while."""

    formula: Formula
    rates: tuple[Rate, ...]


async def figures(
    session: AsyncSession, *, place_id: UUID, first: date, last: date, caller: Caller
) -> Figures:
    """Count the cases that were accepted at a place in a period of days.

    Raises:
        AppError: role_missing, not_found, period_wrong.
    """
    row = await place(session, place_id=place_id)
    caller.require_there(STAFF, () if row is None else row.path)
    if row is None:
        raise AppError("not_found")
    if not timedelta(0) <= last - first < PERIOD_MAX:
        raise AppError("period_wrong")
    try:
        formula = formula_of(first, last)
    except LookupError as error:
        raise AppError("period_wrong") from error
    counted = await queries.counted_cases(
        session, place_id=row.id, since=midnight(first), until=ends_at(last), limit=CASES_MAX + 1
    )
    # A rate of some of the cases would be none.
    if len(counted) > CASES_MAX:
        raise AppError("period_wrong")
    return Figures(formula, rates_of(counted, formula, now=caller.now))
