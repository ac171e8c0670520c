"""A WeChat Pay of the test's own, and our client of it."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

import pytest

from api.wechat.pay.client import WeChatPay
from api.wechat.pay.signing import PlatformKeys, read_merchant_key
from tests.wechat.pay.book import Order
from tests.wechat.pay.standin import PayStandIn, platform_pem
from tests.wechat.pay.vectors import APPID, KEY_ID, MCHID, MERCHANT_KEY, SERIAL, pem

OPENID = "oTEST00000000000000000000001"
NUMBER = "EO20261121000001"


@dataclass(slots=True)
class Paying:
    """The two sides, and what was counted of the calls."""

    wechat: PayStandIn
    client: WeChatPay
    outcomes: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    async def prepay(self, number: str = NUMBER, *, fen: int = 1250) -> str:
        """Announce a payment."""
        return await self.client.prepay(
            out_trade_no=number,
            amount_fen=fen,
            description="跑腿费,夜间",
            openid=OPENID,
            expires_at=None,
        )

    async def paid(self, number: str = NUMBER, *, fen: int = 1250) -> Order:
        """Announce a payment and make it."""
        given = self.client.request_payment(await self.prepay(number, fen=fen))
        return self.wechat.pay(given, openid=OPENID)


@pytest.fixture
async def paying() -> AsyncGenerator[Paying]:
    """WeChat Pay, and our client there with the toy key."""
    wechat = PayStandIn()
    outcomes: list[tuple[str, str]] = []
    async with wechat.serving() as url:
        client = WeChatPay(
            appid=APPID,
            key=read_merchant_key(mchid=MCHID, serial=SERIAL, pem=pem("PRIVATE KEY", MERCHANT_KEY)),
            platform=PlatformKeys({KEY_ID: platform_pem()}),
            base_url=url,
            notify_base="https://linli.example.org",
            observe=lambda call, outcome: outcomes.append((call, outcome)),
            clock=lambda: int(wechat.now()),
        )
        yield Paying(wechat, client, outcomes)
        await client.close_connections()
