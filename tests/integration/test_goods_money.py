"""Money for goods: a ceiling in front, consent before more, the difference back."""

from typing import Any

from tests.fixtures.builders.errands import (
    CEILING,
    SAMPLES,
    SPENT,
    able_runner,
    bought_for_more,
    deliver,
    pick_up,
    placed,
    quoted,
    shown,
    taken,
    wish,
)
from tests.fixtures.builders.money import make_free, payments_of, refunded
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.sql import value
from tests.fixtures.builders.worlds import World

BUY, PAY = SAMPLES["buy"], SAMPLES["pay"]
MORE = CEILING + 1500


async def asked_for_more(world: World, resident: Person, runner: Person) -> dict[str, Any]:
    """A purchase whose runner asked for more than was paid in front."""
    order = await taken(world, resident, runner, BUY)
    await runner.post(f"/v1/jobs/{order['job_id']}/ask-more", {"goods_fen": MORE})
    return order


async def test_a_ceiling_beyond_the_communitys_is_refused(world: World) -> None:
    """A runner advances no fortune."""
    resident = await world.person("resident1")
    quote = await quoted(resident, BUY)
    body = await wish(resident, BUY, quote["id"])
    body["details"]["ceiling_fen"] = 500_01

    refused = await resident.refused("POST", "/v1/orders", json=body)

    assert (409, "ceiling_too_high") == refused


async def test_a_cancelled_purchase_gives_the_money_for_goods_back_whole(world: World) -> None:
    """Cancelling late costs a share of the fee, never of the goods."""
    resident, runner = await world.person("resident1"), await able_runner(world)
    order = await taken(world, resident, runner, BUY)
    await world.later(minutes=5)
    cost = await resident.get(f"/v1/orders/{order['id']}/cancel-cost")
    body = {"reason": "changed_mind", "token": cost["token"]}

    await resident.post(f"/v1/orders/{order['id']}/cancel", body)
    await world.settle()

    assert order["total_fen"] == cost["cost_fen"] + cost["refund_fen"]
    assert 0 < cost["cost_fen"] < order["fee_fen"]
    assert (cost["refund_fen"], 1) == await refunded(world, order["id"])


async def test_only_its_runner_asks_for_more_and_only_with_a_reason(world: World) -> None:
    """Another runner knows nothing of it; what the ceiling covers needs no consent."""
    resident, runner = await world.person("resident1"), await able_runner(world)
    other = await able_runner(world, 2)
    order = await taken(world, resident, runner, BUY)
    path = f"/v1/jobs/{order['job_id']}/ask-more"

    assert (404, "not_found") == await other.refused("POST", path, json={"goods_fen": MORE})
    assert (404, "not_found") == await resident.refused("POST", path, json={"goods_fen": MORE})
    needless = await runner.refused("POST", path, json={"goods_fen": CEILING})
    assert (409, "consent_not_needed") == needless
    too_much = await runner.refused("POST", path, json={"goods_fen": 500_01})
    assert (409, "ceiling_too_high") == too_much
    await runner.post(path, {"goods_fen": MORE})
    twice = await runner.refused("POST", path, json={"goods_fen": MORE})
    assert (409, "consent_pending") == twice


async def test_only_the_customer_consents_and_only_once(world: World) -> None:
    """To what was asked; somebody else hears that there is nothing."""
    resident, runner = await world.person("resident1"), await able_runner(world)
    neighbour = await world.person("resident2")
    order = await taken(world, resident, runner, BUY)
    path, yes = f"/v1/orders/{order['id']}/consent", {"agree": True}

    early = await resident.refused("POST", path, json=yes)
    await runner.post(f"/v1/jobs/{order['job_id']}/ask-more", {"goods_fen": MORE})
    strange = await neighbour.refused("POST", path, json=yes)
    await resident.post(path, yes)
    again = await resident.refused("POST", path, json=yes)

    assert (409, "nothing_to_consent") == early == again
    assert (404, "not_found") == strange


async def test_the_ceiling_rises_with_the_payment_not_with_the_consent(world: World) -> None:
    """Between the two the runner may still spend only what was paid in front."""
    resident, runner = await world.person("resident1"), await able_runner(world)
    order = await asked_for_more(world, resident, runner)
    job = f"/v1/jobs/{order['job_id']}"
    await resident.post(f"/v1/orders/{order['id']}/consent", {"agree": True})
    receipt = await shown(runner, order, {**BUY.pickup, "spent_fen": MORE})

    agreed = await runner.refused("POST", f"{job}/pick-up", json=receipt)
    await world.pay(resident, order["id"])
    told = await runner.get(f"{job}/consent")
    bought = await runner.post(f"{job}/pick-up", receipt)

    assert (409, "spent_over_ceiling") == agreed
    assert ("paid", MORE) == (told["state"], bought["advance_fen"])
    await deliver(runner, order, BUY.delivery)
    await world.settle()


