"""HTTP of where an order's money went, for staff."""

from uuid import UUID

from api.errors import AppError
from api.identity.caller import STAFF
from api.identity.edge import Edge, InSession, SignedIn
from api.kit.http.routing import FeatureRouter
from api.ledger.schemas import MovementsOut
from api.ledger.views import movements
from api.orders import queries

router = FeatureRouter(prefix="/v1", route_class=Edge, tags=["订单"])


@router.get("/orders/{order_id}/transfers", summary="订单的资金流水", response_model=MovementsOut)
async def read_transfers(order_id: UUID, session: InSession, caller: SignedIn) -> MovementsOut:
    """一个订单每一分钱的来去,供工作人员查看;规则见 `GET /v1/ledger/rules`。"""
    caller.require_anywhere(STAFF)
    carried = await queries.carried(session, order_id=order_id)
    if carried is None or not caller.holds(STAFF, carried.order.place_path):
        raise AppError("not_found")
    return await movements(session, order_id=order_id)
