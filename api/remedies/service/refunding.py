"""Sending back what a line cost too much: from what is held, else from the merchant's own."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.events.log import Actor
from api.orders.queries import Carried
from api.orders.service.booking import book_goods_refund
from api.orders.service.refunding import tell_refund


async def send_back(
    session: AsyncSession,
    carried: Carried,
    *,
    merchant_id: UUID,
    amount_fen: int,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Refund so much of the goods of a locked order; nothing where it is nothing."""
    if amount_fen == 0:
        return
    version = await tell_refund(
        session, carried, amount_fen=amount_fen, reason=reason, actor=actor, now=now
    )
    await book_goods_refund(
        session,
        carried.order,
        merchant_id=merchant_id,
        amount_fen=amount_fen,
        version=version,
        now=now,
    )
