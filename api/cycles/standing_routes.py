"""HTTP of standing orders."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from api.cycles.models import StandingOrder
from api.cycles.queries import standing as queries
from api.cycles.schemas import JoinQuery, NewStanding, StandingOut, StandingPage
from api.cycles.service import standing
from api.identity.edge import Edge, InSession, SignedIn
from api.kit.http.routing import FeatureRouter

router = FeatureRouter(prefix="/v1/standing-orders", route_class=Edge, tags=["买菜接龙"])


@router.post("", status_code=201, summary="新建常订", response_model=StandingOut)
async def start_standing(body: NewStanding, session: InSession, caller: SignedIn) -> StandingOrder:
    """这家商户每次接龙开始时自动下单,每次单独支付;没有的商品跳过。"""
    return await standing.start(
        session,
        merchant_id=body.merchant_id,
        wishes=tuple((w.product_id, w.count) for w in body.wishes),
        way=body.way,
        on_short=body.on_short,
        caller=caller,
    )


@router.get("", summary="我的常订", response_model=StandingPage)
async def list_standing(
    query: Annotated[JoinQuery, Query()], session: InSession, caller: SignedIn
) -> StandingPage:
    """新的在前。"""
    rows = await queries.of_customer(
        session,
        customer_id=caller.user_id,
        before=query.last_id,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row.id)
    return StandingPage(items=[StandingOut.model_validate(r) for r in shown], next_cursor=cursor)


@router.post("/{standing_id}/pause", summary="暂停常订", response_model=StandingOut)
async def pause_standing(standing_id: UUID, session: InSession, caller: SignedIn) -> StandingOrder:
    """以后的接龙不再自动下单;已经下的单不变。"""
    return await standing.change(session, standing_id=standing_id, event="pause", caller=caller)


@router.post("/{standing_id}/resume", summary="恢复常订", response_model=StandingOut)
async def resume_standing(standing_id: UUID, session: InSession, caller: SignedIn) -> StandingOrder:
    """从正在进行的接龙继续。"""
    return await standing.change(session, standing_id=standing_id, event="resume", caller=caller)


@router.post("/{standing_id}/end", summary="结束常订", response_model=StandingOut)
async def end_standing(standing_id: UUID, session: InSession, caller: SignedIn) -> StandingOrder:
    """结束后不能恢复;已经下的单不变。"""
    return await standing.change(session, standing_id=standing_id, event="end", caller=caller)
