"""The client of WeChat Pay against a server that checks every word of it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.wechat.gateway import (
    GatewayMisconfigured,
    GatewayUnavailable,
    NoSuchNumber,
    NotEnough,
    OutcomeUnknown,
    PaymentRefused,
)
from api.wechat.pay.bills import BillDamaged, BillReader, check_file, pack, yuan_to_fen
from api.wechat.pay.client import Transfer
from api.wechat.pay.gateway import WeChatPayGateway
from api.wechat.pay.refusals import meaning
from tests.wechat.pay.bills import day_of
from tests.wechat.pay.conftest import NUMBER, Paying
from tests.wechat.pay.entries import No
from tests.wechat.pay.standin import AnswerMishap, Planned
from tests.wechat.pay.world import OPENID
from tests.wechat.wire import Mishap

_BACK = "RF20261121000001"
_BILL = "T20261121000001"


def _transfer(**instead: Any) -> Transfer:
    said: dict[str, Any] = {
        "out_bill_no": _BILL,
        "openid": OPENID,
        "amount_fen": 5210,
        "remark": "11月20日跑腿报酬",
        "role": "社区跑腿员",
        "why": "11月20日完成12单",
    }
    return Transfer(**{**said, **instead})


async def _refund(paying: Paying, *, fen: int = 400, number: str = _BACK) -> str:
    answer = await paying.client.refund(
        out_trade_no=NUMBER, out_refund_no=number, amount_fen=fen, total_fen=1250, reason="差价退回"
    )
    return answer.status


async def test_a_payment_goes_from_announced_to_paid(paying: Paying) -> None:
    """What the client signs opens the pay page; asked again it is the same payment."""
    unknown = await paying.client.query(out_trade_no=NUMBER)
    first, second = await paying.prepay(), await paying.prepay()
    before = await paying.client.query(out_trade_no=NUMBER)
    order = paying.wechat.pay(paying.client.request_payment(first), openid=OPENID)
    after = await paying.client.query(out_trade_no=NUMBER)

    assert unknown is None
    assert first != second
    assert before is not None
    assert after is not None
    assert after.amount is not None
    assert ("NOTPAY", None) == (before.trade_state, before.transaction_id)
    assert ("SUCCESS", order.transaction_id, 1250) == (
        after.trade_state,
        after.transaction_id,
        after.amount.total,
    )


async def test_the_pay_page_refuses_what_we_did_not_sign(paying: Paying) -> None:
    """Another package, another app, another payer."""
    given = paying.client.request_payment(await paying.prepay())
    for changed, who in (
        ({**given, "package": "prepay_id=wx2"}, {"openid": OPENID}),
        (given, {"openid": OPENID, "appid": "wx0000000000000002"}),
        (given, {"openid": "oTEST00000000000000000000002"}),
    ):
        with pytest.raises(No):
            paying.wechat.pay(changed, **who)


async def test_a_payment_has_an_end(paying: Paying) -> None:
    """The deadline is told in China's time; what is closed or paid is announced no more."""
    await paying.client.prepay(
        out_trade_no=NUMBER,
        amount_fen=1,
        description="长" * 200,
        openid=OPENID,
        expires_at=datetime(2027, 1, 1, 4, 30, tzinfo=UTC),
    )
    said = paying.wechat.wire.asked[-1].json
    await paying.client.close(out_trade_no=NUMBER)
    await paying.client.close(out_trade_no=NUMBER)
    await paying.paid("EO20261121000002")

    assert ("2027-01-01T12:30:00+08:00", 127) == (said["time_expire"], len(said["description"]))
    with pytest.raises(PaymentRefused, match="ORDER_CLOSED"):
        await paying.prepay(fen=1)
    with pytest.raises(PaymentRefused, match="ORDERPAID"):
        await paying.client.close(out_trade_no="EO20261121000002")
    with pytest.raises(NoSuchNumber):
        await paying.client.close(out_trade_no="EO20261121000003")


