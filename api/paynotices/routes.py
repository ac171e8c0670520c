"""The doors for what WeChat Pay notifies us of."""

from fastapi import Request, Response

from api.identity.door import OutsideDoor
from api.identity.edge import WithParts
from api.kit.clock import wall_s
from api.kit.http.routing import FeatureRouter
from api.paynotices import service
from api.wechat.pay.signing import Signed


class NoticeDoor(OutsideDoor):
    """WeChat Pay's body is signed as it is: the route reads it by itself."""

    takes_json = False


router = FeatureRouter(prefix="/v1/wechat", route_class=NoticeDoor, tags=["微信推送"])


@router.post(
    "/pay/notify", status_code=204, summary="接收支付通知", response_class=Response,
    responses={403: {}},
)  # fmt: skip
async def receive_payment(request: Request, parts: WithParts) -> Response:
    """微信支付的通知:验签后原样存下并立即应答,重复的通知只处理一次。"""
    return await _received(request, parts)


@router.post(
    "/refund/notify", status_code=204, summary="接收退款通知", response_class=Response,
    responses={403: {}},
)  # fmt: skip
async def receive_refund(request: Request, parts: WithParts) -> Response:
    """微信支付的退款通知:处理方式与支付通知相同。"""
    return await _received(request, parts)


async def _received(request: Request, parts: WithParts) -> Response:
    body = await request.body()
    notice = service.read_notice(
        parts.notice_keys, signed=Signed.of(request.headers), body=body, now_s=wall_s()
    )
    async with parts.database.transaction() as (session, now):
        await service.keep(session, notice=notice, body=body, now=now)
    return Response(status_code=204)
