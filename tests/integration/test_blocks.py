"""Blocks and preferences: they hold at the very next request, and nobody else can see them."""

from typing import Any

from tests.fixtures.builders.crowds import crowd_of_runners
from tests.fixtures.builders.doorsteps import on_a_trip, taken
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.racing import at_once, outcomes
from tests.fixtures.builders.sql import change, rows
from tests.fixtures.builders.stubborn import unhurried
from tests.fixtures.builders.worlds import World


async def hall_of(runner: Person) -> list[str]:
    """What the hall shows a runner."""
    return [j["job_id"] for j in (await runner.get("/v1/hall"))["items"]]


async def said(person: Person, method: str, path: str) -> tuple[int, dict[str, Any]]:
    """A refusal without the number of its request."""
    answer = await person.call(method, path)
    return answer.status_code, {k: v for k, v in answer.json().items() if k != "request_id"}


async def test_a_resident_blocks_a_runner_from_the_next_request_on(world: World) -> None:
    """Shown before, hidden after, shown again when the block is lifted; others notice nothing."""
    resident, runner, other = (
        await world.person("resident1"),
        await world.runner(1),
        await world.runner(2),
    )
    job = (await world.paid(resident))["job_id"]
    before = await hall_of(runner), await hall_of(other)

    block = await resident.post("/v1/me/blocks", {"runner_id": runner.id, "stance": "block"})
    blocked = await hall_of(runner), await hall_of(other)
    accept = await runner.refused("POST", f"/v1/jobs/{job}/accept")
    await resident.call("DELETE", f"/v1/me/blocks/{block['id']}", expect=204)
    lifted = await hall_of(runner)
    await runner.post(f"/v1/jobs/{job}/accept")

    assert (([job], [job]), ([], [job]), [job]) == (before, blocked, lifted)
    assert (409, "job_taken") == accept


async def test_a_block_looks_like_a_faster_runner_to_the_letter(world: World) -> None:
    """Online, offline or full: a blocked job and a taken one are refused by the same body."""
    resident, runner, fast = (
        await world.person("resident1"),
        await world.runner(1),
        await world.runner(2),
    )
    taken, open_ = await world.paid(resident), await world.paid(resident)
    await fast.post(f"/v1/jobs/{taken['job_id']}/accept")
    await resident.post("/v1/me/blocks", {"runner_id": runner.id, "stance": "block"})
    keep = "UPDATE runners SET shift = 'online', load = 0, work_since = NULL WHERE load <> 1"
    for lack in ("shift = 'online'", "shift = 'offline'", "load = capacity, work_since = now()"):
        lacking = f"UPDATE runners SET {lack} WHERE id = '{runner.id}'"
        await change(world.parts, keep, lacking)
        blocked = await said(runner, "POST", f"/v1/jobs/{open_['job_id']}/accept")
        gone = await said(runner, "POST", f"/v1/jobs/{taken['job_id']}/accept")
        await change(
            world.parts,
            f"UPDATE runners SET shift = 'online', load = 0, work_since = NULL"
            f" WHERE id = '{runner.id}'",
        )

        assert gone == blocked
        assert "job_taken" == blocked[1]["code"]


async def test_a_block_with_one_of_several_customers_hides_the_whole_trip(world: World) -> None:
    """From hall, accept and staff; who carried it names one of them by the stop."""
    _, trip, neighbours = await on_a_trip(world)
    (one, up), (two, _) = neighbours
    runner, other = await world.runner(1), await world.runner(2)
    before = await hall_of(runner)
    block = await two.post("/v1/me/blocks", {"runner_id": runner.id, "stance": "block"})
    blocked = await hall_of(runner), await hall_of(other)
    accept = await runner.refused("POST", f"/v1/jobs/{trip['job_id']}/accept")
    hand = {"runner_id": runner.id, "reason": "other", "text": "就近"}
    assign = await world.admin.refused(
        "POST", f"/v1/jobs/{trip['job_id']}/assign", json=hand, headers={"If-Match": '"2"'}
    )
    await two.call("DELETE", f"/v1/me/blocks/{block['id']}", expect=204)
    await taken(runner, trip)
    stop = [o["number"] for _, o in neighbours].index(up["number"]) + 1
    theirs = {"job_id": trip["job_id"], "stance": "block"}
    none = await runner.refused("POST", "/v1/me/blocks", json={**theirs, "stop": 9})
    await runner.post("/v1/me/blocks", {**theirs, "stop": stop})
    by_job = await two.post("/v1/me/blocks", theirs)
    held = await rows(
        world.parts,
        "SELECT owner_id::text, target_id::text, target_is FROM blocks ORDER BY target_is",
    )

    assert ([trip["job_id"]], ([], [trip["job_id"]])) == (before, blocked)
    assert [(409, "job_taken")] * 2 + [(404, "not_found")] == [accept, assign, none]
    assert "runner" == by_job["target_is"]
    assert [(runner.id, one.id, "resident"), (two.id, runner.id, "runner")] == [
        tuple(row) for row in held
    ]