async def test_the_difference_comes_back_over_both_payments(world: World) -> None:
    """What was added last goes back first, and once."""
    resident, runner = await world.person("resident1"), await able_runner(world)

    order = await bought_for_more(world, resident, runner)
    await world.settle()

    assert (MORE, CEILING + 1000) == (order["goods_fen"], order["spent_fen"])
    assert (500, 1) == await refunded(world, order["id"])
    assert "paid" == (await resident.get(f"/v1/orders/{order['id']}"))["consent"]["state"]


async def test_who_declines_keeps_the_ceiling(world: World) -> None:
    """The runner buys within it, and may ask again."""
    resident, runner = await world.person("resident1"), await able_runner(world)
    order = await asked_for_more(world, resident, runner)
    job = f"/v1/jobs/{order['job_id']}"
    await resident.post(f"/v1/orders/{order['id']}/consent", {"agree": False})

    nothing = await resident.refused("POST", "/v1/payments", json={"order_id": order["id"]})
    told = await runner.get(f"{job}/consent")
    again = await runner.post(f"{job}/ask-more", {"goods_fen": MORE})

    assert (409, "nothing_to_pay") == nothing
    assert ("declined", "asked") == (told["state"], again["state"])


async def test_an_extra_payment_that_comes_too_late_goes_back_whole(world: World) -> None:
    """The consent lapsed, or the runner bought within the ceiling meanwhile."""
    resident, runner = await world.person("resident1"), await able_runner(world)
    order = await asked_for_more(world, resident, runner)
    await resident.post(f"/v1/orders/{order['id']}/consent", {"agree": True})
    prepared = await resident.post("/v1/payments", {"order_id": order["id"]})
    await world.later(minutes=16)
    await resident.post(f"/v1/sandbox/payments/{prepared['payment_id']}/pay")
    await world.settle()

    after = await resident.get(f"/v1/orders/{order['id']}")

    assert (CEILING, "lapsed") == (after["goods_fen"], after["consent"]["state"])
    assert (1500, 1) == await refunded(world, order["id"])
    assert [("paid", True), ("paid", False)] == await payments_of(world, order["id"])


async def test_a_bill_may_be_raised_until_its_voucher_is_shown(world: World) -> None:
    """There the money is spent at the end, so consent is possible after the beginning."""
    resident, runner = await world.person("resident1"), await able_runner(world)
    order = await taken(world, resident, runner, PAY)
    await pick_up(runner, order, {})
    await runner.post(f"/v1/jobs/{order['job_id']}/ask-more", {"goods_fen": MORE})
    await resident.post(f"/v1/orders/{order['id']}/consent", {"agree": True})
    await world.pay(resident, order["id"])

    await deliver(runner, order, {**PAY.delivery, "spent_fen": MORE})
    await world.settle()

    assert (0, 0) == await refunded(world, order["id"])


async def test_goods_that_came_back_cost_what_was_bought_where_the_customer_was_not_there(
    world: World,
) -> None:
    """Nobody at the door: the fee and the receipt are owed, the rest goes back."""
    resident, runner = await world.person("resident1"), await able_runner(world)
    order = await taken(world, resident, runner, BUY)
    job = f"/v1/jobs/{order['job_id']}"
    await pick_up(runner, order, BUY.pickup)
    await runner.post(f"{job}/fail", {"reason": "nobody_there"})

    await resident.post(f"{job}/return")
    await world.settle()

    assert (CEILING - BUY.pickup["spent_fen"], 1) == await refunded(world, order["id"])


async def test_an_order_without_a_fee_is_still_paid_for_its_goods(world: World) -> None:
    """Free of charge is the walk, not the eggs."""
    resident = await world.person("resident1")
    await make_free(world)

    order = await placed(world, resident, BUY)

    assert ("awaiting_payment", 0, CEILING) == (
        order["state"],
        order["fee_fen"],
        order["total_fen"],
    )


async def test_cancelling_after_the_ceiling_was_raised_gives_both_payments_back(
    world: World,
) -> None:
    """Nothing was bought yet, so all of it comes home, each part to its payment."""
    resident, runner = await world.person("resident1"), await able_runner(world)
    order = await asked_for_more(world, resident, runner)
    await resident.post(f"/v1/orders/{order['id']}/consent", {"agree": True})
    await world.pay(resident, order["id"])

    await resident.post(f"/v1/orders/{order['id']}/cancel", {"reason": "changed_mind"})
    await world.settle()

    assert (order["total_fen"] + 1500, 2) == await refunded(world, order["id"])


async def test_what_was_not_spent_goes_back_in_a_dispute_too(world: World) -> None:
    """The receipt is no matter of the quarrel, which is about the rest."""
    resident, runner = await world.person("resident1"), await able_runner(world)
    order = await taken(world, resident, runner, BUY)
    await pick_up(runner, order, BUY.pickup)
    quarrel = {"reason": "damaged", "text": "鸡蛋碎了"}
    await resident.post(f"/v1/orders/{order['id']}/dispute", quarrel)

    await deliver(runner, order, BUY.delivery)
    await world.settle()

    left = await value(world.parts, "SELECT left_fen FROM disputes")
    assert order["fee_fen"] + SPENT == left
    assert (CEILING - SPENT, 1) == await refunded(world, order["id"])
