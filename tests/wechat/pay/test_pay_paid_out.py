"""What runners were paid against the bill of the operating account; answers that do not fit."""

from datetime import time, timedelta
from typing import Any, get_args

import pytest

from api.reconciliation.rules import Kind
from tests.fixtures.builders.days import reconcile, today
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.sql import rows
from tests.fixtures.builders.wallets import number_of, states
from tests.wechat.pay.bills import PayoutFault
from tests.wechat.pay.standin import Planned
from tests.wechat.pay.test_pay_reconciling import MIND, differences, go
from tests.wechat.pay.test_pay_withdrawals import RUNNER, asked, rich
from tests.wechat.pay.world import PayWorld

# What each fault of the operating account's bill is found as, and how it stands then.
FOUND: dict[PayoutFault, list[tuple[str, str]]] = {
    "payout left out": [("withdrawal_unlisted", "open")],
    "payout booked when offered": [],
    "payout not given back": [("withdrawal_not_returned", "waiting")],
    "payout twice": [("withdrawal_doubled", "open")],
    "payout a fen more": [("withdrawal_amount_differs", "open")],
    "payout came back": [("withdrawal_came_back", "open")],
    "payout a stranger's besides": [("withdrawal_unknown", "open")],
    "payout a day later": [("withdrawal_unlisted", "open")],
    "payout sum off": [],
}
FEN = 20
_SUMS = """
SELECT theirs_withdrawn_fen, ours_withdrawn_fen FROM reconciliations
WHERE runs > 0 ORDER BY day DESC LIMIT 1
"""


async def offered(bank: PayWorld, runner: Person) -> tuple[str, str]:
    """Number and package of a withdrawal that waits for the runner."""
    row = await asked(bank, runner, FEN)
    return await number_of(bank.world, row["id"]), row["request_transfer"]["package"]


@pytest.mark.timeout(180)
async def test_every_kind_of_difference_of_what_runners_were_paid_is_found(bank: PayWorld) -> None:
    """One of each fault in a day's bill; what is only late or pending matches itself."""
    world = bank.world
    world.parts.settings = world.parts.settings.model_copy(
        update={"withdrawal_min_fen": FEN, "withdrawal_day_max_count": 100}
    )
    day = await today(world.parts) + timedelta(days=1)
    await go(bank, day, time(9))
    runner = await rich(bank)
    faults: dict[str, PayoutFault] = {}
    for fault in get_args(PayoutFault):
        number, package = await offered(bank, runner)
        faults[number] = fault
        if fault == "payout not given back":
            bill = bank.wechat.book.transfers[number]
            bank.wechat.book.end_transfer(bill, "FAIL", "TRANSFER_RISK")
        else:
            bank.wechat.book.confirm(package, RUNNER)
        await bank.told()
    # Later, so that its day to confirm is not over when the bill comes.
    await go(bank, day, time(18))
    pending, package = await offered(bank, runner)
    bank.wechat.bill_faults = {**faults, pending: "payout booked when offered"}
    await go(bank, day + timedelta(days=1), time(10, 6))
    assert 1 == await reconcile(world.parts)
    await world.settle()

    found = [d for d in await differences(bank) if d["subject"] in ("withdrawal", "bill")]
    by_fault: dict[str, list[tuple[str, str]]] = {fault: [] for fault in FOUND}
    of_stranger = {f"X{n[1:]}": f for n, f in faults.items()}
    for d in found:
        fault = {**faults, **of_stranger, pending: "pending"}.get(d["number"], d["number"])
        by_fault.setdefault(fault, []).append((d["kind"], d["state"]))
    expected: dict[str, list[tuple[str, str]]] = {
        **FOUND,
        "pending": [("withdrawal_pending", "waiting")],
        "运营账户支出金额": [("summary_differs", "open")],
    }
    assert expected == by_fault
    kinds = {k for k in get_args(Kind) if k.startswith("withdrawal_")}
    assert kinds == {d["kind"] for d in found if d["subject"] == "withdrawal"}
    assert all(d["withdrawal_id"] or d["kind"] == "withdrawal_unknown" for d in found
               if d["subject"] == "withdrawal")  # fmt: skip
    # Listed: when offered, not given back, two, one and a fen, none in all, two, one, pending.
    assert (9 * FEN + 1, 8 * FEN) == (await rows(world.parts, _SUMS))[0]

    # The next bill: what came a day late, and what the runner confirmed meanwhile, match.
    bank.wechat.book.confirm(package, RUNNER)
    await bank.told()
    await go(bank, day + timedelta(days=2), time(11))
    assert 1 == await reconcile(world.parts)
    after = {d["number"]: (d["kind"], d["state"]) for d in await differences(bank)}
    late = {f: n for n, f in faults.items()}
    assert len(after) == len(await differences(bank))
    assert ("withdrawal_unlisted", "matched") == after[late["payout a day later"]]
    assert ("withdrawal_pending", "matched") == after[pending]
    assert ("withdrawal_not_returned", "open") == after[late["payout not given back"]]
    assert ("withdrawal_unlisted", "open") == after[late["payout left out"]]

    # A new bill of the first day, which is right: all of it closes itself, but what was closed.
    # What the second day has listed late stays there.
    doubled = next(d for d in found if d["kind"] == "withdrawal_doubled")
    path, said = f"/v1/differences/{doubled['id']}/settle", {"reason": "已与骑手协商退回"}
    await world.admin.post(path, said, headers={"If-Match": f'"{doubled["version"]}"'})
    bank.wechat.bill_faults = {
        pending: "payout booked when offered",
        late["payout a day later"]: "payout a day later",
    }
    await world.admin.post("/v1/reconciliations", {"day": day.isoformat()})
    await reconcile(world.parts)
    last = {d["id"]: d["state"] for d in await differences(bank)}
    assert {doubled["id"]: "settled"} == {k: s for k, s in last.items() if s != "matched"}