async def test_a_refund_is_one_however_often_it_is_asked(paying: Paying) -> None:
    """Under one number once; parts add up to no more than was paid."""
    await paying.paid()
    seen = [await _refund(paying), await _refund(paying)]
    paying.wechat.book.finish_refund(_BACK)
    seen.append(await _refund(paying))
    found = await paying.client.query_refund(out_refund_no=_BACK)

    assert ["PROCESSING", "PROCESSING", "SUCCESS"] == seen
    assert found is not None
    assert 1 == paying.wechat.book.acts[f"refund {_BACK}"]
    assert await paying.client.query_refund(out_refund_no="none") is None
    with pytest.raises(PaymentRefused, match="INVALID_REQUEST"):
        await _refund(paying, fen=900, number="RF2")
    with pytest.raises(PaymentRefused, match="INVALID_REQUEST"):
        await _refund(paying, fen=401)
    paying.wechat.book.basic_fen = 0
    with pytest.raises(NotEnough):
        await _refund(paying, fen=850, number="RF3")
    paying.wechat.book.basic_fen = 850
    assert "PROCESSING" == await _refund(paying, fen=850, number="RF3")


async def test_a_runner_confirms_what_was_transferred(paying: Paying) -> None:
    """The report of scene 1005, the package for the client, the end by query."""
    bill = await paying.client.transfer(_transfer())
    again = await paying.client.transfer(_transfer())
    package = paying.client.confirm_transfer(bill)
    assert package is not None
    paying.wechat.book.confirm(package["package"], OPENID)
    done = await paying.client.query_transfer(out_bill_no=_BILL)

    assert ("WAIT_USER_CONFIRM", bill) == (bill.state, again)
    assert {"mchId", "appId", "package"} == package.keys()
    assert done is not None
    assert ("SUCCESS", 5210) == (done.state, done.transfer_amount)
    assert paying.client.confirm_transfer(done) is None
    assert 1 == paying.wechat.book.acts[f"transfer {_BILL}"]
    assert await paying.client.query_transfer(out_bill_no="none") is None


async def test_a_transfer_that_nobody_confirms_comes_back(paying: Paying) -> None:
    """After 24 hours by itself, before that by our asking; then nothing confirms it."""
    late = await paying.client.transfer(_transfer())
    paying.wechat.offset_s += 86_401
    overdue = await paying.client.query_transfer(out_bill_no=_BILL)
    await paying.client.transfer(_transfer(out_bill_no="T2"))
    taken = await paying.client.cancel_transfer(out_bill_no="T2")
    gone = await paying.client.query_transfer(out_bill_no="T2")

    assert overdue is not None
    assert gone is not None
    assert ("FAIL", "OVERDUE_CLOSE") == (overdue.state, overdue.fail_reason)
    assert ("CANCELING", "CANCELLED") == (taken.state, gone.state)
    assert 100_000_000 == paying.wechat.book.operating_fen
    with pytest.raises(No):
        paying.wechat.book.confirm(late.package_info or "", OPENID)


async def test_names_are_sealed_and_compared_where_it_is_much(paying: Paying) -> None:
    """From 2,000 yuan on; another name fails the transfer, and none is not even sent."""
    paying.wechat.book.names[OPENID] = "张三"
    right = await paying.client.transfer(_transfer(amount_fen=200_000, name="张三"))
    sent = paying.wechat.wire.asked[-1]
    wrong = await paying.client.transfer(
        _transfer(out_bill_no="T2", amount_fen=200_000, name="李四")
    )

    assert "张三".encode() not in sent.raw
    assert ["WAIT_USER_CONFIRM", "FAIL"] == [right.state, wrong.state]
    assert "NAME_NOT_CORRECT" == wrong.fail_reason
    for little in (_transfer(amount_fen=200_000), _transfer(amount_fen=9)):
        with pytest.raises(ValueError):
            await paying.client.transfer(little)
    assert 2 == paying.wechat.calls("transfer-bills")


async def test_an_account_that_is_too_low_says_so(paying: Paying) -> None:
    """Once it is topped up the same number goes through."""
    paying.wechat.book.operating_fen = 0
    with pytest.raises(NotEnough):
        await paying.client.transfer(_transfer())
    paying.wechat.book.operating_fen = 5210

    assert "WAIT_USER_CONFIRM" == (await paying.client.transfer(_transfer())).state


