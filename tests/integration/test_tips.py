"""Tips: after it was done, once, wholly the runner's."""

from tests.fixtures.builders.money import payments_of, refunded, tipped
from tests.fixtures.builders.worlds import World


async def test_a_tip_is_wholly_the_runners_and_stays_theirs(world: World) -> None:
    """Refused before completion and to strangers; paid once; no refund of the order touches it."""
    resident, runner = await world.person("resident1"), await world.runner()
    stranger, staff = await world.person("resident2"), await world.person("staff1")
    order = await world.delivered(resident, runner)
    path, body = f"/v1/orders/{order['id']}/tip", {"amount_fen": 300}
    early = await resident.refused("POST", path, json=body)
    await resident.post(f"/v1/orders/{order['id']}/confirm")
    unknown = [await p.refused("POST", path, json=body) for p in (stranger, runner)]
    wrong = [await resident.refused("POST", path, json={"amount_fen": n}) for n in (99, 5001)]
    before = await runner.get("/v1/runners/me/statement")
    none = (await resident.get(path))["tip"]
    await tipped(world, resident, order["id"])
    again = await resident.refused("POST", path, json=body)
    await world.settle()
    after = await runner.get("/v1/runners/me/statement")
    earned = await runner.get("/v1/runners/me/earnings")
    told = (await runner.get("/v1/me/inbox"))["items"]
    shown = await resident.get(f"/v1/orders/{order['id']}")
    reason = {"amount_fen": order["fee_fen"], "reason": "late", "text": "洒了"}
    version = {"If-Match": f'"{shown["version"]}"'}
    await staff.post(f"/v1/orders/{order['id']}/refund", reason, headers=version)
    await world.settle()

    assert (409, "tip_too_early") == early
    assert [(404, "not_found")] * 2 == unknown
    assert [(422, "malformed_request")] * 2 == wrong
    assert (409, "already_tipped") == again
    assert none is None
    assert ("tip_earned", 300) == (after["items"][0]["rule"], after["items"][0]["amount_fen"])
    assert before["balance_fen"] + 300 == after["balance_fen"] == earned["fee_fen"]
    assert f"订单{order['number']}的下单人谢谢您,3.00元全部归您。" in [t["body"] for t in told]
    assert "paid" == (await resident.get(path))["tip"]["state"]
    assert (order["fee_fen"], 1) == await refunded(world, order["id"])
    assert after["balance_fen"] == (await runner.get("/v1/runners/me/statement"))["balance_fen"]


async def test_a_tip_that_is_not_paid_lapses_and_late_money_goes_back(world: World) -> None:
    """After a quarter of an hour it is as if it were never offered; after a week it is too late."""
    resident, runner = await world.person("resident1"), await world.runner()
    order, other = [await world.completed(resident, runner) for _ in range(2)]
    path, body = f"/v1/orders/{order['id']}/tip", {"amount_fen": 500}
    await resident.post(path, body)
    prepared = await resident.post("/v1/payments", {"order_id": order["id"]})
    await world.later(minutes=16)
    lapsed = (await resident.get(path))["tip"]["state"]
    nothing = await resident.refused("POST", "/v1/payments", json={"order_id": order["id"]})
    await resident.post(f"/v1/sandbox/payments/{prepared['payment_id']}/pay")
    await world.settle()
    once = await refunded(world, order["id"])
    await tipped(world, resident, order["id"])
    await world.later(days=8)
    late = await resident.refused("POST", f"/v1/orders/{other['id']}/tip", json=body)

    assert ("lapsed", 500) == (lapsed, prepared["amount_fen"])
    assert (409, "nothing_to_pay") == nothing
    assert (500, 1) == once == await refunded(world, order["id"])
    assert [("paid", True), ("paid", False), ("paid", True)] == await payments_of(
        world, order["id"]
    )
    assert (409, "tip_too_late") == late
