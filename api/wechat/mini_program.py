"""The real mini-program gateway: signing in, phone numbers and subscribe messages."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog

from api.kit.clock import china
from api.kit.crypto import Vault
from api.kit.redis_line import RedisLine
from api.wechat.fitting import fit
from api.wechat.gateway import (
    GatewayUnavailable,
    Identity,
    Opinion,
    PhoneNumber,
    Refused,
    Scene,
    Sent,
    Shipping,
    ShippingOutcome,
)
from api.wechat.opinions import read_opinion
from api.wechat.refusals import TOKEN_BAD, WeChatRefused, meaning, shipped_anyway, unchecked, unsent
from api.wechat.tokens import TokenCache
from api.wechat.transport import Call, Observe, Transport

_log = structlog.get_logger(__name__)

_OPENID = re.compile(r"[A-Za-z0-9_-]{6,64}")
_ITEM_LENGTH_MAX = 120
# 1 would be an express carrier with a tracking number.
_LOGISTICS = {"delivery": 2, "service": 3, "pickup": 4}
_SCENES: dict[Scene, int] = {"comment": 2, "forum": 3}
_PICTURE = 2
_TRACE_ID = re.compile(r"[\w.-]{1,128}")
_DIGITS = re.compile(r"[0-9]{1,20}")


class RealMiniProgram:
    """Talks to ``api.weixin.qq.com``, or to whatever stands at ``base_url``."""

    def __init__(
        self,
        *,
        appid: str,
        secret: str,
        base_url: str,
        release: str,
        line: RedisLine,
        vault: Vault,
        observe: Observe,
    ) -> None:
        """``release`` is ``formal``, ``trial`` or ``developer``: where messages lead to."""
        self._appid = appid
        self._secret = secret
        self._release = release
        self._transport = Transport(base_url, observe=observe)
        self._tokens = TokenCache(appid=appid, fetch=self._fetch_token, line=line, vault=vault)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._transport.close()

    async def identify(self, *, code: str) -> Identity:
        """Who holds a login code. The session key that comes along is not even looked at."""
        query = {
            "appid": self._appid,
            "secret": self._secret,
            "js_code": code,
            "grant_type": "authorization_code",
        }
        answer = await self._ask(Call("code2session", "/sns/jscode2session", query))
        openid, unionid = answer.get("openid"), answer.get("unionid")
        if not isinstance(openid, str) or not _OPENID.fullmatch(openid):
            raise GatewayUnavailable("an answer without an openid")
        return Identity(openid, unionid if isinstance(unionid, str) and unionid else None)

    async def phone_number(self, *, code: str) -> PhoneNumber:
        """The number behind a phone code, which goes in the body: in the query it is refused."""
        call = Call("phone_number", "/wxa/business/getuserphonenumber", {}, {"code": code})
        answer = await self._ask_with_token(call)
        info: dict[str, Any] = _object(answer.get("phone_info"))
        if _object(info.get("watermark")).get("appid") != self._appid:
            raise GatewayUnavailable("a number for another app")
        # Seen as text and as a number.
        number, country = str(info.get("purePhoneNumber")), str(info.get("countryCode"))
        if not _DIGITS.fullmatch(number) or not _DIGITS.fullmatch(country):
            raise GatewayUnavailable("an answer without a number")
        return PhoneNumber(number, country)

    async def send_subscribe(
        self, *, openid: str, template_id: str, data: Mapping[str, str], page: str | None
    ) -> Sent | Refused:
        """Send one message; one that may have left is never sent again."""
        body: dict[str, Any] = {
            "touser": openid,
            "template_id": template_id,
            "data": fit(data),
            "miniprogram_state": self._release,
            "lang": "zh_CN",
        }
        if page is not None:
            body["page"] = page
        path = "/cgi-bin/message/subscribe/send"
        call = Call("send_subscribe", path, {}, body, is_repeatable=False)
        try:
            answer = await self._with_token(call)
        except WeChatRefused as refused:
            if (why := unsent(refused)) is not None:
                return why
            raise _told(call, refused) from refused
        return Sent(str(answer.get("msgid", "")))

    async def upload_shipping(self, *, shipping: Shipping) -> ShippingOutcome:
        """Tell of one delivery, as a whole."""
        body: dict[str, Any] = {
            "order_key": {"order_number_type": 2, "transaction_id": shipping.transaction_id},
            "logistics_type": _LOGISTICS[shipping.kind],
            "delivery_mode": 1,
            "shipping_list": [{"item_desc": shipping.item[:_ITEM_LENGTH_MAX]}],
            "upload_time": china(shipping.at).isoformat(timespec="milliseconds"),
            "payer": {"openid": shipping.openid},
        }
        call = Call("upload_shipping", "/wxa/sec/order/upload_shipping_info", {}, body)
        try:
            await self._with_token(call)
        except WeChatRefused as refused:
            if (how := shipped_anyway(refused)) is not None:
                return how
            raise _told(call, refused) from refused
        return "told"

    async def check_text(self, *, openid: str, content: str, scene: Scene) -> Opinion:
        """What WeChat thinks of a text; an answer that we do not understand is no approval."""
        body = {"version": 2, "openid": openid, "scene": _SCENES[scene], "content": content}
        answer = await self._check(Call("check_text", "/wxa/msg_sec_check", {}, body))
        return read_opinion(answer.get("result"))

    async def check_picture(self, *, openid: str, url: str, scene: Scene) -> str:
        """Let WeChat look at a picture."""
        body = {
            "version": 2,
            "openid": openid,
            "scene": _SCENES[scene],
            "media_url": url,
            "media_type": _PICTURE,
        }
        answer = await self._check(Call("check_picture", "/wxa/media_check_async", {}, body))
        trace_id = answer.get("trace_id")
        if not isinstance(trace_id, str) or not _TRACE_ID.fullmatch(trace_id):
            raise GatewayUnavailable("an answer without a trace_id")
        return trace_id

    async def _check(self, call: Call) -> dict[str, Any]:
        try:
            return await self._with_token(call)
        except WeChatRefused as refused:
            if (why := unchecked(refused)) is not None:
                raise why from refused
            raise _told(call, refused) from refused

    async def _ask_with_token(self, call: Call) -> dict[str, Any]:
        try:
            return await self._with_token(call)
        except WeChatRefused as refused:
            raise _told(call, refused) from refused

    async def _with_token(self, call: Call) -> dict[str, Any]:
        """Ask; a token that is not good any more is dropped, and another one tried once."""
        token = await self._tokens.token()
        try:
            return await self._transport.ask(_with(call, token))
        except WeChatRefused as refused:
            if refused.code not in TOKEN_BAD:
                raise
        await self._tokens.drop(token)
        return await self._transport.ask(_with(call, await self._tokens.token()))

    async def _fetch_token(self) -> tuple[str, int]:
        body = {
            "grant_type": "client_credential",
            "appid": self._appid,
            "secret": self._secret,
            "force_refresh": False,
        }
        answer = await self._ask(Call("stable_token", "/cgi-bin/stable_token", {}, body))
        token, good_s = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token or type(good_s) is not int:
            raise GatewayUnavailable("an answer without a token")
        return token, good_s

    async def _ask(self, call: Call) -> dict[str, Any]:
        try:
            return await self._transport.ask(call)
        except WeChatRefused as refused:
            raise _told(call, refused) from refused


def _with(call: Call, token: str) -> Call:
    return replace(call, query={**call.query, "access_token": token})


def _told(call: Call, refused: WeChatRefused) -> Exception:
    """What the refusal means; loud where only the operator can mend it."""
    if refused.is_ours:
        _log.error("wechat_refused_us", call=call.name, code=refused.code, rid=refused.request_id)
    return meaning(refused)


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}  # pyright: ignore[reportUnknownVariableType]
