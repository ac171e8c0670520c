"""Money through WeChat Pay: credited once, whatever the notices do, and never by a forged one."""

from datetime import timedelta
from typing import Any, get_args

import pytest

from tests.contract.problems import said
from tests.fixtures.builders.money import payments_of
from tests.fixtures.builders.racing import at_once
from tests.fixtures.builders.recovery import recover
from tests.fixtures.builders.sql import rows
from tests.wechat.pay.entries import No
from tests.wechat.pay.sending import Forgery
from tests.wechat.pay.standin import Planned
from tests.wechat.pay.world import OPENID, PayWorld

MIND = {"reason": "changed_mind"}
_REFUSED = "pay_notice.refused"
_STEPS_SQL = """
SELECT count(*) FROM events
WHERE name = 'order.activated' AND subject_id = $1
   OR name = 'payment.paid' AND data->>'order_id' = $1::text
"""


@pytest.fixture
def bank(shared_bank: PayWorld) -> PayWorld:
    """One for the whole file: the doctor looks at all of it at its end."""
    return shared_bank


async def test_a_payment_told_twenty_times_is_credited_once(bank: PayWorld) -> None:
    """Twenty copies at once, answered 204 each; one row, one activation. And one more later."""
    order = await bank.placed()
    paid = await bank.paid(order)
    notice = bank.wechat.post.made[-1]
    answers = await at_once(*(bank.send(notice) for _ in range(20)))
    await bank.world.settle()
    late = await bank.send(notice)
    await bank.world.settle()

    assert {204} == {a.status_code for a in (*answers, late)}
    assert "active" == await bank.state(order)
    assert [("taken", None)] == await bank.notices(notice.id)
    assert 2 == await bank.count(_STEPS_SQL, order["id"])
    number = "SELECT transaction_id FROM payments WHERE order_id = $1"
    assert [(paid.transaction_id,)] == await rows(bank.world.parts, number, order["id"])


async def test_a_forged_notice_leaves_nothing(bank: PayWorld) -> None:
    """Fourteen kinds: refused at the door, no row, no effect; the true one is taken after them."""
    order = await bank.placed()
    await bank.paid(order)
    notice = bank.wechat.post.made[-1]
    seen = {f: said(await bank.send(notice, f)) for f in get_args(Forgery)}
    kept = await bank.count("SELECT count(*) FROM pay_notices WHERE notice_id = $1", notice.id)
    before = await bank.state(order)

    assert 14 == len(seen)
    assert {(403, "push_not_signed")} == set(seen.values())
    assert (0, "awaiting_payment") == (kept, before)
    assert [204] == await bank.told()
    assert "active" == await bank.state(order)


@pytest.mark.timeout(180)
async def test_a_signed_notice_that_does_not_fit_is_refused_and_told(bank: PayWorld) -> None:
    """Another amount, merchant, app, payer, order, transaction, kind: nothing is credited."""
    staff = await bank.world.person("staff1")
    order, other = await bank.placed(), await bank.placed()
    await bank.paid(other)
    await bank.told()
    await bank.paid(order)
    first, notice = bank.wechat.post.made[-2:]
    of_other: dict[str, Any] = first.inner
    money = {"total": 1, "payer_total": 1, "currency": "CNY", "payer_currency": "CNY"}
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"amount": money}, "amount_differs"),
        ({"amount": {**notice.inner["amount"], "currency": "USD"}}, "unreadable"),
        ({"mchid": "1900000002"}, "merchant_differs"),
        ({"appid": "wx0000000000000002"}, "merchant_differs"),
        ({"payer": {"openid": "oTEST00000000000000000000002"}}, "payer_differs"),
        ({"out_trade_no": "nobody-s-number"}, "number_unknown"),
        ({"out_trade_no": of_other["out_trade_no"]}, "transaction_differs"),
        ({"transaction_id": of_other["transaction_id"]}, "transaction_differs"),
        ({"transaction_id": ""}, "unreadable"),
        ({"trade_state": "NOTPAY"}, "not_paid"),
        ({"trade_state": "SOLD"}, "unreadable"),
    ]
    answers = [
        await bank.send(notice.saying(id=f"EV-wrong-{n}", **instead))
        for n, (instead, _) in enumerate(wrong)
    ]
    await bank.world.settle()
    refused = await bank.notices(*(f"EV-wrong-{n}" for n in range(len(wrong))))
    told = [
        [t["kind"] for t in (await who.get("/v1/me/inbox?limit=50"))["items"]].count(_REFUSED)
        for who in (staff, bank.world.admin)
    ]

    assert {204} == {a.status_code for a in answers}
    assert [("refused", why) for _, why in wrong] == refused
    assert "awaiting_payment" == await bank.state(order)
    # The staff of the place; what names no order of ours goes to whoever runs the deployment.
    known = [why for _, why in wrong if why not in ("number_unknown", "unreadable")]
    assert [len(known), len(wrong) - len(known)] == told
    assert [204] == await bank.told()
    assert "active" == await bank.state(order)


