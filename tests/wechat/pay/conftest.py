"""A WeChat Pay of the test's own, and our client of it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import pytest
from fastapi import FastAPI
from pytest_asyncio import fixture

from api.bootstrap import build
from api.doctor import examine
from api.embedded import StoreUrls
from api.wechat.pay.client import WeChatPay
from api.wechat.pay.signing import PlatformKeys, read_merchant_key
from tests.conftest import settings_for
from tests.fixtures.builders.worlds import make_world
from tests.fixtures.databases import Databases
from tests.fixtures.serving import client_of
from tests.wechat.pay.entries import Order
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
        # Nobody else asks this WeChat: there is nothing to wait for between two tries.
        client._transport._pause_s = (0.0, 0.0)
        yield Paying(wechat, client, outcomes)
        await client.aclose()


@pytest.fixture
async def bank(
    databases: Databases, stores: StoreUrls, server: tuple[FastAPI, str]
) -> AsyncGenerator[PayWorld]:
    """The product as in production, but for where its WeChat Pay is; the doctor finds nothing."""
    async with _banking(databases, stores, server) as opened:
        yield opened


@fixture(scope="module", loop_scope="session")
async def bank_of_file(
    databases: Databases, stores: StoreUrls, server: tuple[FastAPI, str]
) -> AsyncGenerator[PayWorld]:
    """The same for all tests of a file, each of which looks at its own orders."""
    async with _banking(databases, stores, server) as opened:
        yield opened


@pytest.fixture
def shared_bank(bank_of_file: PayWorld) -> PayWorld:
    """The bank of the file, at its own hour, in a good temper, with nothing to tell."""
    wechat = bank_of_file.wechat
    wechat.offset_s, wechat.book.basic_fen = 0.0, 100_000_000
    wechat.post.lose_all()
    for queue in (wechat.planned, wechat.on_answers, wechat.wire.mishaps):
        queue.clear()
    return bank_of_file


@asynccontextmanager
async def _banking(
    databases: Databases, stores: StoreUrls, server: tuple[FastAPI, str]
) -> AsyncGenerator[PayWorld]:
    app, url = server
    database = await databases.borrow()
    settings = settings_for(stores, database.url)
    wechat = PayStandIn()
    mini = StandIn(pay=wechat)
    async with (
        wechat.serving() as pay_url,
        mini.serving() as mini_url,
        client_of(url, limits=httpx.Limits(max_connections=100)) as http,
    ):
        before = app.state.parts
        app.state.parts = parts = build(at_wechat_pay(settings, pay_url, mini_url))
        await parts.open()
        try:
            yield await paying_world(await make_world(http, parts), wechat, mini)
            findings = await examine(database)
        finally:
            await parts.close()
            app.state.parts = before
            await databases.give_back(database)
    assert [] == [(f.invariant.name, f.keys) for f in findings]
