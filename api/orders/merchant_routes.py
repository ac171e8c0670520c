"""HTTP of the orders that merchants place for their customers."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from api.identity.edge import Edge, InSession, SignedIn
from api.kit.http.routing import FeatureRouter
from api.kit.pagination import PageQuery
from api.merchants.service.seeing import own_merchant
from api.orders import queries
from api.orders.routes import order_out
from api.orders.schemas import OrderOut, OrderPage, OrderState
from api.orders.service import selling

router = FeatureRouter(prefix="/v1/merchants/{merchant_id}/orders", route_class=Edge, tags=["商户"])


class MerchantOrderQuery(PageQuery):
    """Which orders of the merchant to list."""

    state: OrderState | None = None


@router.get("", summary="商户的订单", response_model=OrderPage)
async def list_of_merchant(
    merchant_id: UUID,
    query: Annotated[MerchantOrderQuery, Query()],
    session: InSession,
    caller: SignedIn,
) -> OrderPage:
    """本店的人替顾客叫的跑腿,新的在前;取件码给来取货的骑手。"""
    await own_merchant(session, merchant_id=merchant_id, caller=caller)
    rows = await queries.listed(
        session,
        customer_id=None,
        community_id=None,
        merchant_id=merchant_id,
        state=query.state,
        kind=None,
        before=query.last_id,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row.order.id)
    return OrderPage(items=[order_out(c, is_own=True) for c in shown], next_cursor=cursor)


@router.post("/{order_id}/ready", summary="备货完成", response_model=OrderOut)
async def mark_ready(
    merchant_id: UUID, order_id: UUID, session: InSession, caller: SignedIn
) -> OrderOut:
    """货已备好,现在就可以来取;还没到时间的订单立即派给骑手。"""
    carried = await selling.mark_ready(
        session, merchant_id=merchant_id, order_id=order_id, caller=caller
    )
    return order_out(carried, is_own=True)


@router.post("/{order_id}/return", summary="确认退回门店", response_model=OrderOut)
async def confirm_return_there(
    merchant_id: UUID, order_id: UUID, session: InSession, caller: SignedIn
) -> OrderOut:
    """没送成的货已退回门店;本店的人都可以确认,费用按责任结算。"""
    carried = await selling.confirm_return(
        session, merchant_id=merchant_id, order_id=order_id, caller=caller
    )
    return order_out(carried, is_own=True)
