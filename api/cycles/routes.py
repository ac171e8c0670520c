"""HTTP of cycles: drafting, opening, cutting off, cancelling; who sees what."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from api.care.service import own_dependant
from api.cycles import views
from api.cycles.models import Cycle
from api.cycles.queries import cycles as queries
from api.cycles.queries.stocking import changes
from api.cycles.schemas import (
    CopyAsk,
    CycleDetail,
    CycleOut,
    CyclePage,
    CyclePlan,
    CycleQuery,
    ItemsIn,
    JoinOut,
    JoinPage,
    JoinQuery,
    NewCycle,
    StockChangePage,
    StockIn,
)
from api.cycles.service import drafting, opening, stocking
from api.cycles.service.seeing import is_run_by, seen_cycle
from api.errors import AppError
from api.identity.caller import STAFF
from api.identity.edge import Edge, InSession, KeyedEdge, SignedIn
from api.kit.http.routing import FeatureRouter
from api.kit.http.versions import IfMatch, read_version, show_version
from api.kit.pagination import PageQuery
from api.merchants.service.seeing import own_merchant
from api.orders.service.cancelling import visible_order
from api.places.service import community_of_staff

router = FeatureRouter(prefix="/v1", route_class=Edge, tags=["买菜接龙"])
# Cutting off and cancelling move money: the idempotency key is required.
money = FeatureRouter(prefix="/v1", route_class=KeyedEdge, tags=["买菜接龙"])


def plan_of(body: CyclePlan) -> drafting.Plan:
    """What was sent, as the service knows it."""
    return drafting.Plan(
        title=body.title,
        scope=tuple(dict.fromkeys(body.scope)),
        opens_at=body.opens_at,
        closes_at=body.closes_at,
        delivers_on=body.delivers_on,
        has_delivery=body.has_delivery,
        collection_place_id=body.collection_place_id,
        fee_fen=body.fee_fen,
        orders_min=body.orders_min,
        slots=tuple(drafting.Slot(s.begins_at, s.ends_at, s.capacity_count) for s in body.slots),
    )


@router.post("/cycles", status_code=201, summary="新建接龙", response_model=CycleOut)
async def draft(body: NewCycle, session: InSession, caller: SignedIn) -> Cycle:
    """商户或工作人员新建草稿,再添加商品,到时自动开始或手动开始。"""
    return await drafting.draft(
        session, merchant_id=body.merchant_id, plan=plan_of(body), caller=caller
    )


@router.get("/cycles", summary="接龙列表", response_model=CyclePage)
async def list_cycles(
    query: Annotated[CycleQuery, Query()], session: InSession, caller: SignedIn
) -> CyclePage:
    """我家可以参加的接龙,新的在前;替家人看用 `dependant_id`,
    商户用 `merchant_id`,工作人员用 `community_id`。"""
    home: list[UUID] = []
    if query.merchant_id is not None:
        await own_merchant(session, merchant_id=query.merchant_id, caller=caller)
    elif query.community_id is not None:
        await community_of_staff(session, place_id=query.community_id, roles=STAFF, caller=caller)
    elif query.dependant_id is not None:
        row = await own_dependant(session, dependant_id=query.dependant_id, caller=caller)
        home = list(row.place_path)
    else:
        home = await queries.home_of(session, user_id=caller.user_id)
    rows = await queries.listed(
        session,
        merchant_id=query.merchant_id,
        community_id=query.community_id,
        home=home,
        state=query.state,
        before=query.last_id,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row.id)
    return CyclePage(items=[CycleOut.model_validate(r) for r in shown], next_cursor=cursor)


@router.get("/cycles/{cycle_id}", summary="查看接龙", response_model=CycleDetail)
async def read_cycle(
    cycle_id: UUID, session: InSession, caller: SignedIn, response: Response
) -> CycleDetail:
    """商品、还剩几份、自提时段。"""
    row = await seen_cycle(session, cycle_id=cycle_id, caller=caller)
    show_version(response, row.version)
    return await views.detail(session, row)


@router.put("/cycles/{cycle_id}", summary="修改接龙草稿", response_model=CycleDetail)
async def edit(
    cycle_id: UUID,
    body: CyclePlan,
    session: InSession,
    caller: SignedIn,
    response: Response,
    if_match: IfMatch = None,
) -> CycleDetail:
    """只能修改草稿;自提时段整体替换。"""
    row = await drafting.change(
        session,
        cycle_id=cycle_id,
        version=read_version(if_match),
        plan=plan_of(body),
        caller=caller,
    )
    show_version(response, row.version)
    return await views.detail(session, row)


@router.put("/cycles/{cycle_id}/items", summary="设置接龙商品", response_model=CycleDetail)
async def edit_items(
    cycle_id: UUID,
    body: ItemsIn,
    session: InSession,
    caller: SignedIn,
    response: Response,
    if_match: IfMatch = None,
) -> CycleDetail:
    """草稿的全部商品,整体替换;名称、单位和价格取自商品。"""
    row = await drafting.offer(
        session,
        cycle_id=cycle_id,
        version=read_version(if_match),
        offered=[
            drafting.Offered(i.product_id, i.stock_count, i.household_max, i.price_fen)
            for i in body.items
        ],
        caller=caller,
    )
    show_version(response, row.version)
    return await views.detail(session, row)


@router.put(
    "/cycles/{cycle_id}/items/{item_id}/stock", summary="调整库存", response_model=CycleDetail
)
async def restock(
    cycle_id: UUID, item_id: UUID, body: StockIn, session: InSession, caller: SignedIn
) -> CycleDetail:
    """接龙进行中加货或减货,不能少于已订的(包括还没付款的);每次调整都留有记录。"""
    row = await stocking.restock(
        session,
        cycle_id=cycle_id,
        item_id=item_id,
        stock_count=body.stock_count,
        reason=body.reason,
        caller=caller,
    )
    return await views.detail(session, row)


@router.get(
    "/cycles/{cycle_id}/items/{item_id}/stock-changes",
    summary="库存调整记录",
    response_model=StockChangePage,
)
async def list_stock_changes(
    cycle_id: UUID,
    item_id: UUID,
    query: Annotated[PageQuery, Query()],
    session: InSession,
    caller: SignedIn,
) -> StockChangePage:
    """商户和工作人员查看:谁、何时、为什么,从多少改到多少;新的在前。"""
    row = await seen_cycle(session, cycle_id=cycle_id, caller=caller)
    if not await is_run_by(session, row, caller=caller):
        raise AppError("role_missing")
    if item_id not in {item.id for item in await queries.items(session, cycle_ids=[row.id])}:
        raise AppError("not_found")
    rows = await changes(
        session, item_id=item_id, before_n=query.last_number, limit=query.limit + 1
    )
    shown, cursor = query.cut(rows, by=lambda change: change.n)
    return StockChangePage(items=await views.stock_changes(session, shown), next_cursor=cursor)


@router.post(
    "/cycles/{cycle_id}/copy", status_code=201, summary="复制接龙", response_model=CycleDetail
)
async def copy(cycle_id: UUID, body: CopyAsk, session: InSession, caller: SignedIn) -> CycleDetail:
    """按以前的接龙新建草稿:价格取商品现价,已下架的商品不带过来。"""
    row = await drafting.copy(
        session,
        cycle_id=cycle_id,
        opens_at=body.opens_at,
        closes_at=body.closes_at,
        delivers_on=body.delivers_on,
        caller=caller,
    )
    return await views.detail(session, row)


@money.post("/cycles/{cycle_id}/open", summary="开始接龙", response_model=CycleOut)
async def open_now(cycle_id: UUID, session: InSession, caller: SignedIn) -> Cycle:
    """立即开始;要先添加商品。"""
    return await opening.open_by_hand(session, cycle_id=cycle_id, caller=caller)


@money.post("/cycles/{cycle_id}/close", summary="提前截单", response_model=CycleOut)
async def close_now(cycle_id: UUID, session: InSession, caller: SignedIn) -> Cycle:
    """立即截单:不再接受新的订单,等最后一笔付款有结果后关闭。"""
    return await opening.cut_off(session, cycle_id=cycle_id, caller=caller)


@money.post("/cycles/{cycle_id}/cancel", summary="取消接龙", response_model=CycleOut)
async def cancel(cycle_id: UUID, session: InSession, caller: SignedIn) -> Cycle:
    """截单前取消,所有订单全额退款。"""
    return await opening.cancel_by_hand(session, cycle_id=cycle_id, caller=caller)


@router.get("/cycles/{cycle_id}/orders", summary="接龙的订单", response_model=JoinPage)
async def list_orders(
    cycle_id: UUID,
    query: Annotated[JoinQuery, Query()],
    session: InSession,
    caller: SignedIn,
) -> JoinPage:
    """商户和工作人员查看全部订单,旧的在前。"""
    row = await seen_cycle(session, cycle_id=cycle_id, caller=caller)
    if not await is_run_by(session, row, caller=caller):
        raise AppError("role_missing")
    rows = await queries.orders(
        session,
        cycle_id=cycle_id,
        after=query.last_id,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row[0].id)
    return JoinPage(items=await views.shares(session, shown), next_cursor=cursor)


@router.get("/cycle-orders/{cycle_order_id}", summary="接龙订单的商品", response_model=JoinOut)
async def read_share(cycle_order_id: UUID, session: InSession, caller: SignedIn) -> JoinOut:
    """一份接龙订单里的商品、数量和预付金额;编号就是订单的编号。"""
    carried = await visible_order(session, order_id=cycle_order_id, caller=caller)
    share = await queries.share(session, order_id=cycle_order_id)
    if share is None:
        raise AppError("not_found")
    return (await views.shares(session, [(carried.order, share)]))[0]
