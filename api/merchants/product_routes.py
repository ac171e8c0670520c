"""HTTP of products and lots."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from sqlmodel.ext.asyncio.session import AsyncSession

from api.identity.caller import Caller
from api.identity.edge import Edge, InSession, Parts, SignedIn, WithParts
from api.kit.http.routing import FeatureRouter
from api.kit.http.versions import IfMatch, read_version, show_version
from api.merchants import queries
from api.merchants.models import Product
from api.merchants.product_schemas import (
    LotOut,
    LotPage,
    LotQuery,
    NewLot,
    NewProduct,
    ProductEdit,
    ProductOut,
    ProductPage,
    ProductQuery,
    Recall,
)
from api.merchants.service import seeing, stocking, tracing
from api.merchants.views import lots_out, products_out

router = FeatureRouter(
    prefix="/v1/merchants/{merchant_id}/products", route_class=Edge, tags=["商户"]
)


@router.get("", summary="商品列表", response_model=ProductPage)
async def list_products(
    merchant_id: UUID,
    query: Annotated[ProductQuery, Query()],
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> ProductPage:
    """在架的商品;本店的人和工作人员可以连下架的一起看。"""
    _, is_inside = await seeing.seen_merchant(session, merchant_id=merchant_id, caller=caller)
    rows = await queries.products(
        session,
        merchant_id=merchant_id,
        states=("on_shelf", "off_shelf") if is_inside and query.shelf == "all" else ("on_shelf",),
        category=query.category,
        after=query.last_id,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row.id)
    items = await products_out(session, shown, vault=parts.vault, caller=caller)
    return ProductPage(items=items, next_cursor=cursor)


@router.post("", status_code=201, summary="添加商品", response_model=ProductOut)
async def add_product(
    merchant_id: UUID, body: NewProduct, session: InSession, caller: SignedIn, parts: WithParts
) -> ProductOut:
    """本店的人添加商品,默认立即上架。"""
    row = await stocking.add_product(
        session,
        merchant_id=merchant_id,
        goods=body.goods(),
        is_shown=body.is_shown,
        caller=caller,
    )
    return await _product(session, row, caller, parts)


@router.get("/{product_id}", summary="查看商品", response_model=ProductOut)
async def read_product(
    merchant_id: UUID,
    product_id: UUID,
    response: Response,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> ProductOut:
    """在架的商品,大家都能看。"""
    row, _ = await seeing.seen_product(
        session, merchant_id=merchant_id, product_id=product_id, caller=caller
    )
    show_version(response, row.version)
    return await _product(session, row, caller, parts)


@router.put("/{product_id}", summary="修改商品", response_model=ProductOut)
async def edit_product(
    merchant_id: UUID,
    product_id: UUID,
    body: ProductEdit,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
    if_match: IfMatch = None,
) -> ProductOut:
    """整体替换,`If-Match` 带上读到的版本;已卖出的按原价。"""
    row = await stocking.change_product(
        session,
        merchant_id=merchant_id,
        product_id=product_id,
        version=read_version(if_match),
        goods=body.goods(),
        caller=caller,
    )
    return await _product(session, row, caller, parts)


@router.delete("/{product_id}", status_code=204, summary="删除商品")
async def remove_product(
    merchant_id: UUID, product_id: UUID, session: InSession, caller: SignedIn
) -> Response:
    """不再显示,也不能恢复;批次记录仍然保留。"""
    await stocking.move_product(
        session, merchant_id=merchant_id, product_id=product_id, event="remove", caller=caller
    )
    return Response(status_code=204)


@router.post("/{product_id}/show", summary="上架", response_model=ProductOut)
async def show_product(
    merchant_id: UUID, product_id: UUID, session: InSession, caller: SignedIn, parts: WithParts
) -> ProductOut:
    """上架;已在架上则不变。"""
    row = await stocking.move_product(
        session, merchant_id=merchant_id, product_id=product_id, event="show", caller=caller
    )
    return await _product(session, row, caller, parts)


@router.post("/{product_id}/hide", summary="下架", response_model=ProductOut)
async def hide_product(
    merchant_id: UUID, product_id: UUID, session: InSession, caller: SignedIn, parts: WithParts
) -> ProductOut:
    """下架;已下架则不变。"""
    row = await stocking.move_product(
        session, merchant_id=merchant_id, product_id=product_id, event="hide", caller=caller
    )
    return await _product(session, row, caller, parts)


@router.get("/{product_id}/lots", summary="进货批次", response_model=LotPage)
async def list_lots(
    merchant_id: UUID,
    product_id: UUID,
    query: Annotated[LotQuery, Query()],
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> LotPage:
    """从哪里来、有什么证明、有没有召回,大家都能看;新的在前。"""
    _, is_inside = await seeing.seen_product(
        session, merchant_id=merchant_id, product_id=product_id, caller=caller
    )
    rows = await queries.lots(
        session,
        product_id=product_id,
        since=query.since,
        before=query.last_id,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row.id)
    items = await lots_out(session, shown, is_inside=is_inside, vault=parts.vault, caller=caller)
    return LotPage(items=items, next_cursor=cursor)


@router.post("/{product_id}/lots", status_code=201, summary="登记批次", response_model=LotOut)
async def record_lot(
    merchant_id: UUID,
    product_id: UUID,
    body: NewLot,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> LotOut:
    """进货查验记录:供货人、产地、日期和合格证;登记后不能修改。"""
    row = await tracing.record_lot(
        session,
        merchant_id=merchant_id,
        product_id=product_id,
        said=body.delivery(),
        vault=parts.vault,
        caller=caller,
    )
    return (await lots_out(session, [row], is_inside=True, vault=parts.vault, caller=caller))[0]


@router.post("/{product_id}/lots/{lot_id}/recall", summary="召回批次", response_model=LotOut)
async def recall_lot(
    merchant_id: UUID,
    product_id: UUID,
    lot_id: UUID,
    body: Recall,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> LotOut:
    """本店的人或社区管理人员召回;不能撤销。"""
    row = await tracing.recall_lot(
        session,
        merchant_id=merchant_id,
        product_id=product_id,
        lot_id=lot_id,
        reason=body.reason,
        caller=caller,
    )
    return (await lots_out(session, [row], is_inside=True, vault=parts.vault, caller=caller))[0]


async def _product(session: AsyncSession, row: Product, caller: Caller, parts: Parts) -> ProductOut:
    return (await products_out(session, [row], vault=parts.vault, caller=caller))[0]
