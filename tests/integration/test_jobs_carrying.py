"""Carrying a job out: codes, failing, handing back, returning."""

import pytest

from tests.fixtures.builders.money import refunded
from tests.fixtures.builders.people import fresh_key
from tests.fixtures.builders.racing import at_once, outcomes
from tests.fixtures.builders.staff import foreign_staff
from tests.fixtures.builders.stubborn import unhurried
from tests.fixtures.builders.worlds import World

WRONG = 5


def wrong(code: str) -> dict[str, str]:
    """A code that is not this one."""
    return {"code": "0000" if code != "0000" else "1111"}


async def test_only_its_runner_carries_a_job(world: World) -> None:
    """To another runner, the customer and staff these acts do not exist."""
    resident, runner = await world.person("resident1"), await world.runner(1)
    others = [await world.runner(2), resident, await world.person("staff1")]
    order = await world.accepted(resident, runner)
    code = {"code": order["pickup_code"]}
    job = f"/v1/jobs/{order['job_id']}"
    acts = (("arrive", None), ("pick-up", code), ("stops/1/deliver", code),
            ("fail", {"reason": "refused"}))  # fmt: skip

    for act, body in acts:
        more = {} if body is None else {"json": body}
        refused = {await other.refused("POST", f"{job}/{act}", **more) for other in others}

        assert 401 == (await world.http.post(f"{job}/{act}", **more)).status_code
        assert {(404, "not_found")} == refused


async def test_each_act_has_its_stage(world: World) -> None:
    """Nothing is delivered before the pickup, nothing is picked up or handed back after it."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.accepted(resident, runner)
    job, moved_on = f"/v1/jobs/{order['job_id']}", (409, "job_moved_on")
    pickup, receipt = {"code": order["pickup_code"]}, {"code": order["receipt_code"]}
    refused = runner.refused

    assert moved_on == await refused("POST", f"{job}/stops/1/deliver", json=receipt)
    assert moved_on == await refused("POST", f"{job}/fail", json={"reason": "refused"})
    assert moved_on == await resident.refused("POST", f"{job}/return")
    await runner.post(f"{job}/pick-up", pickup)
    assert moved_on == await refused("POST", f"{job}/pick-up", json=pickup)
    assert moved_on == await refused("POST", f"{job}/arrive")
    assert moved_on == await refused("POST", f"{job}/release")
    assert (404, "not_found") == await refused("POST", f"{job}/stops/2/deliver", json=receipt)
    await runner.post(f"{job}/stops/1/deliver", receipt)
    assert moved_on == await refused("POST", f"{job}/stops/1/deliver", json=receipt)
    assert moved_on == await refused("POST", f"{job}/fail", json={"reason": "refused"})


async def test_arriving_twice_is_arriving_once(world: World) -> None:
    """The first moment stays, and the version counts one step."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.accepted(resident, runner)
    path = f"/v1/jobs/{order['job_id']}/arrive"
    first = await runner.post(path)

    again = await runner.post(path)

    assert first["arrived_at"] is not None
    assert (first["arrived_at"], first["version"]) == (again["arrived_at"], again["version"])


@pytest.mark.parametrize("act", ["pick-up", "stops/1/deliver"])
async def test_five_wrong_codes_lock_for_ten_minutes(world: World, act: str) -> None:
    """Each wrong one is counted though it is refused; while locked the right one fails too."""
    resident, runner = await world.person("resident1"), await world.runner()
    if act == "pick-up":
        order = await world.accepted(resident, runner)
        right = {"code": order["pickup_code"]}
    else:
        order = await world.picked_up(resident, runner)
        right = {"code": order["receipt_code"]}
    path = f"/v1/jobs/{order['job_id']}/{act}"
    tries = [
        (await runner.refused("POST", path, json=wrong(right["code"])))[1] for _ in range(WRONG)
    ]
    locked = await runner.refused("POST", path, json=right)
    await world.later(minutes=9, seconds=55)
    still = await runner.refused("POST", path, json=right)
    await world.later(seconds=10)

    done = await runner.post(path, right)

    assert ["code_wrong"] * 4 + ["code_locked"] == tries
    assert [(409, "code_locked")] * 2 == [locked, still]
    assert done["state"] in ("picked_up", "delivered")


