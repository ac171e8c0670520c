"""What is told of a case whose agreement is broken, or binds no more."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from api.agreements.queries import case_of_agreement
from api.bootstrap import Parts
from api.events.log import Event
from api.outcomes.service import drafting
from workers.task import task


@task
async def lapse(session: AsyncSession, event: Event, now: datetime, parts: Parts) -> None:
    """An agreement ended: it is told no more how well it went."""
    case_id = await case_of_agreement(session, agreement_id=event.subject_id)
    await drafting.lapse(session, case_id=case_id, now=now)


@task
async def lapse_of_case(session: AsyncSession, event: Event, now: datetime, parts: Parts) -> None:
    """It was broken."""
    await drafting.lapse(session, case_id=event.subject_id, now=now)
