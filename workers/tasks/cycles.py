"""What happens to cycles after an event of an order, and to people after one of a cycle."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from api.bootstrap import Parts
from api.cycles.service import announcing, returning
from api.events.log import Event
from workers.task import task


@task
async def give_back(session: AsyncSession, event: Event, now: datetime, parts: Parts) -> None:
    """An order was cancelled: if it was one of a cycle, what it took is there again."""
    await returning.give_back(session, order_id=event.subject_id, now=now)


@task
async def announce(session: AsyncSession, event: Event, now: datetime, parts: Parts) -> None:
    """A cycle opened: whoever wants to know gets an event of their own."""
    await announcing.announce(session, cycle_id=event.subject_id, now=now)
