"""The money of orders, by the ledger: where each fen came from and went to, on every path."""

from typing import Any

from tests.fixtures.builders.errands import SAMPLES, able_runner, bought_for_more, pick_up, taken
from tests.fixtures.builders.money import percent, refunded
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.sql import value
from tests.fixtures.builders.worlds import World

BUY = SAMPLES["buy"]
SPENT = BUY.pickup["spent_fen"]


async def moved(world: World, order: dict[str, Any]) -> dict[str, int]:
    """What each rule moved of an order, as staff see it; nothing of a final one is kept."""
    staff = await world.person("staff1")
    seen = await staff.get(f"/v1/orders/{order['id']}/transfers")
    assert (0, 0) == (seen["escrow_fen"], seen["advance_fen"])
    sums: dict[str, int] = {}
    for item in seen["items"]:
        assert item["state"] == "posted"
        sums[item["rule"]] = sums.get(item["rule"], 0) + item["amount_fen"]
    return sums


async def owed(runner: Person) -> int:
    """What the runner reads that they are owed."""
    return (await runner.get("/v1/runners/me/statement"))["balance_fen"]


async def as_manager(world: World, order_id: str, act: str, body: dict[str, Any]) -> None:
    """Decide over the money of an order, as it is now."""
    staff = await world.person("staff1")
    version = (await staff.get(f"/v1/orders/{order_id}"))["version"]
    await staff.post(f"/v1/orders/{order_id}/{act}", body, headers={"If-Match": f'"{version}"'})


async def failed(world: World, runner: Person, order: dict[str, Any], reason: str) -> None:
    """Bought, not handed over, and brought back to the customer."""
    job = f"/v1/jobs/{order['job_id']}"
    await pick_up(runner, order, BUY.pickup)
    await runner.post(f"{job}/fail", {"reason": reason, "text": "说明"})
    await (await world.person("resident1")).post(f"{job}/return")
    await world.settle()


async def test_a_purchase_pays_runner_platform_and_the_difference(world: World) -> None:
    """Two payments in, the receipt and the fee to the runner, the share of the day it was ordered;
    what the runner is shown before, earns, and reads in the statement are one figure."""
    await world.change_settings(fee_share_percent=10)
    resident, runner = await world.person("resident1"), await able_runner(world)
    order = await bought_for_more(world, resident, runner)
    fee, share = order["fee_fen"], order["fee_fen"] // 10
    job = await runner.get(f"/v1/jobs/{order['job_id']}")
    earned = await runner.get("/v1/runners/me/earnings")
    first = await runner.get("/v1/runners/me/statement", params={"limit": 1})
    rest = await runner.get("/v1/runners/me/statement", params={"cursor": first["next_cursor"]})
    balances = await world.admin.get(f"/v1/ledger/places/{world.community_id}/balances")

    assert {
        "payment_captured": order["total_fen"],
        "goods_set_aside": order["spent_fen"],
        "goods_repaid": order["spent_fen"],
        "difference_returned": 500,
        "refund_sent": 500,
        "fee_earned": fee - share,
        "fee_shared": share,
    } == await moved(world, order)
    assert fee - share == job["fee_fen"] == earned["fee_fen"] == first["items"][0]["amount_fen"]
    assert [("fee_earned", order["id"])] == [(i["rule"], i["order_id"]) for i in first["items"]]
    assert [("goods_repaid", order["spent_fen"])] == [
        (i["rule"], i["balance_fen"]) for i in rest["items"]
    ]
    kinds = {b["kind"]: b["balance_fen"] for b in balances["items"]}
    kept = fee + order["spent_fen"]
    assert {"wechat_clearing": -kept, "platform_fee": share, "compensation": 0} == kinds


async def test_who_confirms_at_once_still_gets_the_difference(world: World) -> None:
    """Before the reaction to the delivery has come about."""
    resident, runner = await world.person("resident1"), await able_runner(world)
    order = await taken(world, resident, runner, BUY)
    await pick_up(runner, order, BUY.pickup)
    body = {"code": order["receipt_code"]}
    await runner.post(f"/v1/jobs/{order['job_id']}/stops/1/deliver", body)
    before = await value(world.parts, "SELECT count(*) FROM events WHERE name LIKE '%settled'")
    await resident.post(f"/v1/orders/{order['id']}/confirm")
    await world.settle()

    assert 0 == before
    assert (order["goods_fen"] - SPENT, 1) == await refunded(world, order["id"])
    assert order["fee_fen"] + SPENT == await owed(runner)


async def test_the_cost_of_cancelling_is_the_runners(world: World) -> None:
    """Who was on the way gets all of it; the rest goes back, goods and all."""
    resident, runner = await world.person("resident1"), await able_runner(world)
    order = await taken(world, resident, runner, BUY)
    await world.later(minutes=5)
    cost = await resident.get(f"/v1/orders/{order['id']}/cancel-cost")
    body = {"reason": "changed_mind", "token": cost["token"]}
    await resident.post(f"/v1/orders/{order['id']}/cancel", body)
    await world.settle()

    assert percent(order["fee_fen"], 20) == cost["cost_fen"] == await owed(runner)
    assert {
        "payment_captured": order["total_fen"],
        "cancel_cost_earned": cost["cost_fen"],
        "cancel_refunded": cost["refund_fen"],
        "refund_sent": cost["refund_fen"],
    } == await moved(world, order)


