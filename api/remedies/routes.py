"""HTTP of making good: reporting goods, deciding, and who has goods that are called back."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from api.cycles.queries import cycles
from api.errors import AppError
from api.identity.caller import STAFF
from api.identity.edge import Edge, InSession, KeyedEdge, SignedIn, WithParts
from api.jobs.routes import said_of
from api.kit.http.routing import FeatureRouter
from api.merchants.service.seeing import own_merchant
from api.orders.service.cancelling import visible_order
from api.places.service import community_of_staff
from api.remedies import queries
from api.remedies.rules import Claim
from api.remedies.schemas import (
    BuyerOut,
    BuyerPage,
    BuyerQuery,
    NewReport,
    RecallList,
    RecallOut,
    ReportList,
    ReportOut,
    ReportPage,
    ReportQuery,
    Words,
)
from api.remedies.service import deciding, reporting
from api.remedies.service.seeing import recalled_lot
from api.remedies.views import reports_out

router = FeatureRouter(prefix="/v1", route_class=Edge, tags=["买菜接龙"])
# Reports and decisions send money back: the idempotency key is required.
money = FeatureRouter(prefix="/v1", route_class=KeyedEdge, tags=["买菜接龙"])


@money.post(
    "/cycle-orders/{cycle_order_id}/reports",
    status_code=201,
    summary="反映缺货或变质",
    response_model=ReportOut,
)
async def report_goods(
    cycle_order_id: UUID, body: NewReport, session: InSession, caller: SignedIn, parts: WithParts
) -> ReportOut:
    """收到或取走后48小时内,少了、坏了或分量不足,每种商品一次,要有照片。

    不超过30元、30天内没满3次的马上退款;其余由商户或社区在48小时内处理,过时没人处理也退款。
    """
    row = await reporting.report(
        session,
        order_id=cycle_order_id,
        item_id=body.item_id,
        claim=Claim(body.wrong, body.count, body.real_g),
        said=said_of(body),
        vault=parts.vault,
        caller=caller,
    )
    return (await reports_out(session, [row], vault=parts.vault, caller=caller))[0]


@router.get(
    "/cycle-orders/{cycle_order_id}/reports", summary="订单里反映的问题", response_model=ReportList
)
async def list_reports_of_order(
    cycle_order_id: UUID, session: InSession, caller: SignedIn, parts: WithParts
) -> ReportList:
    """下单人和工作人员可见。"""
    await visible_order(session, order_id=cycle_order_id, caller=caller)
    rows = await queries.of_order(session, order_id=cycle_order_id)
    return ReportList(items=await reports_out(session, rows, vault=parts.vault, caller=caller))


@router.get("/goods-reports", summary="反映的商品问题", response_model=ReportPage)
async def list_reports(
    query: Annotated[ReportQuery, Query()],
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> ReportPage:
    """我反映的,新的在前;商户用 `merchant_id`,工作人员用 `community_id`。"""
    if query.merchant_id is not None:
        await own_merchant(session, merchant_id=query.merchant_id, caller=caller)
    elif query.community_id is not None:
        await community_of_staff(session, place_id=query.community_id, roles=STAFF, caller=caller)
    is_own = query.merchant_id is None and query.community_id is None
    rows = await queries.listed(
        session,
        merchant_id=query.merchant_id,
        community_id=query.community_id if query.merchant_id is None else None,
        reporter_id=caller.user_id if is_own else None,
        state=query.state,
        before=query.last_id,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row.id)
    items = await reports_out(session, shown, vault=parts.vault, caller=caller)
    return ReportPage(items=items, next_cursor=cursor)


@money.post("/goods-reports/{goods_report_id}/grant", summary="同意退款", response_model=ReportOut)
async def grant(
    goods_report_id: UUID, session: InSession, caller: SignedIn, parts: WithParts
) -> ReportOut:
    """商户或工作人员同意;退款由商户货款承担,不够的由平台承担,从不扣骑手的钱。"""
    row = await deciding.grant(session, report_id=goods_report_id, caller=caller)
    return (await reports_out(session, [row], vault=parts.vault, caller=caller))[0]


@money.post("/goods-reports/{goods_report_id}/object", summary="提出异议", response_model=ReportOut)
async def object_to(
    goods_report_id: UUID, body: Words, session: InSession, caller: SignedIn, parts: WithParts
) -> ReportOut:
    """商户不同意时写明理由,由社区裁定。"""
    row = await deciding.object_to(
        session, report_id=goods_report_id, said=said_of(body), vault=parts.vault, caller=caller
    )
    return (await reports_out(session, [row], vault=parts.vault, caller=caller))[0]


@money.post(
    "/goods-reports/{goods_report_id}/decline", summary="不予退款", response_model=ReportOut
)
async def decline(
    goods_report_id: UUID, body: Words, session: InSession, caller: SignedIn, parts: WithParts
) -> ReportOut:
    """工作人员裁定不退,必须写明理由。"""
    row = await deciding.decline(
        session, report_id=goods_report_id, said=said_of(body), vault=parts.vault, caller=caller
    )
    return (await reports_out(session, [row], vault=parts.vault, caller=caller))[0]


@router.get(
    "/cycle-orders/{cycle_order_id}/recalls", summary="订单里被召回的", response_model=RecallList
)
async def list_recalls(cycle_order_id: UUID, session: InSession, caller: SignedIn) -> RecallList:
    """被召回的商品、批号、原因和退款。"""
    await visible_order(session, order_id=cycle_order_id, caller=caller)
    if await cycles.share(session, order_id=cycle_order_id) is None:
        raise AppError("not_found")
    return RecallList(
        items=[
            RecallOut(
                item_id=item.id,
                name=item.name,
                lot_id=lot.id,
                label=lot.label,
                reason=lot.recall_reason,  # pyright: ignore[reportArgumentType]
                state=line.state,  # pyright: ignore[reportArgumentType]
                refund_fen=line.refund_fen,
                found_at=line.found_at,
            )
            for line, item, lot in await queries.recalled_of_order(session, order_id=cycle_order_id)
        ]
    )


@router.get("/lots/{lot_id}/orders", summary="召回涉及的订单", response_model=BuyerPage)
async def list_buyers(
    lot_id: UUID,
    query: Annotated[BuyerQuery, Query()],
    session: InSession,
    caller: SignedIn,
) -> BuyerPage:
    """批次召回后,哪些订单拿到或本来会拿到;商户和工作人员可见,只有单号,旧的在前。"""
    await recalled_lot(session, lot_id=lot_id, caller=caller)
    rows = await queries.recalled_of_lot(
        session, lot_id=lot_id, after=query.last_id, limit=query.limit + 1
    )
    shown, cursor = query.cut(rows, by=lambda row: row[0].id)
    return BuyerPage(
        items=[
            BuyerOut(
                order_id=order.id,
                number=order.number,
                item_id=line.item_id,
                state=line.state,  # pyright: ignore[reportArgumentType]
                refund_fen=line.refund_fen,
                found_at=line.found_at,
            )
            for line, order in shown
        ],
        next_cursor=cursor,
    )
