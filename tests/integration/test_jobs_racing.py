"""Two acts on one job or order in one moment: one wins, the other hears a clear 409."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta

import httpx

from api.kit.db import read_now
from api.kit.simulated import set_clock
from tests.fixtures.builders.money import refunded
from tests.fixtures.builders.racing import at_once, outcome
from tests.fixtures.builders.stubborn import unhurried
from tests.fixtures.builders.worlds import World
from workers.timers import TIMERS

ROUNDS = 6
FEW_ROUNDS = 3
MIND = {"reason": "changed_mind"}


def in_turn(
    n: int, one: Awaitable[httpx.Response], other: Awaitable[httpx.Response]
) -> list[Awaitable[httpx.Response]]:
    """Both acts, the first begun now the one and now the other."""
    return [one, other] if n % 2 == 0 else [other, one]


async def test_cancelling_against_accepting(world: World) -> None:
    """Either the runner has the job and cancelling costs what it costs, or it is gone."""
    resident, runner = await world.person("resident1"), await world.runner()
    for n in range(ROUNDS):
        order = await world.paid(resident)
        cancel = unhurried(resident).call("POST", f"/v1/orders/{order['id']}/cancel", json=MIND)
        accept = unhurried(runner).call("POST", f"/v1/jobs/{order['job_id']}/accept")
        answers = await at_once(*in_turn(n, cancel, accept))
        cancelled, accepted = answers if n % 2 == 0 else answers[::-1]
        seen = await resident.get(f"/v1/orders/{order['id']}")
        load = (await runner.get("/v1/runners/me"))["load"]
        pair = (outcome(cancelled), outcome(accepted))

        # Cancelling right after the accept is free, so both may work, one after the other.
        assert pair in {("ok", "job_not_open"), ("job_moved_on", "ok"), ("ok", "ok")}
        expected = ("cancelled", 0) if pair[0] == "ok" else ("active", 1)
        assert expected == (seen["state"], load)
        if load:
            await runner.post(f"/v1/jobs/{order['job_id']}/release")


async def test_handing_back_against_picking_up(world: World) -> None:
    """A job is either on its way or back in the hall."""
    resident, runner = await world.person("resident1"), await world.runner()
    for n in range(ROUNDS):
        order = await world.accepted(resident, runner)
        job = f"/v1/jobs/{order['job_id']}"
        code = {"code": order["pickup_code"]}
        release = unhurried(runner).call("POST", f"{job}/release")
        pick_up = unhurried(runner).call("POST", f"{job}/pick-up", json=code)
        answers = await at_once(*in_turn(n, release, pick_up))
        released, picked_up = answers if n % 2 == 0 else answers[::-1]
        state = (await resident.get(job))["state"]
        pair = (outcome(released), outcome(picked_up))

        # Whoever has handed a job back does not find it any more.
        assert pair in {("ok", "not_found"), ("job_moved_on", "ok")}
        assert state == ("open" if pair[0] == "ok" else "picked_up")
        if state == "picked_up":
            receipt = {"code": order["receipt_code"]}
            await runner.post(f"{job}/stops/1/deliver", receipt)


async def test_confirming_against_the_timer(world: World) -> None:
    """The customer's tap meets the end of the day: one completion, one score."""
    resident, runner = await world.person("resident1"), await world.runner()
    orders = [await world.delivered(resident, runner) for _ in range(3)]
    async with world.parts.database.session() as session:
        at = await read_now(session) + timedelta(hours=24, seconds=1)
        await set_clock(session, settings=world.parts.settings, at=at, speed=1)
        await session.commit()
    acts = [resident.call("POST", f"/v1/orders/{o['id']}/confirm") for o in orders]
    *answers, _ = await asyncio.gather(*acts, TIMERS["confirm_orders"].sweep(world.parts))
    await world.settle()

    assert {outcome(a) for a in answers} <= {"ok", "order_moved_on"}
    states = {o["state"] for o in (await resident.get("/v1/orders"))["items"]}
    assert {"completed"} == states
    # One for joining, one for each order.
    assert 4 == (await runner.get(f"/v1/points/runners/{runner.id}"))["entries"]


