"""The bill of WeChat Pay against our books, day by day."""

from datetime import date, datetime, time, timedelta
from typing import Any, get_args

import pytest

from api.kit.clock import CHINA
from api.reconciliation.rules import Kind
from tests.fixtures.builders.days import go_to, reconcile, today
from tests.fixtures.builders.sql import change, rows, value
from tests.wechat.pay.bills import BillFault
from tests.wechat.pay.world import OPENID, PayWorld

MIND = {"reason": "changed_mind"}
# What each fault of a bill is found as: subject and kind.
FOUND: dict[BillFault, list[tuple[str, Kind]]] = {
    "left out": [("payment", "missing_there")],
    "a day later": [("payment", "missing_there")],
    "twice": [("payment", "doubled")],
    "a stranger's besides": [("payment", "missing_here")],
    "a fen more": [("payment", "amount_differs")],
    "another state": [("payment", "state_differs")],
    "fee doubled": [("payment", "fee_differs")],
    "sum off": [("bill", "summary_differs")],
    "another merchant's": [("payment", "foreign_merchant"), ("payment", "missing_there")],
    "not moved": [("movement", "missing_there")],
}
_OPEN = "SELECT kind, state FROM reconciliation_differences ORDER BY id"


async def go(bank: PayWorld, day: date, at: time) -> None:
    """Move both sides to an hour of a day."""
    moment = datetime.combine(day, at, CHINA).timestamp()
    bank.wechat.ahead_s += moment - bank.wechat.today()
    await go_to(bank.world, day, at)


async def bought(bank: PayWorld) -> str:
    """The number of an order's payment that was paid and told."""
    paid = await bank.paid(await bank.placed())
    await bank.told()
    return paid.said["out_trade_no"]


async def differences(bank: PayWorld, **query: str) -> list[dict[str, Any]]:
    """What an admin sees."""
    asked = "&".join(f"{k}={v}" for k, v in {"limit": "100", **query}.items())
    return (await bank.world.admin.get(f"/v1/differences?{asked}"))["items"]


@pytest.mark.timeout(180)
async def test_every_kind_of_difference_is_found(bank: PayWorld) -> None:
    """One day with one of each fault in its bill; what is right is not reported."""
    day = await today(bank.world.parts) + timedelta(days=1)
    await go(bank, day, time(9))
    await bought(bank)
    cancelled = await bank.placed()
    await bank.paid(cancelled)
    await bank.told()
    await bank.resident.post(f"/v1/orders/{cancelled['id']}/cancel", MIND)
    await bank.world.settle()
    faults = {await bought(bank): fault for fault in get_args(BillFault)}
    back = next(iter(bank.wechat.book.refunds))
    # Told after midnight of what was paid before it.
    await go(bank, day, time(23, 59))
    shifted = await bank.paid(await bank.placed())
    await go(bank, day + timedelta(days=1), time(0, 1))
    await bank.told()
    bank.wechat.bill_faults = {**faults, back: "left out"}

    await go(bank, day + timedelta(days=1), time(10))
    assert 0 == await reconcile(bank.world.parts)
    await go(bank, day + timedelta(days=1), time(10, 6))
    assert 1 == await reconcile(bank.world.parts)
    await bank.world.settle()

    found = await differences(bank)
    faulty = {f"X{n[1:]}": f for n, f in faults.items() if f == "a stranger's besides"}
    moved = {o.transaction_id: n for n, o in bank.wechat.book.orders.items()}
    by_fault: dict[Any, list[tuple[str, str]]] = {}
    for d in found:
        number = moved.get(d["number"], d["number"])
        fault = {**faults, **faulty}.get(number, number)
        by_fault.setdefault(fault, []).append((d["subject"], d["kind"]))
    expected: dict[Any, list[tuple[str, str]]] = {f: sorted(k) for f, k in FOUND.items()}
    expected["订单总金额"] = expected.pop("sum off")
    expected[shifted.said["out_trade_no"]] = [("payment", "day_shifted")]
    assert expected == {fault: sorted(kinds) for fault, kinds in by_fault.items()}
    of_others = {k for k in get_args(Kind) if k.startswith(("withdrawal_", "share_"))}
    of_others.add("answer_differs")
    assert {*get_args(Kind)} - of_others == {d["kind"] for d in found}
    assert all(d["advice"] for d in found)
    told = (await bank.world.admin.get("/v1/me/inbox?limit=50"))["items"]
    assert [f"账单与账本有{len(found) - 1}处差异待处理,见每日对账。"] == [
        t["body"] for t in told if t["kind"] == "reconciliation.compared"
    ]

    # The next bill shows what was paid before midnight and told after it, and what came a day late.
    await go(bank, day + timedelta(days=2), time(11))
    assert 1 == await reconcile(bank.world.parts)
    late = [n for n, f in faults.items() if f == "a day later"]
    closed = {d["number"] for d in await differences(bank, state="matched")}
    assert {shifted.said["out_trade_no"], *late} == closed
    assert len(found) == len(await differences(bank))

    # A refund that no bill shows is missing once the bank has said that it was made.
    bank.wechat.book.finish_refund(back)
    await bank.told()
    await go(bank, day + timedelta(days=3), time(11))
    assert 1 == await reconcile(bank.world.parts)
    assert [(back, "missing_there", "refund")] == [
        (d["number"], d["kind"], d["subject"]) for d in (await differences(bank))[len(found) :]
    ]