async def test_guesses_in_one_moment_are_all_counted(world: World) -> None:
    """Twenty wrong codes at once: four wrong, the fifth locks, the rest meet the lock."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.accepted(resident, runner)
    path, body = f"/v1/jobs/{order['job_id']}/pick-up", wrong(order["pickup_code"])

    answers = await at_once(*(unhurried(runner).call("POST", path, json=body) for _ in range(20)))

    assert {"code_wrong": 4, "code_locked": 16} == outcomes(answers)


async def test_a_delivery_repeats_under_its_key_only(world: World) -> None:
    """The same key repeats the answer, another key is told that the job moved on."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.picked_up(resident, runner)
    path, key = f"/v1/jobs/{order['job_id']}/stops/1/deliver", fresh_key()
    body = {"code": order["receipt_code"]}
    first = await runner.call("POST", path, json=body, key=key, expect=200)

    again = await runner.call("POST", path, json=body, key=key, expect=200)

    assert first.content == again.content
    assert (409, "job_moved_on") == await runner.refused("POST", path, json=body)
    assert 0 == (await runner.get("/v1/runners/me"))["load"]


async def test_of_many_deliveries_at_once_one_counts(world: World) -> None:
    """Ten taps: one delivery, one step of the version, empty hands."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.picked_up(resident, runner)
    path, body = f"/v1/jobs/{order['job_id']}/stops/1/deliver", {"code": order["receipt_code"]}

    answers = await at_once(*(unhurried(runner).call("POST", path, json=body) for _ in range(10)))

    assert {"ok": 1, "job_moved_on": 9} == outcomes(answers)
    assert 0 == (await runner.get("/v1/runners/me"))["load"]


@pytest.mark.parametrize(("act", "body"), [("release", None), ("pick-up", "code")])
async def test_a_repeat_under_one_key_changes_nothing(
    world: World, act: str, body: str | None
) -> None:
    """Also an answer without a body is repeated as it was."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.accepted(resident, runner)
    path, key = f"/v1/jobs/{order['job_id']}/{act}", fresh_key()
    more = {} if body is None else {"json": {"code": order["pickup_code"]}}
    first = await runner.call("POST", path, key=key, **more)

    again = await runner.call("POST", path, key=key, **more)

    assert first.is_success
    assert (first.status_code, first.content) == (again.status_code, again.content)


async def test_a_job_that_was_handed_back_is_open_to_others(world: World) -> None:
    """The runner has free hands at once, and loses sight of the job; another takes it."""
    resident, runner = await world.person("resident1"), await world.runner(1)
    second, stranger = await world.runner(2), await world.person("resident2")
    foreign = await foreign_staff(world)
    order = await world.accepted(resident, runner)
    job = f"/v1/jobs/{order['job_id']}"

    for other in (second, resident, stranger, foreign):
        assert (404, "not_found") == await other.refused("POST", f"{job}/release")
    await runner.post(f"{job}/release")
    assert (404, "not_found") == await runner.refused("GET", job)
    assert [order["job_id"]] == [j["job_id"] for j in (await second.get("/v1/hall"))["items"]]
    taken = await second.post(f"{job}/accept")
    loads = [(await r.get("/v1/runners/me"))["load"] for r in (runner, second)]

    assert ("accepted", [0, 1]) == (taken["state"], loads)


@pytest.mark.parametrize(
    ("reason", "fault", "share"),
    [("nobody_there", "resident", 0), ("address_wrong", "resident", 0), ("damaged", "platform", 1)],
)
async def test_what_could_not_be_delivered_comes_back_the_money_by_fault(
    world: World, reason: str, fault: str, share: int
) -> None:
    """The runner is free when the job failed; the order ends when the goods are back."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.picked_up(resident, runner)
    job = f"/v1/jobs/{order['job_id']}"
    failed = await runner.post(f"{job}/fail", {"reason": reason})
    load = (await runner.get("/v1/runners/me"))["load"]
    assert (404, "not_found") == await runner.refused("POST", f"{job}/return")
    by = resident if fault == "resident" else await world.person("staff1")

    returned = await by.post(f"{job}/return")
    await world.settle()

    assert ("failed", 0, "returned") == (failed["state"], load, returned["state"])
    assert (409, "job_moved_on") == await resident.refused("POST", f"{job}/return")
    seen = await resident.get(f"/v1/orders/{order['id']}")
    assert ("cancelled", "job_returned", fault) == (
        seen["state"],
        seen["cancel_reason"],
        seen["cancel_fault"],
    )
    assert (order["fee_fen"] * share, share) == await refunded(world, order["id"])
