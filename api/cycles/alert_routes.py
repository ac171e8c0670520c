"""HTTP of wanting to be told when a cycle opens."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from api.cycles.models import CycleAlert
from api.cycles.queries import announcing as queries
from api.cycles.schemas import AlertOut, AlertPage, JoinQuery, NewAlert
from api.cycles.service import announcing
from api.identity.edge import Edge, InSession, SignedIn
from api.kit.http.routing import FeatureRouter

router = FeatureRouter(prefix="/v1/cycle-alerts", route_class=Edge, tags=["买菜接龙"])


@router.post("", status_code=201, summary="接龙开始时提醒我", response_model=AlertOut)
async def set_alert(body: NewAlert, session: InSession, caller: SignedIn) -> CycleAlert:
    """这家商户的接龙开始、我家可以参加时提醒我;有常订的本来就会提醒。重复设置没有影响。"""
    return await announcing.set_alert(session, merchant_id=body.merchant_id, caller=caller)


@router.get("", summary="我的接龙提醒", response_model=AlertPage)
async def list_alerts(
    query: Annotated[JoinQuery, Query()], session: InSession, caller: SignedIn
) -> AlertPage:
    """新的在前。"""
    rows = await queries.alerts(
        session, user_id=caller.user_id, before=query.last_id, limit=query.limit + 1
    )
    shown, cursor = query.cut(rows, by=lambda row: row.id)
    return AlertPage(items=[AlertOut.model_validate(r) for r in shown], next_cursor=cursor)


@router.delete("/{merchant_id}", status_code=204, summary="不再提醒")
async def lift_alert(merchant_id: UUID, session: InSession, caller: SignedIn) -> Response:
    """没有设置过也一样。"""
    await announcing.lift_alert(session, merchant_id=merchant_id, caller=caller)
    return Response(status_code=204)
