"""Withdrawals through WeChat Pay: paid once, whatever is lost, refused, forged or comes late."""

from typing import Any

import pytest

from tests.fixtures.builders.neighbours import number_born, submit_name
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.racing import at_once
from tests.fixtures.builders.recovery import recover
from tests.fixtures.builders.sql import change, rows
from tests.fixtures.builders.wallets import MINE, purse, states
from tests.wechat.pay.standin import Planned
from tests.wechat.pay.world import PayWorld

RUNNER = "oTEST00000000000000000000009"
_WHYS = "SELECT why FROM pay_notices WHERE kind LIKE 'MCH%' ORDER BY received_at, id"


async def rich(bank: PayWorld, *, fee_fen: int = 800) -> Person:
    """A runner with an openid of WeChat's, who is owed for one errand of this price."""
    if fee_fen != 800:
        tariff: dict[str, Any] = {
            "base_fen": fee_fen, "included_m": 1000, "per_100m_fen": 0, "weight_steps": [],
            "per_floor_fen": 0, "night_fen": 0, "weight_max_g": 30_000,
        }  # fmt: skip
        await bank.world.change_settings(tariff=tariff)
    runner = await bank.world.runner()
    await change(
        bank.world.parts,
        f"UPDATE users SET openid = '{RUNNER}' WHERE id = '{runner.id}'",
        f"UPDATE runners SET fee_max_fen = 100000000 WHERE id = '{runner.id}'",
    )
    order = await bank.placed()
    await bank.paid(order)
    await bank.told()
    order = await bank.resident.get(f"/v1/orders/{order['id']}")
    job = f"/v1/jobs/{order['job_id']}"
    await runner.post(f"{job}/accept")
    await runner.post(f"{job}/pick-up", {"code": order["pickup_code"]})
    await runner.post(f"{job}/stops/1/deliver", {"code": order["receipt_code"]})
    await bank.resident.post(f"/v1/orders/{order['id']}/confirm")
    return runner


async def asked(bank: PayWorld, runner: Person, fen: int = 100) -> dict[str, Any]:
    """A withdrawal, as it is once our worker told WeChat of it."""
    row = await runner.post(MINE, {"amount_fen": fen})
    await bank.world.settle()
    return await runner.get(f"{MINE}/{row['id']}")


def transfers(bank: PayWorld) -> list[int]:
    """How often each number had its effect at WeChat."""
    return [n for act, n in bank.wechat.book.acts.items() if act.startswith("transfer")]


async def test_what_is_confirmed_is_paid_once_however_often_it_is_told(bank: PayWorld) -> None:
    """Ten copies at once, and one that says otherwise of everything before them."""
    runner = await rich(bank)
    owed_fen, _ = await purse(bank.world, runner)
    row = await asked(bank, runner)
    bank.wechat.book.confirm(row["request_transfer"]["package"], RUNNER)
    notice = bank.wechat.post.made[-1]
    wrong: list[dict[str, Any]] = [
        {"transfer_amount": 1},
        {"openid": "oTEST00000000000000000000001"},
        {"out_bill_no": "nobody"},
        {"mch_id": "1900000002"},
        {"transfer_bill_no": ""},
    ]
    for n, instead in enumerate(wrong):
        await bank.send(notice.saying(id=f"EV-wrong-{n}", **instead))
    await bank.world.settle()
    before = await states(bank.world)
    await at_once(*(bank.send(notice) for _ in range(10)))
    await bank.world.settle()
    await bank.send(notice.saying(id="EV-other-end", state="FAIL"))
    await bank.world.settle()
    whys = [w for (w,) in await rows(bank.world.parts, _WHYS)]

    assert ["offered"] == before
    assert [
        "amount_differs", "payee_differs", "number_unknown", "merchant_differs", "unreadable",
        None, "state_differs",
    ] == whys  # fmt: skip
    assert ["succeeded"] == await states(bank.world)
    assert (owed_fen - 100, 0) == await purse(bank.world, runner)
    assert [1] == transfers(bank)


@pytest.mark.parametrize("acts", [True, False])
async def test_an_offer_whose_answer_is_lost_is_one(bank: PayWorld, acts: bool) -> None:
    """A 500, having acted or not: asked again under the same number; then found by asking."""
    runner = await rich(bank)
    bank.wechat.planned.extend([Planned(500, "SYSTEM_ERROR", acts)] * 2)
    row = await asked(bank, runner)
    await bank.world.later(seconds=20)
    offered = await runner.get(f"{MINE}/{row['id']}")
    bank.wechat.book.confirm(offered["request_transfer"]["package"], RUNNER)
    bank.wechat.post.lose_all()
    await bank.world.later(minutes=5)

    assert ("asked", "offered") == (row["state"], offered["state"])
    assert ["succeeded"] == await states(bank.world)
    assert [1] == transfers(bank)


