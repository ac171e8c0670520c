"""Paying: once, in full, however the answers of the gateway come, or do not come."""

from api.settings import Settings
from api.wechat.sandbox import SandboxGateway
from tests.fixtures.builders.money import payments_of, refunded
from tests.fixtures.builders.racing import at_once
from tests.fixtures.builders.recovery import recover
from tests.fixtures.builders.servers import another_server, at
from tests.fixtures.builders.sql import change, value
from tests.fixtures.builders.stubborn import unhurried
from tests.fixtures.builders.worlds import World

MIND = {"reason": "changed_mind"}


async def pay_silently(world: World, payment_id: str) -> None:
    """Pay at the gateway, whose notification is lost on the way."""
    number = await value(world.parts, "SELECT out_trade_no FROM payments WHERE id = $1", payment_id)
    assert isinstance(world.parts.gateway, SandboxGateway)
    await world.parts.gateway.pay(out_trade_no=number)


async def test_only_the_customer_pays_and_sees_a_payment(world: World) -> None:
    """Neither a neighbour nor staff open, read or make the payment of another."""
    resident = await world.person("resident1")
    others = [await world.person("resident2"), await world.person("staff1")]
    order = await world.place(resident)
    body = {"order_id": order["id"]}
    payment_id = (await resident.post("/v1/payments", body))["payment_id"]

    for other in others:
        opened = await other.refused("POST", "/v1/payments", json=body)
        read = await other.refused("GET", f"/v1/payments/{payment_id}")
        paid = await other.refused("POST", f"/v1/sandbox/payments/{payment_id}/pay")

        assert [(404, "not_found")] * 3 == [opened, read, paid]
    assert 401 == (await world.http.post("/v1/payments", json=body)).status_code


async def test_there_is_nothing_to_pay_where_nothing_is_owed(world: World) -> None:
    """Paid already, cancelled, or past its time."""
    resident = await world.person("resident1")
    paid, cancelled = await world.paid(resident), await world.place(resident)
    await resident.post(f"/v1/orders/{cancelled['id']}/cancel", MIND)

    for order in (paid, cancelled):
        refused = await resident.refused("POST", "/v1/payments", json={"order_id": order["id"]})

        assert (409, "nothing_to_pay") == refused


async def test_while_the_gateway_is_away_nobody_can_pay_and_later_everybody(
    world: World, settings: Settings
) -> None:
    """503 with a time to wait, then the same payment."""
    resident = await world.person("resident1")
    order = await world.place(resident)
    body = {"order_id": order["id"]}
    async with another_server(settings) as (http, parts):
        there = at(resident, http)
        assert isinstance(parts.gateway, SandboxGateway)
        parts.gateway.is_available = False
        away = await there.call("POST", "/v1/payments", json=body)
        parts.gateway.is_available = True
        prepared = await there.post("/v1/payments", body)
        await there.post(f"/v1/sandbox/payments/{prepared['payment_id']}/pay")

    assert (503, "payment_unavailable") == (away.status_code, away.json()["code"])
    assert int(away.headers["retry-after"]) > 0
    assert [("paid", True)] == await payments_of(world, order["id"])


async def test_without_a_gateway_there_is_no_sandbox_either(
    world: World, settings: Settings
) -> None:
    """Where sandbox payments are off, nothing pretends to be paid."""
    resident = await world.person("resident1")
    order = await world.place(resident)
    async with another_server(settings, sandbox_payments=False) as (http, _):
        there = at(resident, http)
        refused = await there.refused("POST", "/v1/payments", json={"order_id": order["id"]})
        payment_id = await value(world.parts, "SELECT id FROM payments")
        toy = await there.refused("POST", f"/v1/sandbox/payments/{payment_id}/pay")

    assert [(503, "payment_unavailable"), (404, "not_found")] == [refused, toy]


async def test_preparing_again_gives_the_same_payment(world: World) -> None:
    """Also ten times at once: one open payment an order."""
    resident = await world.person("resident1")
    order = await world.place(resident)
    body = {"order_id": order["id"]}

    answers = await at_once(
        *(
            unhurried(resident).call("POST", "/v1/payments", json=body, expect=201)
            for _ in range(10)
        )
    )

    assert 1 == len({a.json()["payment_id"] for a in answers})
    assert [("created", False)] == await payments_of(world, order["id"])