async def test_a_runner_blocks_the_resident_of_a_job(world: World) -> None:
    """Named by the job, never by who they are; from then on nothing of theirs is shown."""
    resident, other, runner = (
        await world.person("resident1"),
        await world.person("resident2"),
        await world.runner(),
    )
    done = await world.completed(resident, runner)

    block = await runner.post("/v1/me/blocks", {"job_id": done["job_id"], "stance": "block"})
    await world.paid(resident)
    shown = await world.paid(other)

    assert ("resident", "r*") == (block["target_is"], block["name"])
    assert resident.id not in str(await runner.get("/v1/me/blocks"))
    assert [shown["job_id"]] == await hall_of(runner)


async def test_who_may_be_named(world: World) -> None:
    """Strangers to a job, jobs without a runner, people who do not run: all are not there."""
    resident, stranger, runner = (
        await world.person("resident1"),
        await world.person("resident2"),
        await world.runner(),
    )
    carried = (await world.accepted(resident, runner))["job_id"]
    waiting = (await world.paid(resident))["job_id"]

    async def refused(person: Person, **body: str) -> tuple[int, str]:
        return await person.refused("POST", "/v1/me/blocks", json={"stance": "block", **body})

    assert {(404, "not_found")} == {
        await refused(stranger, job_id=carried),
        await refused(resident, job_id=waiting),
        await refused(resident, runner_id=stranger.id),
        await refused(runner, runner_id=runner.id),
        await refused(resident, job_id="019a9f0e-8c6b-7d1e-8000-000000000000"),
    }
    assert (409, "runner_only_blocks") == await runner.refused(
        "POST", "/v1/me/blocks", json={"job_id": carried, "stance": "prefer"}
    )
    assert (422, "malformed_request") == await refused(
        resident, job_id=carried, runner_id=runner.id
    )


async def test_twice_is_once_and_a_stance_may_change(world: World) -> None:
    """The same block again is the same; a preference instead replaces it."""
    resident, runner = await world.person("resident1"), await world.runner()
    job = (await world.paid(resident))["job_id"]
    body = {"runner_id": runner.id, "stance": "block"}
    first, again = [await resident.post("/v1/me/blocks", body) for _ in range(2)]

    prefers = await resident.post("/v1/me/blocks", {**body, "stance": "prefer"})

    assert (first, first["id"], "prefer") == (again, prefers["id"], prefers["stance"])
    assert [prefers] == (await resident.get("/v1/me/blocks"))["items"]
    assert [job] == await hall_of(runner)


async def test_nobody_holds_more_than_the_limit_however_they_race(world: World) -> None:
    """Five preferences of eight asked in one moment; a lifted one makes room."""
    resident, runners = await world.person("resident1"), await crowd_of_runners(world, 8)
    bodies = [{"runner_id": r.id, "stance": "prefer"} for r in runners]

    answers = await at_once(
        *(unhurried(resident).call("POST", "/v1/me/blocks", json=b) for b in bodies)
    )
    held = (await resident.get("/v1/me/blocks"))["items"]
    await resident.call("DELETE", f"/v1/me/blocks/{held[0]['id']}", expect=204)
    left = next(r for r, a in zip(runners, answers, strict=True) if not a.is_success)
    room = await resident.call(
        "POST", "/v1/me/blocks", json={"runner_id": left.id, "stance": "prefer"}
    )

    assert {"ok": 5, "blocks_full": 3} == outcomes(answers)
    assert (5, 201) == (len(held), room.status_code)


async def test_a_block_is_its_owners_alone(world: World) -> None:
    """Neither the other side nor a stranger can lift it, see it, or tell it from nothing."""
    resident, stranger, runner = (
        await world.person("resident1"),
        await world.person("resident2"),
        await world.runner(),
    )
    block = await resident.post("/v1/me/blocks", {"runner_id": runner.id, "stance": "block"})
    path = f"/v1/me/blocks/{block['id']}"
    nowhere = "/v1/me/blocks/019a9f0e-8c6b-7d1e-8000-000000000000"

    refusals = [await said(p, "DELETE", path) for p in (runner, stranger)]

    assert [await said(stranger, "DELETE", nowhere)] * 2 == refusals
    assert [] == (await runner.get("/v1/me/blocks"))["items"]
