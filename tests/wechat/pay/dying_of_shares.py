"""The table of what a process may die of on the way of a merchant's share; see `dying.py`.

Every death has a completed order of its own, whose payment WeChat keeps.
"""

from functools import partial
from typing import Any

from tests.fixtures.builders.harvests import farmer
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.shops import took
from tests.fixtures.builders.sql import change
from tests.fixtures.builders.worlds import point
from tests.fixtures.storms.deeds import Deed
from tests.wechat.pay.chance import Town
from tests.wechat.pay.dying import Row, bell, do, sweep_again
from tests.wechat.pay.errands import Errand

ACCOUNT = "1900000109"
_SHARE_SQL = "SELECT state FROM shares WHERE order_id = $1"
_RETURN_SQL = """
SELECT r.state FROM share_returns AS r JOIN shares AS s ON s.id = r.share_id WHERE s.order_id = $1
"""
_SOLD_FEN, _BACK_FEN = 300, 10
_PLAN = Deed(timer="plan_shares")


class Market:
    """A shop that is paid by sharing, and a runner who carries for it; made when first needed."""

    def __init__(self) -> None:
        self._shop: dict[str, Any] | None = None
        self._runner: Person | None = None

    async def open(self, town: Town) -> tuple[dict[str, Any], Person]:
        """Shop and runner."""
        if self._shop is None or self._runner is None:
            _, self._shop = await farmer(town.world)
            n = sum(name.startswith("runner") for name in town.world.people) + 1
            self._runner = await town.world.runner(n)
            town.wechat.sharing.licences[ACCOUNT] = self._shop["legal_name"]
            path = f"/v1/merchants/{self._shop['id']}/receiver"
            await town.world.admin.put(path, {"account": ACCOUNT})
            await town.pump()
        return self._shop, self._runner


async def _sold(market: Market, town: Town, errand: Errand) -> Deed:
    """Completed a week ago; the deed is deciding what becomes of the money."""
    shop, runner = await market.open(town)
    await town.place(errand)
    await town.prepare(errand)
    key = errand.order["id"]
    frozen = f"UPDATE payments SET is_frozen = true WHERE order_id = '{key}'"
    await change(town.parts, frozen)
    town.paid(errand.given[-1], errand)
    *_, paid = town.wechat.book.orders.values()
    paid.said["settle_info"] = {"profit_sharing": True}
    await town.knock(town.wechat.post.made[-1])
    await town.pump()
    order = await errand.resident.get(f"/v1/orders/{key}")
    job = f"/v1/jobs/{order['job_id']}"
    await town.world.stands(runner, point())
    await runner.post(f"{job}/accept")
    await runner.post(f"{job}/pick-up", {"code": order["pickup_code"]})
    await runner.post(f"{job}/stops/1/deliver", {"code": order["receipt_code"]})
    await errand.resident.post(f"/v1/orders/{key}/confirm")
    await took(town.world, shop, sold_fen=_SOLD_FEN, order_id=key)
    await town.pump()
    long_ago = "UPDATE orders SET completed_at = completed_at - interval '8 days' WHERE id ="
    await change(town.parts, f"{long_ago} '{key}'")
    # WeChat was told days ago that it arrived: else it refuses to share.
    await do(town, Deed(timer="ship_payments"))
    paid.shipped_at -= 3 * 86_400
    town.wechat.ahead_s += 61
    return _PLAN


async def _telling(market: Market, town: Town, errand: Errand) -> Deed:
    """Decided; the deed is telling WeChat."""
    await do(town, await _sold(market, town, errand))
    return await bell(town, "shares.pursue")


async def _asking_again(market: Market, town: Town, errand: Errand) -> Deed:
    """Decided; nobody heard the bell, so that the timer tells WeChat."""
    await _telling(market, town, errand)
    await town.pass_time(61)
    return Deed(timer="pursue_shares")


async def _returning(market: Market, town: Town, errand: Errand) -> Deed:
    """Shared, then refunded for missing goods; the deed is having it given back."""
    await do(town, await _telling(market, town, errand))
    await town.pass_time(61)
    await do(town, Deed(timer="pursue_shares"))
    path = f"/v1/orders/{errand.order['id']}"
    seen = await town.staff.get(path)
    said = {"amount_fen": _BACK_FEN, "reason": "goods_missing", "text": "少一把青菜"}
    await town.post(town.staff, f"{path}/refund", said, version=seen["version"])
    return await bell(town, "shares.pursue_return")


def rows_of_shares(town: Town) -> tuple[Row, ...]:
    """The rows, for one town; its settings are those of whoever dies."""
    town.parts.settings = town.parts.settings.model_copy(update={"wechat_pay_sharing_percent": 30})
    market = Market()
    shared = partial(Row, ends="shared", state_sql=_SHARE_SQL, after=sweep_again)
    return (
        shared("what becomes of kept money is decided", partial(_sold, market)),
        shared("WeChat is told of a share", partial(_telling, market)),
        shared("WeChat is told of a share again", partial(_asking_again, market)),
        Row("a share is given back", partial(_returning, market), ends="returned",
            state_sql=_RETURN_SQL, after=sweep_again),
    )  # fmt: skip
