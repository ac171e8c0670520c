"""A WeChat Pay of the test's own, and our client of it."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

import httpx
import pytest
from fastapi import FastAPI

from api.bootstrap import build
from api.doctor import examine
from api.settings import Settings
from api.wechat.pay.client import WeChatPay
from api.wechat.pay.signing import PlatformKeys, read_merchant_key
from tests.fixtures.builders.worlds import make_world
from tests.wechat.pay.book import Order
from tests.wechat.pay.standin import PayStandIn, platform_pem
from tests.wechat.pay.vectors import APPID, KEY_ID, MCHID, MERCHANT_KEY, SERIAL, pem
from tests.wechat.pay.world import OPENID, PayWorld, at_wechat_pay, paying_world
from tests.wechat.standin import StandIn

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
        await client.aclose()


@pytest.fixture
async def bank(
    http: httpx.AsyncClient, settings: Settings, server: tuple[FastAPI, str]
) -> AsyncGenerator[PayWorld]:
    """The product as in production, but for where its WeChat Pay is; the doctor finds nothing."""
    app, _ = server
    wechat = PayStandIn()
    mini = StandIn(pay=wechat)
    async with wechat.serving() as url, mini.serving() as mini_url:
        before, app.state.parts = app.state.parts, build(at_wechat_pay(settings, url, mini_url))
        parts = app.state.parts
        await parts.open()
        yield await paying_world(await make_world(http, parts), wechat, mini)
        findings = await examine(parts.database)
        await parts.close()
        app.state.parts = before
    assert [] == [(f.invariant.name, f.keys) for f in findings]
