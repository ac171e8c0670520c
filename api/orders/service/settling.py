"""Settling the money for goods after delivery: the receipt decides, and the rest goes back."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.events.log import SYSTEM, emit
from api.orders import queries
from api.orders.events import ORDER_GOODS_SETTLED
from api.orders.goods import difference_fen
from api.orders.queries import Carried
from api.orders.service.booking import book_goods
from api.orders.service.cancelling import left_of

_GOING_ON = ("active", "disputed")


async def settle_goods_of(session: AsyncSession, *, job_id: UUID, now: datetime) -> None:
    """Settle every order of a job that was delivered with a receipt; safe to call twice."""
    for order_id in await queries.goods_to_settle(session, job_id=job_id):
        carried = await queries.carried(session, order_id=order_id, lock=True)
        assert carried is not None
        await settle_goods(session, carried, now=now)


def is_unsettled(carried: Carried) -> bool:
    """Whether it was delivered with a receipt, and its difference is still to go back."""
    order, stop = carried.order, carried.stop
    is_shown = stop is not None and stop.state == "delivered" and stop.spent_fen is not None
    return is_shown and order.spent_fen is None and order.state in _GOING_ON


async def settle_goods(session: AsyncSession, carried: Carried, *, now: datetime) -> None:
    """Settle a locked order by its receipt; safe to call twice."""
    if not is_unsettled(carried):
        return
    assert carried.stop is not None
    spent_fen, order = carried.stop.spent_fen, carried.order
    assert spent_fen is not None
    # Staff may have sent back more than the fee meanwhile: nothing goes back twice.
    refund_fen = min(
        difference_fen(goods_fen=order.goods_fen, spent_fen=spent_fen),
        left_of(order) - order.cost_fen,
    )
    version = await queries.settle_goods(
        session, order_id=order.id, spent_fen=spent_fen, refund_fen=refund_fen
    )
    assert version is not None, "the order was locked"
    await book_goods(session, order, spent_fen=spent_fen, refund_fen=refund_fen, now=now)
    await emit(
        session,
        ORDER_GOODS_SETTLED,
        subject_id=order.id,
        subject_seq=version,
        actor=SYSTEM,
        now=now,
        community_id=order.community_id,
        goods_fen=order.goods_fen,
        spent_fen=spent_fen,
        refund_fen=refund_fen,
    )
