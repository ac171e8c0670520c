"""The door for what WeChat pushes."""

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import PlainTextResponse

from api.identity.door import OutsideDoor
from api.identity.edge import WithParts
from api.kit.db import read_now
from api.kit.http.routing import FeatureRouter
from api.pushes import service
from api.pushes.schemas import Echo, Pushed


class PushDoor(OutsideDoor):
    """WeChat's body is signed, or sealed, as it is: the route reads it by itself."""

    takes_json = False


router = FeatureRouter(prefix="/v1/wechat", route_class=PushDoor, tags=["微信推送"])


@router.get(
    "/messages",
    summary="校验推送地址",
    response_class=PlainTextResponse,
    responses={403: {}},
)
async def check_address(said: Annotated[Echo, Query()], parts: WithParts) -> PlainTextResponse:
    """微信后台填写消息推送地址时的校验:签名正确则原样返回 `echostr`。"""
    service.check_plain(
        parts.push_keys, given=said.signature, timestamp=said.timestamp, nonce=said.nonce
    )
    async with parts.database.session(aside=True) as session:
        service.check_fresh(said.timestamp, now=await read_now(session))
    return PlainTextResponse(said.echostr)


@router.post(
    "/messages",
    summary="接收微信推送",
    response_class=PlainTextResponse,
    responses={403: {}},
)
async def receive(
    said: Annotated[Pushed, Query()], request: Request, parts: WithParts
) -> PlainTextResponse:
    """微信的消息推送(JSON 格式,明文或安全模式);处理订阅消息事件和图片检查,其余回 `success`。"""
    message = service.read_push(
        parts.push_keys,
        body=await request.body(),
        signature=said.signature,
        msg_signature=said.msg_signature,
        timestamp=said.timestamp,
        nonce=said.nonce,
    )
    async with parts.database.transaction(aside=True) as (session, now):
        service.check_fresh(said.timestamp, now=now)
        assert parts.push_keys is not None, "the message was checked with them"
        appid = parts.push_keys.appid
        await service.receive(session, message=message, appid=appid, now=now)
    return PlainTextResponse("success")
