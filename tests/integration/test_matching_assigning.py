"""Staff give jobs by hand: to whom they choose, by the one predicate."""

from typing import Any

from tests.fixtures.builders.racing import at_once, outcome
from tests.fixtures.builders.staff import foreign_staff, granted
from tests.fixtures.builders.stubborn import unhurried
from tests.fixtures.builders.worlds import World, point

FAR = point(900)


def to(runner_id: str, version: int, **more: Any) -> dict[str, Any]:
    """The body and header of giving a job to a runner."""
    body = {"runner_id": runner_id, "reason": "urgent", "text": "老人等药", **more}
    return {"json": body, "headers": {"If-Match": f'"{version}"'}}


async def test_only_managers_of_the_place_assign(world: World) -> None:
    """Staff elsewhere see no job; a grid worker, the customer and runners lack the role."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.paid(resident)
    path = f"/v1/jobs/{order['job_id']}/assign"
    staff = await world.person("staff1")
    version = (await staff.get(f"/v1/jobs/{order['job_id']}"))["version"]
    grid = await granted(world, "resident7", "grid_worker", world.community_id)

    async def refused(person: Any, **more: Any) -> tuple[int, str]:
        return await person.refused("POST", path, **{**to(runner.id, version), **more})

    assert (404, "not_found") == await refused(await foreign_staff(world))
    assert (404, "not_found") == await refused(runner)
    assert (403, "role_missing") == await refused(resident)
    assert (403, "role_missing") == await refused(grid)
    assert (428, "version_required") == await refused(staff, headers={})
    assert (412, "version_changed") == await refused(staff, **to(runner.id, version + 1))


async def test_the_one_predicate_holds_for_staff_too(world: World) -> None:
    """All but the distance, and that only where they say so."""
    resident, staff = await world.person("resident1"), await world.person("staff1")
    far, offline = await world.runner(1, at=FAR), await world.runner(2)
    await offline.put("/v1/runners/me/shift", {"shift": "offline"})
    order = await world.paid(resident)
    path = f"/v1/jobs/{order['job_id']}/assign"
    version = (await staff.get(f"/v1/jobs/{order['job_id']}"))["version"]
    waived = {"is_distance_waived": True}

    codes = [
        (await staff.refused("POST", path, **to(far.id, version)))[1],
        (await staff.refused("POST", path, **to(offline.id, version, **waived)))[1],
        (await staff.refused("POST", path, **to(resident.id, version, **waived)))[1],
    ]
    given = (await staff.call("POST", path, **to(far.id, version, **waived), expect=200)).json()

    assert ["out_of_range", "runner_offline", "not_found"] == codes
    assert ("accepted", far.id) == (given["state"], given["runner_id"])
    assert 1 == (await far.get("/v1/runners/me"))["load"]
    assert (409, "job_taken") == await staff.refused(
        "POST", path, **to(far.id, given["version"], **waived)
    )


async def test_staff_give_no_job_across_a_block(world: World) -> None:
    """Who does not want to meet is not sent there by hand either."""
    resident, staff = await world.person("resident1"), await world.person("staff1")
    runner = await world.runner()
    await resident.post("/v1/me/blocks", {"runner_id": runner.id, "stance": "block"})
    order = await world.paid(resident)
    version = (await staff.get(f"/v1/jobs/{order['job_id']}"))["version"]

    refused = await staff.refused(
        "POST", f"/v1/jobs/{order['job_id']}/assign", **to(runner.id, version)
    )

    assert (409, "job_taken") == refused


async def test_reassigning_costs_the_first_runner_no_points(world: World) -> None:
    """One act, two events: handed back by staff, given to another."""
    resident, staff = await world.person("resident1"), await world.person("staff1")
    first, second = await world.runner(1), await world.runner(2)
    order = await world.accepted(resident, first)
    path = f"/v1/jobs/{order['job_id']}/reassign"
    version = (await staff.get(f"/v1/jobs/{order['job_id']}"))["version"]
    await world.later(seconds=121)

    same = await staff.refused("POST", path, **to(first.id, version))
    given = (await staff.call("POST", path, **to(second.id, version), expect=200)).json()
    await world.settle()
    loads = [(await r.get("/v1/runners/me"))["load"] for r in (first, second)]

    assert (409, "same_runner") == same
    assert (second.id, version + 2, [0, 1]) == (given["runner_id"], given["version"], loads)
    entries = (await first.get(f"/v1/points/runners/{first.id}/ledger"))["items"]
    assert ["runner.joined"] == [e["kind"] for e in entries]
    await second.post(f"/v1/jobs/{order['job_id']}/pick-up", {"code": order["pickup_code"]})
    late = to(first.id, given["version"] + 1)
    assert (409, "job_moved_on") == await staff.refused("POST", path, **late)


async def test_assigning_against_accepting(world: World) -> None:
    """A thumb and a click in one moment: one runner has it, the load is right."""
    resident, staff = await world.person("resident1"), await world.person("staff1")
    first, second = await world.runner(1), await world.runner(2)
    for _ in range(4):
        order = await world.paid(resident)
        job = f"/v1/jobs/{order['job_id']}"
        version = (await staff.get(job))["version"]
        answers = await at_once(
            unhurried(staff).call("POST", f"{job}/assign", **to(first.id, version)),
            unhurried(second).call("POST", f"{job}/accept"),
        )
        pair = tuple(outcome(a) for a in answers)
        has_it = (await staff.get(job))["runner_id"]

        assert pair in {("ok", "job_taken"), ("version_changed", "ok")}
        assert has_it == (first.id if pair[0] == "ok" else second.id)
    loads = [(await r.get("/v1/runners/me"))["load"] for r in (first, second)]

    assert 4 == sum(loads)
