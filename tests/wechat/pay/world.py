"""A neighbourhood whose money goes through WeChat Pay, which the test plays by hand."""

from dataclasses import dataclass
from typing import Any

import httpx

from api.settings import Settings
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.sql import change, rows, value
from tests.fixtures.builders.worlds import World
from tests.wechat.pay.entries import Order, Refund
from tests.wechat.pay.sending import Forgery, Outgoing
from tests.wechat.pay.standin import PayStandIn, platform_pem
from tests.wechat.pay.vectors import APPID, KEY_ID, MCHID, MERCHANT_KEY, SERIAL, V3_KEY, pem
from tests.wechat.standin import SECRET, StandIn

OPENID = "oTEST00000000000000000000001"
_NUMBERS_SQL = "SELECT out_trade_no FROM payments WHERE order_id = $1 ORDER BY created_at"
_REFUNDS_SQL = "SELECT state FROM refunds WHERE order_id = $1"
_NOTICES_SQL = "SELECT notice_id, state, why FROM pay_notices WHERE notice_id = ANY ($1::text[])"


def paying_settings(url: str, mini_url: str) -> dict[str, Any]:
    """What an operator sets to be paid, with WeChat at these addresses."""
    return {
        "sandbox_payments": False,
        "wechat_appid": APPID,
        "wechat_secret": SECRET,
        "wechat_base_url": mini_url,
        "wechat_pay_mchid": MCHID,
        "wechat_pay_serial": SERIAL,
        "wechat_pay_private_key": pem("PRIVATE KEY", MERCHANT_KEY),
        "wechat_pay_v3_key": V3_KEY,
        "wechat_pay_platform_keys": {KEY_ID: platform_pem()},
        "wechat_pay_notify_base": "https://linli.example.org",
        "wechat_pay_base_url": url,
    }


def at_wechat_pay(settings: Settings, url: str, mini_url: str) -> Settings:
    """Settings of a server that is paid through this WeChat Pay."""
    said = {**settings.model_dump(), **paying_settings(url, mini_url)}
    for name, alias in (("database_url", "DATABASE_URL"), ("redis_url", "REDIS_URL")):
        said[alias] = said.pop(name)
    return Settings.model_validate(said)


@dataclass(slots=True)
class PayWorld:
    """The neighbourhood, WeChat Pay, and somebody who pays."""

    world: World
    wechat: PayStandIn
    mini: StandIn
    resident: Person

    async def placed(self) -> dict[str, Any]:
        """An order that waits for its money."""
        return await self.world.place(self.resident)

    async def prepared(self, order: dict[str, Any]) -> dict[str, str]:
        """What the client passes to `wx.requestPayment`."""
        answer = await self.resident.post("/v1/payments", {"order_id": order["id"]})
        return answer["request_payment"]

    async def paid(self, order: dict[str, Any]) -> Order:
        """Pay at WeChat, which does not tell us yet."""
        return self.wechat.pay(await self.prepared(order), openid=OPENID)

    async def told(self) -> list[int]:
        """WeChat tells what it has to tell; then our worker works."""
        statuses = await self.wechat.deliver(self.world.http)
        await self.world.settle()
        return statuses

    async def send(self, notice: Outgoing, forgery: Forgery | None = None) -> httpx.Response:
        """WeChat, or somebody else, sends one notice."""
        return await self.wechat.send(self.world.http, notice, forgery)

    async def state(self, order: dict[str, Any]) -> str:
        """Where an order stands."""
        return (await self.resident.get(f"/v1/orders/{order['id']}"))["state"]

    async def count(self, sql: str, *arguments: Any) -> int:
        """One number of the database."""
        return int(await value(self.world.parts, sql, *arguments))

    async def trades(self, order: dict[str, Any]) -> list[Order]:
        """What WeChat knows of the payments of an order, oldest first."""
        numbers = await rows(self.world.parts, _NUMBERS_SQL, order["id"])
        return [self.wechat.book.orders[number] for (number,) in numbers]

    async def refunds(self, order: dict[str, Any]) -> list[Refund]:
        """Every refund of an order that WeChat made, however often it was asked."""
        trades = await self.trades(order)
        return [r for r in self.wechat.book.refunds.values() if r.order in trades]

    async def refunded(self, order: dict[str, Any]) -> list[str]:
        """How our refunds of an order stand."""
        found = await rows(self.world.parts, _REFUNDS_SQL, order["id"])
        return [state for (state,) in found]

    async def notices(self, *ids: str) -> list[tuple[str, str | None]]:
        """How each of these notices was taken, and why not; none where it was not kept."""
        found = {r[0]: (r[1], r[2]) for r in await rows(self.world.parts, _NOTICES_SQL, list(ids))}
        return [found[i] for i in ids if i in found]


async def paying_world(world: World, wechat: PayStandIn, mini: StandIn) -> PayWorld:
    """With somebody who has a real openid, which development codes do not give."""
    resident = await world.person("resident1")
    known = f"UPDATE users SET openid = '{OPENID}' WHERE openid = 'dev:resident1'"
    await change(world.parts, known)
    return PayWorld(world, wechat, mini, resident)