async def test_a_payment_that_is_never_told_is_found(bank: PayWorld) -> None:
    """The notice is lost: a minute later it is asked for, and found within ninety seconds."""
    order = await bank.placed()
    await bank.paid(order)
    bank.wechat.post.lose_all()
    await bank.world.later(seconds=61)

    assert "active" == await bank.state(order)


async def test_a_door_that_was_shut_is_knocked_at_again(bank: PayWorld) -> None:
    """While we are away the notice waits for its next turn, fifteen seconds later."""
    order = await bank.placed()
    await bank.paid(order)
    keys, bank.world.parts.notice_keys = bank.world.parts.notice_keys, None
    away = await bank.told()
    bank.world.parts.notice_keys = keys
    early = await bank.told()
    bank.wechat.offset_s += 15
    then = await bank.told()

    assert ([403], [], [204]) == (away, early, then)
    assert "active" == await bank.state(order)


async def test_a_cancelled_order_is_closed_at_wechat(bank: PayWorld) -> None:
    """Nobody pays it any more; and it is asked about until WeChat says so, and no longer."""
    order = await bank.placed()
    given = await bank.prepared(order)
    bank.wechat.planned.extend([Planned(500, "SYSTEM_ERROR")] * 2)
    await bank.resident.post(f"/v1/orders/{order['id']}/cancel", MIND)
    await bank.world.settle()
    (trade,) = await bank.trades(order)
    open_still = trade.state
    await bank.world.later(seconds=61)
    await recover(bank.world.parts)
    asked = bank.wechat.calls(trade.said["out_trade_no"])
    await bank.world.later(hours=2)

    assert ("NOTPAY", "CLOSED") == (open_still, trade.state)
    with pytest.raises(No):
        bank.wechat.pay(given, openid=OPENID)
    assert asked == bank.wechat.calls(trade.said["out_trade_no"])
    is_shut = "SELECT is_shut FROM payments WHERE order_id = $1"
    assert [(True,)] == await rows(bank.world.parts, is_shut, order["id"])


async def test_money_for_a_cancelled_order_goes_back_by_itself(bank: PayWorld) -> None:
    """Paid between the cancelling and the closing, and nobody told: found, refunded whole, once."""
    order = await bank.placed()
    given = await bank.prepared(order)
    await bank.resident.post(f"/v1/orders/{order['id']}/cancel", MIND)
    bank.wechat.pay(given, openid=OPENID)
    notice = bank.wechat.post.made[-1]
    bank.wechat.post.lose_all()
    await bank.world.settle()
    await bank.send(notice)
    await bank.world.settle()
    (refund,) = await bank.refunds(order)
    bank.wechat.book.finish_refund(refund.said["out_refund_no"])
    await bank.told()

    assert order["fee_fen"] == refund.fen
    assert [("paid", False)] == await payments_of(bank.world, order["id"])
    assert ["succeeded"] == await bank.refunded(order)


async def test_a_second_payment_for_one_order_goes_back(bank: PayWorld) -> None:
    """WeChat gave up on the first number, the second was paid, then the first after all."""
    order = await bank.placed()
    await bank.prepared(order)
    (first,) = await bank.trades(order)
    first.state = "CLOSED"
    away = await bank.resident.refused("POST", "/v1/payments", json={"order_id": order["id"]})
    await bank.world.later(seconds=61)
    await bank.paid(order)
    await bank.told()
    first.state = "NOTPAY"
    bank.wechat.book.pay(next(iter(first.prepay_ids)), OPENID)
    await bank.told()

    assert (503, "payment_unavailable") == away
    assert "active" == await bank.state(order)
    assert [("paid", False), ("paid", True)] == await payments_of(bank.world, order["id"])
    assert [order["fee_fen"]] == [r.fen for r in await bank.refunds(order)]


