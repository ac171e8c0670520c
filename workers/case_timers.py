"""What waits for a time in a case: an answer of a mediator, of a side, an agreement."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.bootstrap import Parts
from api.mediation.queries.cases import due_asks, to_fail, to_lapse
from api.mediation.service.asking import time_out
from api.mediation.service.joining import lapse
from api.mediation.service.working import fail_by_time
from workers.sweeping import Sweep, sweep


async def ask_next_mediators(parts: Parts) -> int:
    """Ask the next mediator where one did not answer."""

    async def move(session: AsyncSession, ask_id: UUID, now: datetime) -> bool:
        return await time_out(session, ask_id=ask_id, now=now)

    return await sweep(parts, due_asks, move)


async def lapse_case_invitations(parts: Parts) -> int:
    """Count whoever did not say whether they want to be mediated as not willing."""

    async def move(session: AsyncSession, case_id: UUID, now: datetime) -> bool:
        return await lapse(session, case_id=case_id, now=now)

    return await sweep(parts, to_lapse, move)


async def fail_cases(parts: Parts) -> int:
    """End mediations whose time is over."""

    async def move(session: AsyncSession, case_id: UUID, now: datetime) -> bool:
        return await fail_by_time(session, case_id=case_id, now=now)

    return await sweep(parts, to_fail, move)


# Each timer, and how many polls apart it runs.
CASE_TIMERS: tuple[tuple[str, Sweep, int], ...] = (
    ("ask_next_mediators", ask_next_mediators, 4),
    ("lapse_case_invitations", lapse_case_invitations, 20),
    ("fail_cases", fail_cases, 20),
)
