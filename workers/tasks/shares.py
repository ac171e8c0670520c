"""What happens after it was decided what becomes of money that WeChat keeps."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from api.bootstrap import Parts
from api.events.log import Event
from api.orders.service.booking import borne_of_refund
from api.shares.rules import BORNE_BY_MERCHANT
from api.shares.service import pursuing, receiving, returning
from workers.task import outside_task, task


@outside_task
async def pursue(event: Event, parts: Parts) -> None:
    """Ask WeChat now; if it does not answer, the timer does."""
    await pursuing.pursue(
        parts.database, parts.shares, share_id=event.subject_id, chaos=parts.chaos
    )


@outside_task
async def pursue_return(event: Event, parts: Parts) -> None:
    """Have it given back now; if WeChat does not answer, the timer does."""
    await returning.pursue_return(
        parts.database, parts.shares, return_id=event.subject_id, chaos=parts.chaos
    )


@outside_task
async def make_known(event: Event, parts: Parts) -> None:
    """Tell WeChat of a receiver now; if it does not answer, the timer does."""
    await receiving.make_known(parts.database, parts.shares, merchant_id=event.subject_id)


@task
async def plan_return(session: AsyncSession, event: Event, now: datetime, parts: Parts) -> None:
    """Goods were refunded for which the merchant answers, and it has its part already.

    What it is owed still pays first; it gives back what the platform bore beyond that.
    """
    if event.data["reason"] in BORNE_BY_MERCHANT:
        borne_fen = await borne_of_refund(
            session, order_id=event.subject_id, version=event.subject_seq
        )
        await returning.plan_return(
            session,
            order_id=event.subject_id,
            borne_fen=borne_fen,
            reason=f"decided_{event.subject_seq}",
            now=now,
        )
