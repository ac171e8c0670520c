"""What happens to orders after an event of a job."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.bootstrap import Parts
from api.events.log import Event
from api.orders.service.cancelling import cancel_after_job, cancel_failed_stops
from api.orders.service.settling import settle_goods_of
from workers.task import task


@task
async def cancel_expired(session: AsyncSession, event: Event, now: datetime, parts: Parts) -> None:
    """Nobody took the job: cancel its orders, refunded in full."""
    for order_id in event.data["order_ids"]:
        await cancel_after_job(
            session, order_id=UUID(order_id), job_outcome="expired", reason=None, now=now
        )


@task
async def cancel_returned(session: AsyncSession, event: Event, now: datetime, parts: Parts) -> None:
    """The goods came back: cancel the orders, the money by fault."""
    for order_id in event.data["order_ids"]:
        await cancel_after_job(
            session,
            order_id=UUID(order_id),
            job_outcome="returned",
            reason=event.data["reason"],
            now=now,
        )


@task
async def cancel_failed(session: AsyncSession, event: Event, now: datetime, parts: Parts) -> None:
    """A job brought some of its orders: cancel those that it could not, the money by fault."""
    await cancel_failed_stops(session, job_id=event.subject_id, now=now)


@task
async def settle_goods(session: AsyncSession, event: Event, now: datetime, parts: Parts) -> None:
    """The goods were delivered: the receipt decides what of the money in front was needed."""
    await settle_goods_of(session, job_id=event.subject_id, now=now)
