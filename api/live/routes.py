"""HTTP of tickets."""

from api.identity.edge import Edge, InSession, SignedIn
from api.kit.http.routing import FeatureRouter
from api.live import service
from api.live.schemas import TicketOut

router = FeatureRouter(prefix="/v1", route_class=Edge, tags=["同步"])


@router.post("/ws-tickets", status_code=201, summary="实时连接的票", response_model=TicketOut)
async def open_ticket(session: InSession, caller: SignedIn) -> TicketOut:
    """浏览器的 `WebSocket` 和 `EventSource` 不能带请求头:先取一张票,再连 `/v1/live?ticket=…`。
    能带 `Authorization` 的客户端不需要票。连接和断开的约定见 `docs/live.md`。"""
    ticket = await service.open_ticket(session, caller=caller)
    return TicketOut(ticket=ticket, valid_s=service.VALID_S)
