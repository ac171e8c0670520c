"""What happens to repeating errands after an event."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from api.bootstrap import Parts
from api.events.log import Event
from api.repeats import service
from workers.task import task


@task
async def note_unpaid(session: AsyncSession, event: Event, now: datetime, parts: Parts) -> None:
    """An order was not paid in time: if it was a repeat's, that day is skipped."""
    if event.data["reason"] == "not_paid_in_time":
        await service.note_unpaid(session, order_id=event.subject_id, now=now)
