"""WeChat Pay without a socket: our client's own requests, signed, handed to the stand-in as bytes.

Real are the client with its signatures, its tries and its judgement of every answer, and the
stand-in, which checks and signs. Played is the line between them, which may break on command.
"""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Literal

import httpx

from api.kit.breaker import Breaker
from api.wechat.pay.gateway import WeChatPayGateway
from api.wechat.pay.transport import PayTransport
from tests.wechat.pay.standin import PayStandIn
from tests.wechat.wire import Asked, Reply

LineMishap = Literal["not reached", "cut after acting", "cut before acting"]


@dataclass(slots=True)
class Line(httpx.AsyncBaseTransport):
    """Carries requests to the stand-in; each mishap befalls one request."""

    wechat: PayStandIn
    mishaps: deque[LineMishap] = field(default_factory=deque[LineMishap])

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One exchange; it can be died of on the way there and on the way back."""
        raw = await request.aread()
        mishap = self.mishaps.popleft() if self.mishaps else None
        if mishap == "not reached":
            raise httpx.ConnectError("not reached", request=request)
        target = request.url.raw_path.decode()
        asked = Asked(
            request.method, request.url.path, dict(request.url.params), raw, target,
            dict(request.headers),
        )  # fmt: skip
        await asyncio.sleep(0)
        if mishap == "cut before acting":
            raise httpx.ReadError("cut", request=request)
        self.wechat.wire.asked.append(asked)
        reply = self.wechat._answer(asked)
        await asyncio.sleep(0)
        if mishap == "cut after acting":
            raise httpx.ReadError("cut", request=request)
        assert isinstance(reply, Reply)
        return httpx.Response(
            reply.status, headers=reply.headers, stream=httpx.ByteStream(reply.raw)
        )


def connect(gateway: object, wechat: PayStandIn) -> Line:
    """Let our client talk to this stand-in, without a pause between two tries."""
    assert isinstance(gateway, WeChatPayGateway)
    transport: PayTransport = gateway.client._transport
    line = Line(wechat)
    transport._connected()._transport = line
    transport._pause_s = (0.0, 0.0)
    # The circuit has tests of its own; here every call is to be made.
    transport._breaker = Breaker(failures=1_000_000, rest_s=0.0)
    return line