async def test_what_wechat_refuses_is_the_runners_again(bank: PayWorld) -> None:
    """Our account is empty: it waits, and is told once; a payee that WeChat does not know: ends."""
    runner, staff = await rich(bank), await bank.world.person("staff1")
    owed_fen, _ = await purse(bank.world, runner)
    bank.wechat.book.operating_fen = 0
    waiting = await asked(bank, runner)
    await bank.world.later(seconds=20)
    await bank.world.later(seconds=40)
    taken = await runner.post(f"{MINE}/{waiting['id']}/cancel")
    await bank.world.later(minutes=10)
    bank.wechat.book.operating_fen = 100_000
    bank.wechat.planned.extend([Planned(400, "PARAM_ERROR")])
    refused = await asked(bank, runner)
    bank.wechat.planned.extend([Planned(429, "FREQUENCY_LIMITED")])
    limited = await asked(bank, runner)
    await bank.world.later(seconds=20)
    told = [i["kind"] for i in (await staff.get("/v1/me/inbox?limit=50"))["items"]]

    assert ("asked", "not_enough") == (waiting["state"], waiting["why"])
    assert ("cancelling", "asked") == (taken["state"], limited["state"])
    assert ("failed", "PARAM_ERROR") == (refused["state"], refused["why"])
    assert ["cancelled", "failed", "offered"] == await states(bank.world)
    assert (owed_fen, 100) == await purse(bank.world, runner)
    assert (1, 1) == (told.count("withdrawal.delayed"), told.count("withdrawal.failed"))


async def test_a_day_over_or_a_cancel_gives_it_back(bank: PayWorld) -> None:
    """Found by asking, as nobody tells; and who confirms before the cancelling comes is paid."""
    runner = await rich(bank)
    owed_fen, _ = await purse(bank.world, runner)
    await asked(bank, runner)
    for bill in bank.wechat.book.transfers.values():
        bill.made_at -= 86_401
    await bank.world.later(hours=2)
    second = await asked(bank, runner)
    await runner.post(f"{MINE}/{second['id']}/cancel")
    await bank.world.settle()
    await bank.world.later(minutes=1)
    third = await asked(bank, runner)
    bank.wechat.planned.extend([Planned(500, "SYSTEM_ERROR")] * 2)
    await runner.post(f"{MINE}/{third['id']}/cancel")
    bank.wechat.book.confirm(third["request_transfer"]["package"], RUNNER)
    bank.wechat.post.lose_all()
    await bank.world.settle()
    await bank.world.later(minutes=1)
    failed = await rows(bank.world.parts, "SELECT why FROM withdrawals WHERE state = 'failed'")

    assert ["failed", "cancelled", "succeeded"] == await states(bank.world)
    assert [("OVERDUE_CLOSE",)] == failed
    assert (owed_fen - 100, 0) == await purse(bank.world, runner)


async def test_a_large_one_needs_the_name_that_wechat_knows(bank: PayWorld) -> None:
    """Refused without a verified one; sealed for WeChat; another name there fails it."""
    runner, staff = await rich(bank, fee_fen=450_000), await bank.world.person("staff1")
    large = {"amount_fen": 200_000}
    without = await runner.refused("POST", MINE, json=large)
    await submit_name(bank.world, runner, number=number_born(1980), name="张三")
    await staff.post(f"/v1/real-names/{runner.id}/approve")
    bank.wechat.book.names[RUNNER] = "李四"
    wrong = await asked(bank, runner, 200_000)
    bank.wechat.book.names[RUNNER] = "张三"
    right = await asked(bank, runner, 200_000)

    assert (409, "real_name_needed") == without
    assert ("failed", "NAME_NOT_CORRECT") == (wrong["state"], wrong["why"])
    assert "offered" == right["state"]
    assert "张三" not in str([a.raw for a in bank.wechat.wire.asked])


@pytest.mark.parametrize("point", ["gateway.before_call", "gateway.after_call"])
async def test_a_worker_that_dies_around_the_call_sends_it_once(bank: PayWorld, point: str) -> None:
    """Its turn comes again, under the same number."""
    runner = await rich(bank)
    strikes = [point]

    def die_once(at: str) -> None:
        if strikes and at == point:
            strikes.clear()
            raise RuntimeError("died")

    chaos, bank.world.parts.chaos = bank.world.parts.chaos, die_once  # type: ignore[assignment]
    row = await runner.post(MINE, {"amount_fen": 100})
    await bank.world.settle()
    bank.world.parts.chaos = chaos
    await recover(bank.world.parts)
    await bank.world.later(seconds=20)

    assert [] == strikes
    assert "offered" == (await runner.get(f"{MINE}/{row['id']}"))["state"]
    assert [1] == transfers(bank)
