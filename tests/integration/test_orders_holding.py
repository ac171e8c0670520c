"""Ten seconds for second thoughts: held acts are undone, done once, or dropped with a reason."""

from typing import Any

import pytest

from tests.fixtures.builders.money import refunded
from tests.fixtures.builders.racing import at_once, outcomes
from tests.fixtures.builders.sql import rows, value
from tests.fixtures.builders.worlds import World
from workers.timers import TIMERS

MIND = {"reason": "changed_mind"}


async def held_cancel(person: Any, order: dict[str, Any]) -> dict[str, Any]:
    """A cancellation that may still be undone."""
    return await person.post(f"/v1/orders/{order['id']}/hold-cancel", MIND)


async def trace(world: World) -> Any:
    """Everything that could be seen of an act: events, and the versions of what it moves."""
    return [
        await value(world.parts, "SELECT count(*) FROM events WHERE subject <> 'act'"),
        await rows(world.parts, "SELECT id, state, version FROM orders ORDER BY id"),
        await rows(world.parts, "SELECT id, state, version FROM jobs ORDER BY id"),
        await rows(world.parts, "SELECT id, load FROM runners ORDER BY id"),
        await value(world.parts, "SELECT count(*) FROM statements"),
    ]


async def test_what_is_undone_never_happened(world: World) -> None:
    """No event, no version, no load, no money, however long one waits."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.accepted(resident, runner)
    await world.settle()
    before = await trace(world)

    act = await held_cancel(resident, order)
    undone = await resident.post(f"/v1/held-acts/{act['id']}/undo")
    await world.later(seconds=60)

    assert ("held", "undone") == (act["state"], undone["state"])
    assert before == await trace(world)
    assert (0, 0) == await refunded(world, order["id"])
    again = await resident.refused("POST", f"/v1/held-acts/{act['id']}/undo")
    assert (409, "undo_too_late") == again


async def test_what_is_not_undone_is_done_after_ten_seconds(world: World) -> None:
    """By the person who did it, at the figure that was shown, once; then it is too late."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.accepted(resident, runner)
    await world.later(seconds=121)
    shown = await resident.get(f"/v1/orders/{order['id']}/cancel-cost")
    path = f"/v1/orders/{order['id']}/hold-cancel"

    unasked = await resident.refused("POST", path, json=MIND)
    act = await resident.post(path, {**MIND, "token": shown["token"], "text": "不要了"})
    meanwhile = (await resident.get(f"/v1/orders/{order['id']}"))["state"]
    await world.later(seconds=11)
    after = await resident.get(f"/v1/orders/{order['id']}")
    late = await resident.refused("POST", f"/v1/held-acts/{act['id']}/undo")

    assert (409, "cancel_cost_changed") == unasked
    assert ("active", "cancelled", "resident") == (
        meanwhile, after["state"], after["cancel_side"],
    )  # fmt: skip
    assert shown["cost_fen"] == after["cost_fen"]
    assert (409, "undo_too_late") == late
    assert 1 == (await refunded(world, order["id"]))[1]
    assert "done" == (await resident.get(f"/v1/held-acts/{act['id']}"))["state"]


async def test_a_held_act_belongs_to_whoever_did_it(world: World) -> None:
    """One at a time; others see none; staff hold none."""
    resident, runner = await world.person("resident1"), await world.runner()
    staff = await world.person("staff1")
    order = await world.accepted(resident, runner)
    path = f"/v1/orders/{order['id']}/hold-cancel"

    by_staff = await staff.refused("POST", path, json={"reason": "staff_decision"})
    answers = await at_once(*(resident.call("POST", path, json=MIND) for _ in range(5)))
    (act,) = [a.json() for a in answers if a.is_success]
    others = {
        await p.refused(m, f"/v1/held-acts/{act['id']}{a}")
        for p in (runner, staff, await world.person("resident2"))
        for m, a in (("GET", ""), ("POST", "/undo"))
    }

    assert (403, "role_missing") == by_staff
    assert {"ok": 1, "act_held": 4} == outcomes(answers)
    assert {(404, "not_found")} == others


async def test_what_became_impossible_is_dropped_with_its_reason(world: World) -> None:
    """The runner picked it up within those seconds: the order goes on, and it is said why."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.accepted(resident, runner)
    act = await held_cancel(resident, order)
    await runner.post(f"/v1/jobs/{order['job_id']}/pick-up", {"code": order["pickup_code"]})

    await world.later(seconds=11)
    seen = await resident.get(f"/v1/held-acts/{act['id']}")

    assert ("dropped", "cancel_not_possible") == (seen["state"], seen["refused_as"])
    assert "active" == (await resident.get(f"/v1/orders/{order['id']}"))["state"]


async def test_a_held_delivery_is_checked_now_and_counts_from_now(world: World) -> None:
    """A wrong code is refused and counted at once; the right one is in time though done later."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.picked_up(resident, runner)
    path = f"/v1/jobs/{order['job_id']}/stops/1/hold-deliver"
    wrong = {"code": "0000" if order["receipt_code"] != "0000" else "1111"}

    tries = [(await runner.refused("POST", path, json=wrong))[1] for _ in range(5)]
    await world.later(minutes=10, seconds=1)
    act = await runner.post(path, {"code": order["receipt_code"]})
    before = (await resident.get(f"/v1/orders/{order['id']}"))["job_state"]
    await world.later(seconds=11)
    after = await resident.get(f"/v1/orders/{order['id']}")
    proven_at, closed_at = (
        await rows(world.parts, "SELECT proven_at, closed_at FROM stops WHERE order_id = $1",
                   order["id"])
    )[0]  # fmt: skip

    assert ["code_wrong"] * 4 + ["code_locked"] == tries
    assert ("picked_up", "delivered") == (before, after["job_state"])
    assert 10 <= (closed_at - proven_at).total_seconds() < 30
    assert "done" == (await runner.get(f"/v1/held-acts/{act['id']}"))["state"]


@pytest.mark.parametrize("is_undone", [True, False])
async def test_a_failure_tapped_by_mistake(world: World, is_undone: bool) -> None:
    """Undone, the goods are still on their way and may be delivered."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.picked_up(resident, runner)
    job = f"/v1/jobs/{order['job_id']}"
    act = await runner.post(f"{job}/hold-fail", {"reason": "nobody_there"})
    if is_undone:
        await runner.post(f"/v1/held-acts/{act['id']}/undo")
    await world.later(seconds=11)

    assert ("picked_up" if is_undone else "failed") == (await resident.get(job))["state"]


async def test_undoing_against_the_timer(world: World) -> None:
    """In the last moment either the undo or the act wins, never both."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.accepted(resident, runner)
    act = await held_cancel(resident, order)
    await rows(
        world.parts, "UPDATE held_acts SET due_at = linli_now() - interval '1 s' WHERE id = $1",
        act["id"],
    )  # fmt: skip

    held = TIMERS["do_held_acts"]
    moved = [await held.sweep(world.parts), await held.sweep(world.parts)]
    undone = await resident.refused("POST", f"/v1/held-acts/{act['id']}/undo")

    assert [1, 0] == moved
    assert (409, "undo_too_late") == undone
    assert "cancelled" == (await resident.get(f"/v1/orders/{order['id']}"))["state"]