async def test_a_day_compared_again_doubles_nothing_and_keeps_what_was_said(bank: PayWorld) -> None:
    """What staff closed stays closed, what the new bill does not show closes itself."""
    day = await today(bank.world.parts) + timedelta(days=1)
    await go(bank, day, time(9))
    stranger, absent, right = [await bought(bank) for _ in range(3)]
    bank.wechat.bill_faults = {stranger: "a stranger's besides", absent: "left out"}
    await go(bank, day + timedelta(days=1), time(11))
    await reconcile(bank.world.parts)
    admin, staff = bank.world.admin, await bank.world.person("staff1")
    here, there = sorted(await differences(bank), key=lambda d: d["kind"])
    body, path = {"reason": "线下收款"}, f"/v1/differences/{here['id']}/explain"
    version = {"If-Match": f'"{here["version"]}"'}

    assert (403, "role_missing") == await staff.refused("POST", path, json=body, headers=version)
    explained = await admin.post(path, body, headers=version)
    again = {"If-Match": f'"{explained["version"]}"'}
    assert (409, "difference_closed") == await admin.refused("POST", path, json=body, headers=again)
    assert ("explained", "线下收款", admin.id) == (
        explained["state"], explained["reason"], explained["closed_by_id"]
    )  # fmt: skip

    del bank.wechat.bill_faults[absent]
    bank.wechat.bill_faults[right] = "fee doubled"
    asked = await admin.post("/v1/reconciliations", {"day": day.isoformat()})
    assert ("waiting", 202) == (asked["state"], 202)
    await reconcile(bank.world.parts)
    after = {d["id"]: d["state"] for d in await differences(bank)}
    shown = await admin.get(f"/v1/reconciliations/{asked['id']}")

    assert {"explained": 1, "matched": 1, "open": 1} == {
        s: [*after.values()].count(s) for s in after.values()
    }
    assert ("explained", "matched") == (after[here["id"]], after[there["id"]])
    assert (2, 1, 3) == (shown["runs"], shown["open_count"], shown["differences_count"])
    lines = "SELECT run, count(*) FROM reconciliation_lines GROUP BY run ORDER BY run"
    assert [(1, 3), (2, 4)] == await rows(bank.world.parts, lines)
    # And a third time, when the old fault is back: it is open again, as the same row.
    bank.wechat.bill_faults[absent] = "left out"
    await admin.post("/v1/reconciliations", {"day": day.isoformat()})
    await reconcile(bank.world.parts)
    assert "open" == (await admin.get(f"/v1/differences/{there['id']}"))["state"]


async def test_money_that_the_bill_knows_and_we_do_not_is_asked_for(bank: PayWorld) -> None:
    """Paid at WeChat after it was closed, and never told: found by the bill, refunded by itself."""
    day = await today(bank.world.parts) + timedelta(days=1)
    await go(bank, day, time(9))
    order = await bank.placed()
    await bank.prepared(order)
    await bank.resident.post(f"/v1/orders/{order['id']}/cancel", MIND)
    await bank.world.settle()
    known = next(iter(bank.wechat.book.orders.values()))
    known.state = "NOTPAY"
    bank.wechat.book.pay(next(iter(known.prepay_ids)), OPENID)
    bank.wechat.post.lose_all()
    await go(bank, day + timedelta(days=1), time(11))
    before = await bank.refunds(order)
    await reconcile(bank.world.parts)
    await bank.world.settle()
    for number in bank.wechat.book.refunds:
        bank.wechat.book.finish_refund(number)
    await bank.told()
    await go(bank, day + timedelta(days=2), time(11))
    await reconcile(bank.world.parts)

    assert ([], [order["fee_fen"]]) == (before, [r.fen for r in await bank.refunds(order)])
    assert [("state_differs", "matched")] == await rows(bank.world.parts, _OPEN)


async def test_a_bill_that_does_not_come_is_asked_for_again_and_given_up_once(
    bank: PayWorld,
) -> None:
    """Damaged, then there; an empty day is a day; after two days whoever runs this is told."""
    day = await today(bank.world.parts) + timedelta(days=1)
    await go(bank, day, time(9))
    await bought(bank)
    bank.wechat.bill_is_damaged = True
    await go(bank, day + timedelta(days=1), time(11))
    tried = await reconcile(bank.world.parts)
    state = "SELECT state, asks, runs FROM reconciliations ORDER BY day"
    waiting = await rows(bank.world.parts, state)
    bank.wechat.bill_is_damaged = False
    await go(bank, day + timedelta(days=1), time(11, 30))
    await reconcile(bank.world.parts)
    await go(bank, day + timedelta(days=2), time(11))
    await reconcile(bank.world.parts)
    both = await rows(bank.world.parts, state)
    bank.wechat.bill_is_damaged = True
    await bank.world.admin.post("/v1/reconciliations", {"day": day.isoformat()})
    await change(bank.world.parts, "UPDATE reconciliations SET asks = 49 WHERE state = 'waiting'")
    await reconcile(bank.world.parts)
    await bank.world.settle()
    told = (await bank.world.admin.get("/v1/me/inbox?limit=50"))["items"]
    early = {"day": (day + timedelta(days=2)).isoformat()}
    old = {"day": (day - timedelta(days=100)).isoformat()}
    admin = bank.world.admin

    assert (1, [("waiting", 1, 0)]) == (tried, waiting)
    assert [("compared", 0, 1), ("compared", 0, 1)] == both
    assert "given_up" == await value(
        bank.world.parts,
        "SELECT min(state) FILTER (WHERE state <> 'compared') FROM reconciliations",
    )
    assert ["reconciliation.given_up"] == [t["kind"] for t in told if "given_up" in t["kind"]]
    assert [] == await rows(bank.world.parts, _OPEN)
    assert (409, "bill_not_ready") == await admin.refused("POST", "/v1/reconciliations", json=early)
    assert (409, "bill_too_old") == await admin.refused("POST", "/v1/reconciliations", json=old)
