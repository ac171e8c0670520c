"""The doors for what WeChat Pay notifies us of."""

from fastapi import Request, Response

from api.identity.edge import Parts, WithParts, busy_where_passing, check_address, parts_of
from api.identity.hot import Handler, HotEdge
from api.kit.clock import wall_s
from api.kit.http.routing import FeatureRouter
from api.paynotices import service
from api.wechat.pay.signing import Signed


class NoticeDoor(HotEdge):
    """WeChat Pay's body is signed as it is, and answered in time however many come at once."""

    anonymous = True

    def get_route_handler(self) -> Handler:
        return self.answer

    async def answer(self, request: Request) -> Response:
        """Keep a notice that WeChat Pay signed, in the lane as well as behind it.

        Raises:
            AppError: push_not_signed, rate_limited, busy.
        """
        check_address(request)
        with busy_where_passing():
            return await self.endpoint(request, parts_of(request))


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


async def _received(request: Request, parts: Parts) -> Response:
    body = await request.body()
    notice = service.read_notice(
        parts.notice_keys, signed=Signed.of(request.headers), body=body, now_s=wall_s()
    )
    async with parts.database.hot() as connection:
        await service.keep(connection, notice=notice, body=body)
    return Response(status_code=204)