@pytest.mark.parametrize(
    "mishap", ["reset after acting", "reset", "500", "not json", "endless", "a list"]
)
async def test_an_answer_that_is_lost_is_asked_for_again_once(
    paying: Paying, mishap: Mishap
) -> None:
    """Under the same number: one refund, and nobody notices; lost twice the outcome is unknown."""
    await paying.paid()
    paying.wechat.wire.mishaps.append(mishap)
    found = await _refund(paying)
    paying.wechat.wire.mishaps.extend([mishap, mishap])
    with pytest.raises(OutcomeUnknown):
        await _refund(paying)

    assert ("PROCESSING", 1) == (found, paying.wechat.book.acts[f"refund {_BACK}"])


@pytest.mark.parametrize(
    "mishap", ["unsigned", "wrong key", "stale", "unknown serial", "changed", "rubbish"]
)
async def test_an_answer_that_wechat_did_not_sign_is_none(
    paying: Paying, mishap: AnswerMishap
) -> None:
    """However right it looks; a signed one that says nothing is none either."""
    await paying.paid()
    paying.wechat.on_answers.extend([mishap, mishap])
    with pytest.raises(OutcomeUnknown):
        await _refund(paying)
    paying.wechat.on_answers.clear()

    assert "PROCESSING" == await _refund(paying)
    assert 1 == paying.wechat.book.acts[f"refund {_BACK}"]


async def test_an_empty_answer_has_to_be_signed_too(paying: Paying) -> None:
    """204: what it means is in its headers only."""
    await paying.prepay()
    paying.wechat.on_answers.extend(["unsigned", "unsigned"])
    with pytest.raises(OutcomeUnknown):
        await paying.client.close(out_trade_no=NUMBER)
    await paying.client.close(out_trade_no=NUMBER)

    assert "CLOSED" == paying.wechat.book.orders[NUMBER].state


@pytest.mark.parametrize("acts", [True, False])
async def test_a_system_error_may_have_had_its_effect(paying: Paying, acts: bool) -> None:
    """Once: asked again under the same number. Twice: unknown, and later still one transfer."""
    paying.wechat.planned.extend([Planned(500, "SYSTEM_ERROR", acts)] * 2)
    with pytest.raises(OutcomeUnknown):
        await paying.client.transfer(_transfer())
    await paying.client.transfer(_transfer())

    assert 1 == paying.wechat.book.acts[f"transfer {_BILL}"]


@pytest.mark.parametrize(
    ("status", "code", "raised"),
    [
        (429, "FREQUENCY_LIMITED", GatewayUnavailable),
        (401, "SIGN_ERROR", GatewayMisconfigured),
        (403, "NO_AUTH", GatewayMisconfigured),
        (403, "NOT_ENOUGH", NotEnough),
        (403, "ACCOUNT_ERROR", PaymentRefused),
        (400, "PARAM_ERROR", PaymentRefused),
        (400, "SOMETHING_NEW", PaymentRefused),
        (503, "SOMETHING_NEW", OutcomeUnknown),
        (202, "ACCEPTED", OutcomeUnknown),
        (302, "FOUND", OutcomeUnknown),
    ],
)
async def test_a_refusal_is_what_its_code_means(
    paying: Paying, status: int, code: str, raised: type[Exception]
) -> None:
    """By the code; an unknown one by its HTTP class."""
    paying.wechat.planned.extend([Planned(status, code)] * 2)
    with pytest.raises(raised) as found:
        await _refund(paying)

    assert raised is type(found.value)


async def test_a_refusal_to_say_is_no_word_about_the_money(paying: Paying) -> None:
    """Neither is a payment unknown, nor did a refund fail, because a question was refused."""
    await paying.paid()
    gateway, no = WeChatPayGateway(paying.client), Planned(400, "PARAM_ERROR")
    paying.wechat.planned.append(no)
    with pytest.raises(GatewayUnavailable):
        await gateway.query(out_trade_no=NUMBER)
    paying.wechat.planned.extend([no, no])
    with pytest.raises(GatewayUnavailable):
        await gateway.refund(
            out_trade_no=NUMBER, out_refund_no=_BACK, amount_fen=400, total_fen=1250
        )

    assert "paid" == (await gateway.query(out_trade_no=NUMBER)).state


def test_every_kind_of_refusal_is_named() -> None:
    """What repeats, what is final, what is unknown."""
    codes = [(404, "ORDER_NOT_EXIST"), (429, "X"), (401, "X"), (404, "X"), (500, "X"), (200, "X")]

    assert ["absent", "again", "ours", "final", "unknown", "unknown"] == [
        meaning(*said) for said in codes
    ]


