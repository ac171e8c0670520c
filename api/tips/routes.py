"""HTTP of tips."""

from uuid import UUID

from api.identity.edge import Edge, InSession, KeyedEdge, SignedIn
from api.kit.http.routing import FeatureRouter
from api.tips import service
from api.tips.models import Tip
from api.tips.schemas import OfferTip, TipOut, TipShown

router = FeatureRouter(prefix="/v1", route_class=Edge, tags=["订单"])
money = FeatureRouter(prefix="/v1", route_class=KeyedEdge, tags=["订单"])


@money.post("/orders/{order_id}/tip", status_code=201, summary="打赏", response_model=TipOut)
async def offer(order_id: UUID, body: OfferTip, session: InSession, caller: SignedIn) -> Tip:
    """完成后7天内可打赏骑手一次,全部归骑手;接着用 `POST /v1/payments` 付款,付款后不退。"""
    return await service.offer(
        session, order_id=order_id, amount_fen=body.amount_fen, caller=caller
    )


@router.get("/orders/{order_id}/tip", summary="查看打赏", response_model=TipShown)
async def read_tip(order_id: UUID, session: InSession, caller: SignedIn) -> TipShown:
    """自己付款的订单最近一次打赏。"""
    tip = await service.last_tip(session, order_id=order_id, caller=caller)
    return TipShown(tip=None if tip is None else TipOut.model_validate(tip))