async def test_goods_that_came_back_are_paid_by_whose_fault_it_was(world: World) -> None:
    """The customer's: fee and receipt. Nobody's: the platform repays the runner. The runner's:
    they keep what they bought, and nothing of what they earned before is touched."""
    resident, runner = await world.person("resident1"), await able_runner(world)
    owed_after: list[int] = []
    for reason in ("nobody_there", "weather", "runner_unable"):
        order = await taken(world, resident, runner, BUY)
        await failed(world, runner, order, reason)
        owed_after.append(await owed(runner))
        last = await moved(world, order)

    fee = order["fee_fen"]
    assert [fee + SPENT, fee + 2 * SPENT, fee + 2 * SPENT] == owed_after
    assert {"payment_captured", "cancel_refunded", "refund_sent"} == last.keys()
    balances = await world.admin.get(f"/v1/ledger/places/{world.community_id}/balances")
    assert -SPENT == {b["kind"]: b["balance_fen"] for b in balances["items"]}["compensation"]


async def test_what_staff_give_back_is_never_the_runners_loss(world: World) -> None:
    """Before completion and after it: the runner is owed the whole fee all the same."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.delivered(resident, runner)
    await as_manager(world, order["id"], "refund",
                     {"amount_fen": 100, "reason": "late", "text": "晚到"})  # fmt: skip
    await resident.post(f"/v1/orders/{order['id']}/confirm")
    await as_manager(world, order["id"], "refund",
                     {"amount_fen": 50, "reason": "late", "text": "又晚"})  # fmt: skip
    await world.settle()

    fee = order["fee_fen"]
    assert {
        "payment_captured": fee,
        "refund_decided": 100,
        "fee_earned": fee - 100,
        "fee_topped_up": 100,
        "refund_compensated": 50,
        "refund_sent": 150,
    } == await moved(world, order)
    assert fee == await owed(runner)
    statement = f"/v1/ledger/places/{world.community_id}/statement"
    lines = (await world.admin.get(statement, params={"kind": "compensation"}))["items"]
    assert [-150, -100] == [line["balance_fen"] for line in lines]
    wrong = await world.admin.refused("GET", statement, params={"kind": "escrow"})
    assert (422, "malformed_request") == wrong


async def test_a_split_shares_what_is_kept_to_the_last_fen(world: World) -> None:
    """Of a purchase with its receipt set aside; after completion nothing is taken back."""
    resident, runner = await world.person("resident1"), await able_runner(world)
    order = await taken(world, resident, runner, BUY)
    await pick_up(runner, order, BUY.pickup)
    body = {"code": order["receipt_code"]}
    await runner.post(f"/v1/jobs/{order['job_id']}/stops/1/deliver", body)
    await resident.post(f"/v1/orders/{order['id']}/dispute", {"reason": "damaged", "text": "碎了"})
    left = order["fee_fen"] + SPENT
    shares = {"resident_fen": 100, "runner_fen": left - 101, "platform_fen": 1}
    verdict = {"outcome": "completed", "text": "核实", **shares}
    staff = await world.person("staff1")
    version = (await staff.get(f"/v1/orders/{order['id']}"))["version"]
    early = await staff.refused(
        "POST", f"/v1/orders/{order['id']}/resolve", json=verdict,
        headers={"If-Match": f'"{version}"'},
    )  # fmt: skip
    await world.settle()
    await as_manager(world, order["id"], "resolve", verdict)
    await world.settle()
    sums = await moved(world, order)

    assert (412, "version_changed") == early
    assert SPENT == sums["goods_repaid"]
    assert (100, order["fee_fen"] - 101, 1) == tuple(
        sums[f"split_to_{who}"] for who in ("resident", "runner", "platform")
    )
    assert left - 101 == await owed(runner)


async def test_money_that_came_too_late_goes_back_beside_the_order(world: World) -> None:
    """It never enters escrow; it is owed to whoever paid until WeChat has sent it."""
    resident = await world.person("resident1")
    order = await world.place(resident)
    prepared = await resident.post("/v1/payments", {"order_id": order["id"]})
    await resident.post(f"/v1/orders/{order['id']}/cancel", {"reason": "changed_mind"})
    await resident.post(f"/v1/sandbox/payments/{prepared['payment_id']}/pay")
    staff = await world.person("staff1")
    path = f"/v1/orders/{order['id']}/transfers"
    waiting = [(i["rule"], i["state"]) for i in (await staff.get(path))["items"]]
    await world.settle()

    assert ("refund_sent", "pending") in waiting
    fee = order["fee_fen"]
    assert {"late_payment_taken": fee, "refund_sent": fee} == await moved(world, order)


async def test_the_rules_of_money_are_public_and_complete(world: World) -> None:
    """Without a session; each rule says from where to where, in both languages."""
    answer = await world.http.get("/v1/ledger/rules")
    rules = answer.json()

    assert 200 == answer.status_code
    kinds = {k["kind"] for k in rules["kinds"]}
    assert all({r["source"], r["target"]} <= kinds and r["zh"] and r["en"] for r in rules["rules"])
    from_runners = [r["rule"] for r in rules["rules"] if r["source"] == "runner_payable"]
    assert ["withdrawal_sent"] == from_runners