async def test_a_wechat_that_is_away_is_left_alone(paying: Paying) -> None:
    """Five calls without an answer open the circuit: the next asks nothing."""
    paying.wechat.planned.extend([Planned(500, "SYSTEM_ERROR")] * 10)
    for _ in range(5):
        with pytest.raises(OutcomeUnknown):
            await paying.client.query(out_trade_no=NUMBER)
    asked = len(paying.wechat.wire.asked)
    with pytest.raises(GatewayUnavailable):
        await paying.prepay()

    assert asked == len(paying.wechat.wire.asked)
    assert ("prepay", "circuit_open") == paying.outcomes[-1]


async def test_a_clock_that_is_wrong_is_noticed_on_our_side(paying: Paying) -> None:
    """Six minutes off: refused as ours to mend, and nothing is pretended."""
    paying.wechat.offset_s = 0
    transport = paying.client._transport
    transport._clock = lambda: int(paying.wechat.now()) - 360
    with pytest.raises(GatewayMisconfigured):
        await paying.prepay()


async def test_twenty_at_once_are_twenty_signed_requests(paying: Paying) -> None:
    """No nonce twice, no answer to another's question."""
    numbers = [f"EO{i:06d}" for i in range(20)]
    await asyncio.gather(*(paying.prepay(number) for number in numbers))
    found = await asyncio.gather(*(paying.client.query(out_trade_no=n) for n in numbers))

    assert numbers == [f.out_trade_no for f in found if f is not None]


async def test_a_bill_is_fetched_whole(paying: Paying) -> None:
    """A day later, with every payment and refund; commas in a title part nothing."""
    order = await paying.paid()
    await _refund(paying)
    day = day_of(paying.wechat.now())
    with pytest.raises(GatewayUnavailable, match="STATEMENT_CREATING"):
        await paying.client.trade_bill(day=day)
    paying.wechat.offset_s += 2 * 86_400
    trade = await paying.client.trade_bill(day=day)
    flow = await paying.client.fund_flow_bill(day=day, account="BASIC")
    assert trade is not None
    assert flow is not None
    bill, moves = BillReader(trade), BillReader(flow)
    rows, moved = list(bill), list(moves)

    assert [
        (order.transaction_id, "SUCCESS", 1250, 0),
        (order.transaction_id, "REFUND", 0, 400),
    ] == [
        (r["微信订单号"], r["交易状态"], yuan_to_fen(r["订单金额"]), yuan_to_fen(r["退款金额"]))
        for r in rows
    ]
    assert ("跑腿费,夜间", "2", "12.50") == (
        rows[0]["商品名称"],
        bill.sums["总交易单数"],
        bill.sums["订单总金额"],
    )
    assert ["收入", "支出", "支出"] == [r["收支类型"] for r in moved]
    assert await paying.client.trade_bill(day=day - timedelta(days=1)) is None


async def test_a_bill_with_another_hash_is_not_read(paying: Paying) -> None:
    """It is asked for again later."""
    await paying.paid()
    day = day_of(paying.wechat.now())
    paying.wechat.offset_s += 2 * 86_400
    paying.wechat.bill_is_damaged = True
    with pytest.raises(GatewayUnavailable, match="hash"):
        await paying.client.trade_bill(day=day)


@pytest.mark.parametrize("text", ["", "a,b", "a,b\r\n`1,`2\r\n", "a,b\r\n`1\r\ns\r\n`1\r\n"])
def test_a_bill_of_another_form_is_refused(text: str) -> None:
    """No sums, too few values: never half a bill."""
    with pytest.raises(BillDamaged):
        list(BillReader(pack(text)))


@pytest.mark.parametrize("text", ["", "1.001", "x", "NaN", "Infinity"])
def test_amounts_of_bills_are_exact(text: str) -> None:
    """Two decimals at most, and no float."""
    with pytest.raises(BillDamaged):
        yuan_to_fen(text)
    assert 1929 == yuan_to_fen("19.29")


def test_what_is_no_zip_is_no_bill() -> None:
    """Whatever its hash is."""
    with pytest.raises(BillDamaged):
        check_file(b"not a zip", sha1="0" * 40)
