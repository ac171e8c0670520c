"""Disputes: the money stands still, then it is split to the last fen; and refunds by hand."""

from typing import Any

import pytest

from tests.fixtures.builders.messages import told
from tests.fixtures.builders.money import refunded
from tests.fixtures.builders.racing import at_once, outcomes
from tests.fixtures.builders.staff import foreign_staff, granted
from tests.fixtures.builders.stubborn import unhurried
from tests.fixtures.builders.worlds import World

_BACK = ("refund.succeeded",)
QUARREL = {"reason": "damaged", "text": "袋子破了"}
SPLIT = {"outcome": "completed", "resident_fen": 100, "runner_fen": 250, "platform_fen": 0,
         "text": "核实,退一半"}  # fmt: skip


def seen(version: int) -> dict[str, Any]:
    """The header that says which version was read."""
    return {"headers": {"If-Match": f'"{version}"'}}


async def version_of(world: World, order_id: str) -> int:
    """The version that staff read."""
    staff = await world.person("staff1")
    return (await staff.get(f"/v1/orders/{order_id}"))["version"]


async def test_only_customer_and_runner_dispute(world: World) -> None:
    """Staff settle disputes and open none; to others the order does not exist."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.completed(resident, runner)
    path = f"/v1/orders/{order['id']}/dispute"
    others = [await world.person("resident2"), await foreign_staff(world)]

    refused = {await o.refused("POST", path, json=QUARREL) for o in others}
    of_staff = await (await world.person("staff1")).refused("POST", path, json=QUARREL)
    bare = await resident.refused("POST", path, json={**QUARREL, "text": " "})
    opened = await runner.post(f"/v1/jobs/{order['job_id']}/dispute", QUARREL)

    assert {(404, "not_found")} == refused | {of_staff}
    assert (409, "evidence_missing") == bare
    assert ("runner", order["fee_fen"]) == (opened["side"], opened["left_fen"])
    assert (409, "order_moved_on") == await resident.refused("POST", path, json=QUARREL)


async def test_seven_days_after_completion_it_is_too_late(world: World) -> None:
    """The last moment of the seventh day still counts."""
    resident, runner = await world.person("resident1"), await world.runner()
    early, late = await world.completed(resident, runner), await world.completed(resident, runner)
    await world.later(days=6, hours=23, minutes=59)
    await resident.post(f"/v1/orders/{early['id']}/dispute", QUARREL)
    await world.later(minutes=2)

    refused = await resident.refused("POST", f"/v1/orders/{late['id']}/dispute", json=QUARREL)

    assert (409, "dispute_too_late") == refused


async def test_disputed_money_does_not_move(world: World) -> None:
    """Neither time, nor the customer, nor a refund by hand moves it before the verdict."""
    resident, runner = await world.person("resident1"), await world.runner()
    staff = await world.person("staff1")
    order = await world.delivered(resident, runner)
    path = f"/v1/orders/{order['id']}"
    await resident.post(f"{path}/dispute", QUARREL)
    await world.later(hours=25)
    more = {"json": {"amount_fen": 1, "reason": "late", "text": "晚到"}}
    more |= seen(await version_of(world, order["id"]))

    state = (await resident.get(path))["state"]
    acts = [
        await resident.refused("POST", f"{path}/confirm"),
        await resident.refused("POST", f"{path}/cancel", json={"reason": "changed_mind"}),
        await staff.refused("POST", f"{path}/refund", **more),
    ]

    assert "disputed" == state
    assert [(409, "order_moved_on")] * 3 == acts
    assert (0, 0) == await refunded(world, order["id"])


async def test_who_may_settle_and_only_as_they_saw_it(world: World) -> None:
    """Managers of the place who are no party; a grid worker looks on; nothing is overwritten."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.delivered(resident, runner)
    path = f"/v1/orders/{order['id']}"
    await resident.post(f"{path}/dispute", QUARREL)
    version = await version_of(world, order["id"])
    staff, foreign = await world.person("staff1"), await foreign_staff(world)
    grid = await granted(world, "resident7", "grid_worker", world.community_id)
    party = await granted(world, "resident1", "community_staff", world.community_id)

    async def refused(person: Any, **more: Any) -> tuple[int, str]:
        return await person.refused("POST", f"{path}/resolve", json=SPLIT, **more)

    assert (404, "not_found") == await refused(foreign, **seen(version))
    assert (403, "role_missing") == await refused(grid, **seen(version))
    assert (403, "role_missing") == await refused(party, **seen(version))
    assert (403, "role_missing") == await refused(runner, **seen(version))
    assert (428, "version_required") == await refused(staff)
    assert (412, "version_changed") == await refused(staff, **seen(version - 1))
    assert (412, "version_changed") == await refused(staff, headers={"If-Match": "x"})