async def test_paying_twice_counts_once(world: World) -> None:
    """Ten notifications of one payment: one activation, one job, one event."""
    resident = await world.person("resident1")
    order = await world.place(resident)
    prepared = await resident.post("/v1/payments", {"order_id": order["id"]})
    path = f"/v1/sandbox/payments/{prepared['payment_id']}/pay"

    await at_once(*(unhurried(resident).call("POST", path, expect=200) for _ in range(10)))
    await resident.post(path)

    assert [("paid", True)] == await payments_of(world, order["id"])
    steps = "SELECT count(*) FROM events WHERE name IN ('order.activated', 'payment.paid')"
    assert 2 == await value(world.parts, steps)


async def test_a_wrong_amount_activates_nothing(world: World) -> None:
    """Who pays one fen for it gets nothing for it, and staff find it in the log."""
    resident = await world.person("resident1")
    order = await world.place(resident)
    prepared = await resident.post("/v1/payments", {"order_id": order["id"]})
    await change(world.parts, "UPDATE sandbox_trades SET amount_fen = 1")

    seen = await resident.post(f"/v1/sandbox/payments/{prepared['payment_id']}/pay")

    assert "created" == seen["state"]
    assert "awaiting_payment" == (await resident.get(f"/v1/orders/{order['id']}"))["state"]


async def test_money_for_a_cancelled_order_goes_back_whole(world: World) -> None:
    """The customer cancels, pays nevertheless, and gets every fen back, once."""
    resident = await world.person("resident1")
    order = await world.place(resident)
    prepared = await resident.post("/v1/payments", {"order_id": order["id"]})
    await resident.post(f"/v1/orders/{order['id']}/cancel", MIND)
    await world.settle()

    seen = await resident.post(f"/v1/sandbox/payments/{prepared['payment_id']}/pay")
    await resident.post(f"/v1/sandbox/payments/{prepared['payment_id']}/pay")
    await world.settle()

    assert "paid" == seen["state"]
    assert [("paid", False)] == await payments_of(world, order["id"])
    assert (order["fee_fen"], 1) == await refunded(world, order["id"])


async def test_a_payment_that_nobody_told_of_is_found_by_asking(world: World) -> None:
    """The notification is lost; within a minute the timer asks and the order is active."""
    resident = await world.person("resident1")
    order = await world.place(resident)
    prepared = await resident.post("/v1/payments", {"order_id": order["id"]})
    await pay_silently(world, prepared["payment_id"])
    await world.later(seconds=61)

    assert "active" == (await resident.get(f"/v1/orders/{order['id']}"))["state"]


async def test_money_that_nobody_told_of_is_not_lost_with_its_order(world: World) -> None:
    """Paid, not notified, cancelled before anybody asked: asked on closing, and sent back."""
    resident = await world.person("resident1")
    order = await world.place(resident)
    prepared = await resident.post("/v1/payments", {"order_id": order["id"]})
    await pay_silently(world, prepared["payment_id"])
    await resident.post(f"/v1/orders/{order['id']}/cancel", MIND)
    await world.settle()

    assert [("paid", False)] == await payments_of(world, order["id"])
    assert (order["fee_fen"], 1) == await refunded(world, order["id"])


async def test_a_refund_waits_for_a_gateway_that_is_away(world: World) -> None:
    """It is asked for again under its one number, and paid once."""
    resident = await world.person("resident1")
    order = await world.paid(resident)
    assert isinstance(world.parts.gateway, SandboxGateway)
    world.parts.gateway.is_available = False
    await resident.post(f"/v1/orders/{order['id']}/cancel", MIND)
    await world.settle()
    waiting = await refunded(world, order["id"])
    world.parts.gateway.is_available = True
    await world.later(minutes=2)
    await recover(world.parts)

    assert (0, 0) == waiting
    assert (order["fee_fen"], 1) == await refunded(world, order["id"])


async def test_a_lost_race_against_a_cancellation_is_refunded(world: World) -> None:
    """Payment and cancellation in one moment: whoever wins, the money is where it belongs."""
    resident = await world.person("resident1")
    for _ in range(5):
        order = await world.place(resident)
        prepared = await resident.post("/v1/payments", {"order_id": order["id"]})
        pay = f"/v1/sandbox/payments/{prepared['payment_id']}/pay"
        paid, cancelled = await at_once(
            unhurried(resident).call("POST", pay),
            unhurried(resident).call("POST", f"/v1/orders/{order['id']}/cancel", json=MIND),
        )
        await world.settle()

        assert (200, 200) == (paid.status_code, cancelled.status_code)
        assert (order["fee_fen"], 1) == await refunded(world, order["id"])
