"""Settling the money for goods after delivery: the receipt decides, and the rest goes back."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.events.log import SYSTEM, emit
from api.orders import queries
from api.orders.events import ORDER_GOODS_SETTLED
from api.orders.goods import difference_fen
from api.orders.service.cancelling import left_of


async def settle_goods_of(session: AsyncSession, *, job_id: UUID, now: datetime) -> None:
    """Settle every order of a job that was delivered with a receipt; safe to call twice."""
    for order_id in await queries.goods_to_settle(session, job_id=job_id):
        carried = await queries.carried(session, order_id=order_id, lock=True)
        assert carried is not None
        assert carried.stop is not None
        spent_fen, order = carried.stop.spent_fen, carried.order
        assert spent_fen is not None
        # Staff may have sent back more than the fee meanwhile: nothing goes back twice.
        refund_fen = min(
            difference_fen(goods_fen=order.goods_fen, spent_fen=spent_fen),
            left_of(order) - order.cost_fen,
        )
        version = await queries.settle_goods(
            session, order_id=order_id, spent_fen=spent_fen, refund_fen=refund_fen
        )
        if version is None:
            continue
        await emit(
            session,
            ORDER_GOODS_SETTLED,
            subject_id=order_id,
            subject_seq=version,
            actor=SYSTEM,
            now=now,
            community_id=order.community_id,
            goods_fen=order.goods_fen,
            spent_fen=spent_fen,
            refund_fen=refund_fen,
        )
