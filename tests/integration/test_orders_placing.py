"""Placing an order on a quote, once, at its price."""

from tests.fixtures.builders.money import make_free
from tests.fixtures.builders.people import fresh_key
from tests.fixtures.builders.racing import at_once, outcomes
from tests.fixtures.builders.stubborn import unhurried
from tests.fixtures.builders.windows import window_in
from tests.fixtures.builders.worlds import World, order_on


async def test_an_order_needs_an_idempotency_key(world: World) -> None:
    """Without one a lost answer could not be asked for again."""
    resident = await world.person("resident1")
    quote = await world.quote(resident)

    answer = await world.http.post(
        "/v1/orders",
        json=order_on(quote["id"]),
        headers={"Authorization": f"Bearer {resident.token}"},
    )

    assert (400, "idempotency_key_required") == (answer.status_code, answer.json()["code"])


async def test_a_key_belongs_to_one_request(world: World) -> None:
    """The same key with another body is refused and places nothing."""
    resident, key = await world.person("resident1"), fresh_key()
    quote, other = await world.quote(resident), await world.quote(resident)
    await resident.post("/v1/orders", order_on(quote["id"]), key=key)

    refused = await resident.refused("POST", "/v1/orders", json=order_on(other["id"]), key=key)

    assert (422, "idempotency_key_reused") == refused


async def test_the_same_key_gives_the_same_order_byte_for_byte(world: World) -> None:
    """A retry of a lost answer gets exactly that answer."""
    resident, key = await world.person("resident1"), fresh_key()
    body = order_on((await world.quote(resident))["id"])
    first = await resident.call("POST", "/v1/orders", json=body, key=key, expect=201)

    again = await resident.call("POST", "/v1/orders", json=body, key=key, expect=201)

    assert first.content == again.content
    assert "true" == again.headers["idempotent-replayed"]
    assert 1 == len((await resident.get("/v1/orders"))["items"])


async def test_the_price_of_the_order_is_the_price_of_the_quote(world: World) -> None:
    """What was shown is what is asked for."""
    resident = await world.person("resident1")
    quote = await world.quote(resident, weight_g=12_000)

    order = await resident.post("/v1/orders", order_on(quote["id"]))

    assert (quote["fee_fen"], "awaiting_payment", 1) == (
        order["fee_fen"],
        order["state"],
        order["version"],
    )


async def test_of_ten_orders_on_one_quote_one_is_placed(world: World) -> None:
    """However they race, the quote is spent once and the others hear why."""
    resident = await world.person("resident1")
    body = order_on((await world.quote(resident))["id"])

    answers = await at_once(
        *(unhurried(resident).call("POST", "/v1/orders", json=body) for _ in range(10))
    )

    assert {"ok": 1, "quote_used": 9} == outcomes(answers)


async def test_twins_under_one_key_place_one_order(world: World) -> None:
    """Of two requests in flight under one key, at most one works; the other waits or repeats."""
    resident, key = await world.person("resident1"), fresh_key()
    body = order_on((await world.quote(resident))["id"])

    answers = await at_once(
        *(unhurried(resident).call("POST", "/v1/orders", json=body, key=key) for _ in range(6))
    )

    assert {"ok", "request_in_flight"} >= outcomes(answers).keys()
    assert 1 == len({a.content for a in answers if a.is_success})
    assert 1 == len((await resident.get("/v1/orders"))["items"])


async def test_an_order_that_costs_nothing_is_active_at_once(world: World) -> None:
    """There is nothing to wait for, so its job is in the hall right away."""
    resident = await world.person("resident1")
    await make_free(world)

    order = await world.place(resident)

    assert (0, "active", "open") == (order["fee_fen"], order["state"], order["job_state"])
    nothing = await resident.refused("POST", "/v1/payments", json={"order_id": order["id"]})
    assert (409, "nothing_to_pay") == nothing


async def test_an_order_that_costs_nothing_runs_to_its_end(world: World) -> None:
    """No payment is needed anywhere on the way."""
    resident, runner = await world.person("resident1"), await world.runner()
    await make_free(world)
    order = await world.place(resident)
    job = f"/v1/jobs/{order['job_id']}"
    await runner.post(f"{job}/accept")
    await runner.post(f"{job}/pick-up", {"code": order["pickup_code"]})
    await runner.post(f"{job}/stops/1/deliver", {"code": order["receipt_code"]})

    done = await resident.post(f"/v1/orders/{order['id']}/confirm")

    assert "completed" == done["state"]


async def test_an_order_is_cancelled_when_its_time_for_paying_is_over(world: World) -> None:
    """Fifteen minutes, and not a minute less."""
    resident = await world.person("resident1")
    order = await world.place(resident)
    await world.later(minutes=14)
    before = await resident.get(f"/v1/orders/{order['id']}")
    await world.later(minutes=1, seconds=1)

    after = await resident.get(f"/v1/orders/{order['id']}")

    assert ("awaiting_payment", "cancelled") == (before["state"], after["state"])
    assert ("not_paid_in_time", "nobody", 0) == (
        after["cancel_reason"],
        after["cancel_fault"],
        after["cost_fen"],
    )


async def test_a_job_opens_ten_minutes_before_its_window(world: World) -> None:
    """Until then the order is paid and its job waits."""
    resident = await world.person("resident1")
    order = await world.paid(resident, window=window_in(minutes=120))
    await world.later(minutes=109)
    early = await resident.get(f"/v1/orders/{order['id']}")
    await world.later(minutes=2)

    due = await resident.get(f"/v1/orders/{order['id']}")

    states = [order["job_state"], early["job_state"], due["job_state"]]
    assert ["waiting", "waiting", "open"] == states


async def test_a_job_that_nobody_takes_expires_and_the_money_goes_back_whole(
    world: World,
) -> None:
    """Half an hour after the promised time the order is cancelled at no cost."""
    resident = await world.person("resident1")
    order = await world.paid(resident)
    await world.later(minutes=71)

    gone = await resident.get(f"/v1/orders/{order['id']}")

    assert ("cancelled", "expired", "job_expired", "platform", 0) == (
        gone["state"],
        gone["job_state"],
        gone["cancel_reason"],
        gone["cancel_fault"],
        gone["cost_fen"],
    )
