"""What agreements wait for: reminders, the first day, the court's thirty days, visits."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.agreements.queries import to_call, to_court, to_perform, to_remind
from api.agreements.service.confirming import keep_clock
from api.agreements.service.performing import begin_performing, remind
from api.agreements.service.visiting import call
from api.bootstrap import Parts
from workers.sweeping import Sweep, sweep


async def remind_terms(parts: Parts) -> int:
    """Remind of what was agreed and is due soon."""

    async def move(session: AsyncSession, agreement_id: UUID, now: datetime) -> bool:
        return await remind(session, agreement_id=agreement_id, now=now)

    return await sweep(parts, to_remind, move)


async def begin_terms(parts: Parts) -> int:
    """Let cases be performed of whose agreement something is due."""

    async def move(session: AsyncSession, agreement_id: UUID, now: datetime) -> bool:
        return await begin_performing(session, agreement_id=agreement_id, now=now)

    return await sweep(parts, to_perform, move)


async def keep_court_clocks(parts: Parts) -> int:
    """Remind of the thirty days in which a court may confirm an agreement, and end them."""

    async def move(session: AsyncSession, agreement_id: UUID, now: datetime) -> bool:
        return await keep_clock(session, agreement_id=agreement_id, now=now)

    return await sweep(parts, to_court, move)


async def call_visits(parts: Parts) -> int:
    """Tell of visits whose day has come."""

    async def move(session: AsyncSession, visit_id: UUID, now: datetime) -> bool:
        return await call(session, visit_id=visit_id, now=now)

    return await sweep(parts, to_call, move)


AGREEMENT_TIMERS: tuple[tuple[str, Sweep, int], ...] = (
    ("remind_terms", remind_terms, 20),
    ("begin_terms", begin_terms, 20),
    ("keep_court_clocks", keep_court_clocks, 20),
    ("call_visits", call_visits, 20),
)