async def test_a_second_payment_is_closed_once_the_first_is_paid_after_all(bank: PayWorld) -> None:
    """WeChat gave up on the first number, another was begun, then the first was paid: no other."""
    order = await bank.placed()
    await bank.prepared(order)
    (first,) = await bank.trades(order)
    first.state = "CLOSED"
    await bank.resident.refused("POST", "/v1/payments", json={"order_id": order["id"]})
    await bank.world.later(seconds=61)
    given = await bank.prepared(order)
    first.state = "NOTPAY"
    bank.wechat.book.pay(next(iter(first.prepay_ids)), OPENID)
    await bank.told()

    assert [("paid", True), ("closed", False)] == await payments_of(bank.world, order["id"])
    with pytest.raises(No):
        bank.wechat.pay(given, openid=OPENID)


@pytest.mark.parametrize("acts", [True, False])
async def test_a_refund_whose_answer_is_lost_is_one(bank: PayWorld, acts: bool) -> None:
    """A 500, having acted or not: asked again under the same number until the answer comes."""
    order = await bank.placed()
    await bank.paid(order)
    await bank.told()
    bank.wechat.planned.extend([Planned(500, "SYSTEM_ERROR", acts)] * 2)
    await bank.resident.post(f"/v1/orders/{order['id']}/cancel", MIND)
    await bank.world.settle()
    await bank.world.later(seconds=130)
    await recover(bank.world.parts)

    (refund,) = await bank.refunds(order)
    number = refund.said["out_refund_no"]
    assert (order["fee_fen"], 1) == (refund.fen, bank.wechat.book.acts[f"refund {number}"])
    bank.wechat.book.finish_refund(number)
    bank.wechat.post.lose_all()
    await bank.world.later(minutes=10)
    assert ["succeeded"] == await bank.refunded(order)


async def test_a_refund_waits_for_our_account_to_be_topped_up(bank: PayWorld) -> None:
    """Too little: it stays asked for, and goes through under its number; the notice ends it."""
    order = await bank.placed()
    await bank.paid(order)
    await bank.told()
    bank.wechat.book.basic_fen = 0
    await bank.resident.post(f"/v1/orders/{order['id']}/cancel", MIND)
    await bank.world.settle()
    waiting = await bank.refunded(order)
    bank.wechat.book.basic_fen = 100_000
    await bank.world.later(seconds=130)
    await recover(bank.world.parts)
    (refund,) = await bank.refunds(order)
    bank.wechat.book.finish_refund(refund.said["out_refund_no"])
    notice = bank.wechat.post.made[-1]
    amount = {**notice.inner["amount"], "refund": 1}
    for wrong in (
        notice.saying(id="EV-other-amount", amount=amount),
        notice.saying(id="EV-by-hand", out_refund_no="RF-by-hand"),
        notice.saying(id="EV-merchant", mchid="1900000002"),
    ):
        assert 204 == (await bank.send(wrong)).status_code
    await bank.world.settle()
    unmoved = await bank.refunded(order)
    await at_once(*(bank.send(notice) for _ in range(5)))
    await bank.world.settle()
    ids = ("EV-other-amount", "EV-by-hand", "EV-merchant", notice.id)
    whys = [why for _, why in await bank.notices(*ids)]

    assert ["requested"] == waiting == unmoved
    assert ["succeeded"] == await bank.refunded(order)
    assert ["amount_differs", "number_unknown", "merchant_differs", None] == whys
    assert order["fee_fen"] == refund.fen


async def test_wechat_takes_no_money_after_the_order_lapsed(bank: PayWorld) -> None:
    """The deadline of the order is told with the payment, and stays the same when asked again."""
    order = await bank.placed()
    first, second = await bank.prepared(order), await bank.prepared(order)
    asked = [a.json for a in bank.wechat.wire.asked if a.path.endswith("/jsapi")][-2:]
    # The clock of the database may be hours ahead, by the tests before.
    bank.wechat.offset_s += timedelta(days=1).total_seconds()
    with pytest.raises(No):
        bank.wechat.pay(first, openid=OPENID)

    assert first["package"] != second["package"]
    assert asked[0] == asked[1]
    assert {"timeStamp", "nonceStr", "package", "signType", "paySign"} == first.keys()