async def test_an_answer_that_does_not_fit_is_a_finding_and_changes_nothing(
    bank: PayWorld,
) -> None:
    """Another amount of a payment, a refund, a withdrawal, found by asking: staff see each, once.

    Once WeChat says what fits, it is taken in; the bill of the day closes the finding.
    """
    world, book = bank.world, bank.wechat.book
    day = await today(world.parts) + timedelta(days=1)
    await go(bank, day, time(9))
    staff, runner = await world.person("staff1"), await rich(bank)
    cancelled = await bank.placed()
    await bank.paid(cancelled)
    await bank.told()
    await bank.resident.post(f"/v1/orders/{cancelled['id']}/cancel", MIND)
    bank.wechat.planned.extend([Planned(500, "SYSTEM_ERROR", acts=True)] * 2)
    await world.settle()
    bank.wechat.planned.clear()
    order = await bank.placed()
    trade = await bank.paid(order)
    row = await asked(bank, runner)
    book.confirm(row["request_transfer"]["package"], RUNNER)
    bank.wechat.post.lose_all()
    (bill,), (refund,) = book.transfers.values(), book.refunds.values()
    right: list[tuple[dict[str, Any], str, int]] = [
        (trade.said["amount"], "total", trade.total),
        (refund.said["amount"], "refund", refund.fen),
        (bill.said, "transfer_amount", 100),
    ]
    for said, name, fen in right:
        said[name] = fen + 1
    for _ in range(4):
        await world.later(seconds=65)
    found = {d["subject"]: d for d in await differences(bank)}
    told = [i["kind"] for i in (await staff.get("/v1/me/inbox?limit=50"))["items"]]

    assert 3 == len(await differences(bank))
    assert {"answer_differs"} == {d["kind"] for d in found.values()}
    assert {(f + 1, f, "amount_differs", "open") for _, _, f in right} == {
        (d["theirs_fen"], d["ours_fen"], d["detail"], d["state"]) for d in found.values()
    }
    assert (order["id"], cancelled["id"], row["id"]) == (
        found["payment"]["order_id"], found["refund"]["order_id"],
        found["withdrawal"]["withdrawal_id"],
    )  # fmt: skip
    assert [1, 1, 1] == [told.count(f"{s}.unfit") for s in ("payment", "refund", "withdrawal")]
    assert ["awaiting_payment", "offered"] == [await bank.state(order), *(await states(world))]

    for said, name, fen in right:
        said[name] = fen
    for number in list(book.refunds):
        book.finish_refund(number)
    bank.wechat.post.lose_all()
    for _ in range(3):
        await world.later(minutes=3)
    assert ["active", "succeeded"] == [await bank.state(order), *(await states(world))]
    assert ["succeeded"] == await bank.refunded(cancelled)
    await go(bank, day + timedelta(days=1), time(11))
    await reconcile(world.parts)
    assert ["matched"] * 3 == [d["state"] for d in await differences(bank)]
