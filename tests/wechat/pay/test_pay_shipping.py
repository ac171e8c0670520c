"""Telling WeChat that something was delivered, without which the money stays frozen there."""

from datetime import UTC, datetime, timedelta

import pytest

from api.wechat.gateway import GatewayUnavailable, Shipping
from tests.fixtures.builders.sql import rows
from tests.wechat.conftest import MiniProgramWorld
from tests.wechat.pay.shipping import is_settled
from tests.wechat.pay.standin import PayStandIn
from tests.wechat.pay.vectors import APPID, MCHID
from tests.wechat.pay.world import OPENID, PayWorld

_AT = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


def _paid(mini: MiniProgramWorld) -> str:
    pay = PayStandIn()
    mini.wechat.pay = pay
    said = {
        "appid": APPID,
        "mchid": MCHID,
        "out_trade_no": "EO20261121000001",
        "description": "跑腿费",
        "notify_url": "https://linli.example.org/v1/wechat/pay/notify",
        "amount": {"total": 1250, "currency": "CNY"},
        "payer": {"openid": OPENID},
    }
    prepay_id = pay.book.prepay(said)["prepay_id"]
    return pay.book.pay(prepay_id, OPENID).transaction_id


def _shipping(transaction_id: str, *, at: datetime = _AT, item: str = "一份午饭") -> Shipping:
    return Shipping(transaction_id, OPENID, item, "delivery", at)


async def test_what_was_delivered_is_told_and_may_be_told_again(mini: MiniProgramWorld) -> None:
    """Once, a correction, and then it is final: whoever asks again learns that it was told."""
    number = _paid(mini)
    ship = mini.parts.mini_program.upload_shipping
    seen = [
        await ship(shipping=_shipping(number, at=_AT + timedelta(minutes=n), item="午" * 200))
        for n in range(3)
    ]
    assert mini.wechat.pay is not None
    order = next(iter(mini.wechat.pay.book.orders.values()))
    frozen = is_settled(mini.wechat.pay.book, order)
    mini.wechat.pay.offset_s += 30 * 86_400

    assert ["told", "told", "told_before"] == seen
    assert (False, True) == (frozen, is_settled(mini.wechat.pay.book, order))
    sent = mini.wechat.wire.asked[-1].json
    assert ("2026-11-21T12:02:00.000+08:00", 120, 2) == (
        sent["upload_time"],
        len(sent["shipping_list"][0]["item_desc"]),
        sent["logistics_type"],
    )


async def test_what_cannot_be_shipped_is_said(mini: MiniProgramWorld) -> None:
    """An unknown payment waits for its turn; one that was refunded whole is left alone."""
    number = _paid(mini)
    ship = mini.parts.mini_program.upload_shipping
    assert mini.wechat.pay is not None
    with pytest.raises(GatewayUnavailable):
        await ship(shipping=_shipping("4200000000000000000000000000"))
    mini.wechat.pay.book.refund(
        {
            "out_trade_no": "EO20261121000001",
            "out_refund_no": "RF1",
            "notify_url": "https://linli.example.org/v1/wechat/refund/notify",
            "amount": {"refund": 1250, "total": 1250, "currency": "CNY"},
        }
    )

    assert "not_shippable" == await ship(shipping=_shipping(number))


async def test_a_delivery_is_told_to_wechat_by_itself(bank: PayWorld) -> None:
    """Once it arrived, and again later where WeChat was away; then the money comes free."""
    runner = await bank.world.runner(1)
    order = await bank.placed()
    paid = await bank.paid(order)
    await bank.told()
    order = await bank.resident.get(f"/v1/orders/{order['id']}")
    await runner.post(f"/v1/jobs/{order['job_id']}/accept")
    job = f"/v1/jobs/{order['job_id']}"
    await runner.post(f"{job}/pick-up", {"code": order["pickup_code"]})
    await runner.post(f"{job}/stops/1/deliver", {"code": order["receipt_code"]})
    bank.mini.next_codes = [-1, -1, -1]
    await bank.world.settle()
    before = paid.shipped
    await bank.world.later(seconds=61)
    shipped = "SELECT shipped, ship_at FROM payments WHERE order_id = $1"
    after = await rows(bank.world.parts, shipped, order["id"])

    assert (0, 1) == (before, paid.shipped)
    assert [("told", None)] == after


async def test_work_done_for_a_cancelled_order_is_told_too(bank: PayWorld) -> None:
    """What is kept of its money would stay frozen; where all goes back nothing is told."""
    runner = await bank.world.runner(2)
    kept, free = await bank.placed(), await bank.placed()
    for order in (kept, free):
        await bank.paid(order)
        await bank.told()
    job_id = (await bank.resident.get(f"/v1/orders/{kept['id']}"))["job_id"]
    await runner.post(f"/v1/jobs/{job_id}/accept")
    await runner.post(f"/v1/jobs/{job_id}/arrive")
    await bank.world.later(seconds=121)
    for order in (kept, free):
        shown = await bank.resident.get(f"/v1/orders/{order['id']}/cancel-cost")
        body = {"reason": "changed_mind", "token": shown["token"]}
        await bank.resident.post(f"/v1/orders/{order['id']}/cancel", body)
    await bank.world.settle()
    await bank.world.later(seconds=61)
    cost_fen = (await bank.resident.get(f"/v1/orders/{kept['id']}"))["cost_fen"]
    trades = [*await bank.trades(kept), *await bank.trades(free)]
    shipped = {o.total - sum(r.fen for r in bank.wechat.book.refunds.values() if r.order is o):
               o.shipped for o in trades}  # fmt: skip

    assert 0 < cost_fen
    assert {cost_fen: 1, 0: 0} == shipped
