"""What happens to the texts of a case that is mediated no more."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from api.agreements.service import performing, proposing
from api.bootstrap import Parts
from api.events.log import Event
from workers.task import task


@task
async def close(session: AsyncSession, event: Event, now: datetime, parts: Parts) -> None:
    """Nothing is left to be signed; what went on to somebody else is not followed here."""
    await proposing.lapse(session, case_id=event.subject_id, now=now)
    await performing.end_with_case(session, case_id=event.subject_id, now=now)