@pytest.mark.parametrize(
    ("stage", "outcome", "shares", "source"),
    [
        ("delivered", "completed", (100, 200, 50), "escrow"),
        ("delivered", "completed", (0, 350, 0), "escrow"),
        ("delivered", "cancelled", (350, 0, 0), "escrow"),
        ("completed", "completed", (100, 300, 50), "compensation"),
        ("completed", "cancelled", (350, 350, 0), "compensation"),
    ],
)
async def test_a_dispute_ends_with_a_split_that_is_whole(
    world: World, stage: str, outcome: str, shares: tuple[int, int, int], source: str
) -> None:
    """What the customer gets goes out; after completion never from what the runner earned."""
    await world.change_settings(tariff={"base_fen": 350, "included_m": 1000, "night_fen": 0})
    resident, runner = await world.person("resident1"), await world.runner()
    staff = await world.person("staff1")
    order = await getattr(world, stage)(resident, runner)
    path = f"/v1/orders/{order['id']}"
    await resident.post(f"{path}/dispute", QUARREL)
    resident_fen, runner_fen, platform_fen = shares
    body = {"outcome": outcome, "resident_fen": resident_fen, "runner_fen": runner_fen,
            "platform_fen": platform_fen, "text": "核实"}  # fmt: skip
    more = seen(await version_of(world, order["id"]))

    wrong = {**body, "platform_fen": platform_fen + 1}
    assert (409, "split_wrong") == await staff.refused(
        "POST", f"{path}/resolve", json=wrong, **more
    )
    settled = await staff.post(f"{path}/resolve", body, **more)
    await world.settle()
    after = await resident.get(path)
    earned = await runner.get("/v1/runners/me/earnings")
    entries = (await runner.get(f"/v1/points/runners/{runner.id}"))["entries"]

    assert (outcome, source) == (settled["outcome"], settled["source"])
    assert (outcome, resident_fen) == (after["state"], after["refunded_fen"])
    assert (resident_fen, int(resident_fen > 0)) == await refunded(world, order["id"])
    # What was earned before stays; what was still held goes by the split.
    earned_fen = order["fee_fen"] if stage == "completed" else runner_fen
    assert (earned_fen, int(earned_fen > 0)) == (earned["fee_fen"], earned["orders_count"])
    told_of_money = [k for k in await told(resident) if k in ("order.refund_decided", *_BACK)]
    assert list(_BACK[: int(resident_fen > 0)]) == told_of_money
    # One for joining.
    assert 1 + int(stage == "completed" or outcome == "completed") == entries


async def test_what_did_not_arrive_cannot_be_completed(world: World) -> None:
    """A job on its way must end first; one not picked up yet is cancelled with the order."""
    resident, runner = await world.person("resident1"), await world.runner()
    staff = await world.person("staff1")
    carried = await world.picked_up(resident, runner)
    accepted = await world.accepted(resident, runner)
    for order in (carried, accepted):
        await resident.post(f"/v1/orders/{order['id']}/dispute", QUARREL)
    body = {**SPLIT, "outcome": "cancelled", "resident_fen": accepted["fee_fen"], "runner_fen": 0}
    paths = [f"/v1/orders/{o['id']}/resolve" for o in (carried, accepted)]
    versions = [seen(await version_of(world, o["id"])) for o in (carried, accepted)]

    on_its_way = await staff.refused("POST", paths[0], json=body, **versions[0])
    unfit = await staff.refused("POST", paths[1], json=SPLIT, **versions[1])
    await staff.post(paths[1], body, **versions[1])

    assert (409, "job_moved_on") == on_its_way
    assert (409, "outcome_unfit") == unfit
    assert 1 == (await runner.get("/v1/runners/me"))["load"]


async def test_refunds_by_hand_never_exceed_what_is_left(world: World) -> None:
    """In parts, each once, each from the version that was read; then nothing is left."""
    resident, runner = await world.person("resident1"), await world.runner()
    staff, foreign = await world.person("staff1"), await foreign_staff(world)
    order = await world.completed(resident, runner)
    path = f"/v1/orders/{order['id']}/refund"
    body = {"amount_fen": 100, "reason": "late", "text": "晚到一小时"}
    version = await version_of(world, order["id"])

    assert (404, "not_found") == await foreign.refused("POST", path, json=body, **seen(version))
    assert (403, "role_missing") == await resident.refused("POST", path, json=body, **seen(version))
    answers = await at_once(
        *(unhurried(staff).call("POST", path, json=body, **seen(version)) for _ in range(5))
    )
    version = await version_of(world, order["id"])
    too_much = {**body, "amount_fen": order["fee_fen"] - 99}
    refused = await staff.refused("POST", path, json=too_much, **seen(version))
    after = await staff.post(path, {**body, "amount_fen": order["fee_fen"] - 100}, **seen(version))
    await world.settle()

    assert {"ok": 1, "version_changed": 4} == outcomes(answers)
    assert (409, "refund_too_much") == refused
    assert order["fee_fen"] == after["refunded_fen"]
    assert (order["fee_fen"], 2) == await refunded(world, order["id"])


async def test_cancelling_after_a_part_was_refunded_gives_the_rest(world: World) -> None:
    """Cost and refunds together are what was paid, also where the cost is all that is left."""
    resident, runner = await world.person("resident1"), await world.runner()
    staff = await world.person("staff1")
    order = await world.accepted(resident, runner)
    fee_fen, path = order["fee_fen"], f"/v1/orders/{order['id']}"
    body = {"amount_fen": fee_fen - 10, "reason": "goodwill", "text": "久等了"}
    await staff.post(f"{path}/refund", body, **seen(await version_of(world, order["id"])))
    await world.later(seconds=121)
    shown = await resident.get(f"{path}/cancel-cost")

    after = await resident.post(
        f"{path}/cancel", {"reason": "changed_mind", "token": shown["token"]}
    )
    await world.settle()

    assert (10, 0) == (shown["cost_fen"], shown["refund_fen"])
    assert fee_fen == after["cost_fen"] + after["refunded_fen"]
    assert (fee_fen - 10, 1) == await refunded(world, order["id"])