async def test_delivering_against_failing(world: World) -> None:
    """The same runner taps both: the goods are either there or on their way back."""
    resident, runner = await world.person("resident1"), await world.runner()
    for n in range(ROUNDS):
        order = await world.picked_up(resident, runner)
        job = f"/v1/jobs/{order['job_id']}"
        receipt = {"code": order["receipt_code"]}
        deliver = unhurried(runner).call("POST", f"{job}/stops/1/deliver", json=receipt)
        fail = unhurried(runner).call("POST", f"{job}/fail", json={"reason": "refused"})
        answers = await at_once(*in_turn(n, deliver, fail))
        state = (await resident.get(job))["state"]

        assert {"ok", "job_moved_on"} == {outcome(a) for a in answers}
        delivered = answers[n % 2]
        assert state == ("delivered" if delivered.is_success else "failed")
        assert 0 == (await runner.get("/v1/runners/me"))["load"]


async def test_cancelling_against_picking_up(world: World) -> None:
    """Either the goods are on their way, or the order is gone; never both."""
    resident, runner = await world.person("resident1"), await world.runner()
    for n in range(FEW_ROUNDS):
        order = await world.accepted(resident, runner)
        job = f"/v1/jobs/{order['job_id']}"
        code = {"code": order["pickup_code"]}
        cancel = unhurried(resident).call("POST", f"/v1/orders/{order['id']}/cancel", json=MIND)
        pick_up = unhurried(runner).call("POST", f"{job}/pick-up", json=code)
        answers = await at_once(*in_turn(n, cancel, pick_up))
        cancelled, picked_up = answers if n % 2 == 0 else answers[::-1]
        seen = await resident.get(f"/v1/orders/{order['id']}")
        pair = (outcome(cancelled), outcome(picked_up))

        assert pair in {
            ("ok", "job_moved_on"), ("cancel_not_possible", "ok"), ("job_moved_on", "ok"),
        }  # fmt: skip
        expected = "cancelled" if pair[0] == "ok" else "picked_up"
        assert expected == seen["job_state"]
        if expected == "picked_up":
            await runner.post(f"{job}/stops/1/deliver", {"code": order["receipt_code"]})


async def test_both_sides_cancel_in_one_moment(world: World) -> None:
    """One of them did it; the other hears that the order moved on; one refund."""
    resident, runner = await world.person("resident1"), await world.runner()
    for n in range(FEW_ROUNDS):
        order = await world.accepted(resident, runner)
        why = {"reason": "weather", "text": "大雨"}
        mine = unhurried(resident).call("POST", f"/v1/orders/{order['id']}/cancel", json=MIND)
        theirs = unhurried(runner).call("POST", f"/v1/jobs/{order['job_id']}/cancel", json=why)
        answers = await at_once(*in_turn(n, mine, theirs))
        by_resident, by_runner = answers if n % 2 == 0 else answers[::-1]
        seen = await resident.get(f"/v1/orders/{order['id']}")
        await world.settle()
        pair = (outcome(by_resident), outcome(by_runner))

        # A runner no longer sees what is no longer theirs to carry.
        assert pair in {("ok", "not_found"), ("order_moved_on", "ok")}
        assert ("resident" if pair[0] == "ok" else "runner") == seen["cancel_side"]
        assert (order["fee_fen"], 1) == await refunded(world, order["id"])


async def test_disputing_against_confirming(world: World) -> None:
    """Whoever comes second finds the order as the first left it."""
    resident, runner = await world.person("resident1"), await world.runner()
    for n in range(FEW_ROUNDS):
        order = await world.delivered(resident, runner)
        why = {"reason": "behaviour", "text": "说不清"}
        confirm = unhurried(resident).call("POST", f"/v1/orders/{order['id']}/confirm")
        dispute = unhurried(runner).call("POST", f"/v1/jobs/{order['job_id']}/dispute", json=why)
        answers = await at_once(*in_turn(n, confirm, dispute))
        confirmed, disputed = answers if n % 2 == 0 else answers[::-1]
        seen = await resident.get(f"/v1/orders/{order['id']}")

        # A completed order may still be disputed.
        assert "ok" == outcome(disputed)
        assert outcome(confirmed) in {"ok", "order_moved_on"}
        assert "disputed" == seen["state"]
