"""Becoming a runner, and being allowed to work or not."""

import asyncio

import pytest

from api.kit.db import run
from tests.fixtures.builders.racing import at_once, outcomes, until_blocked
from tests.fixtures.builders.sql import value
from tests.fixtures.builders.staff import foreign_staff, granted, other_office
from tests.fixtures.builders.stubborn import unhurried
from tests.fixtures.builders.worlds import World, point

ONLINE = {"shift": "online"}


async def test_a_decision_needs_the_role_and_the_place(world: World) -> None:
    """A resident and a grid worker lack the role; staff elsewhere do not find the runner."""
    runner, resident = await world.person("runner1"), await world.person("resident1")
    grid = await granted(world, "stranger2", "grid_worker", world.community_id)
    foreign = await foreign_staff(world)
    await runner.post("/v1/runners/apply", {"community_id": world.community_id})
    path = f"/v1/runners/{runner.id}/approve"

    assert 401 == (await world.http.post(path, json={})).status_code
    assert (403, "role_missing") == await resident.refused("POST", path, json={})
    assert (403, "role_missing") == await runner.refused("POST", path, json={})
    assert (403, "role_missing") == await grid.refused("POST", path, json={})
    assert (404, "not_found") == await foreign.refused("POST", path, json={})


async def test_who_did_not_apply_cannot_be_decided_on(world: World) -> None:
    """There is nothing to decide about a stranger."""
    staff, resident = await world.person("staff1"), await world.person("resident1")

    refused = await staff.refused("POST", f"/v1/runners/{resident.id}/approve", json={})

    assert (404, "not_found") == refused


async def test_a_place_without_a_community_takes_no_application(world: World) -> None:
    """An office is no community; an unknown place is none either."""
    runner = await world.person("runner1")

    for place_id in (world.office_id, "00000000-0000-7000-8000-000000000000"):
        refused = await runner.refused("POST", "/v1/runners/apply", json={"community_id": place_id})

        assert (404, "not_found") == refused


async def test_a_standing_moves_only_as_the_machine_says(world: World) -> None:
    """Applied, rejected, applied again, approved, suspended, approved; each step once."""
    runner, staff = await world.person("runner1"), await world.person("staff1")
    body = {"community_id": world.community_id}
    me = f"/v1/runners/{runner.id}"
    reached: list[str] = []

    async def decide(decision: str) -> None:
        reached.append((await staff.post(f"{me}/{decision}", {}))["state"])

    async def cannot(*decisions: str) -> None:
        for decision in decisions:
            refused = await staff.refused("POST", f"{me}/{decision}", json={})
            assert (409, "decision_made") == refused

    await runner.post("/v1/runners/apply", body)
    assert (409, "already_applied") == await runner.refused("POST", "/v1/runners/apply", json=body)
    await cannot("suspend")
    await decide("reject")
    await cannot("approve", "reject", "suspend")
    reached.append((await runner.post("/v1/runners/apply", body))["state"])
    await decide("approve")
    await cannot("approve", "reject")
    assert (409, "already_applied") == await runner.refused("POST", "/v1/runners/apply", json=body)
    await decide("suspend")
    await cannot("suspend", "reject")
    await decide("approve")

    assert ["rejected", "applied", "approved", "suspended", "approved"] == reached


async def test_of_opposite_decisions_at_once_one_counts(world: World) -> None:
    """Two of the staff decide in one moment: the runner is one thing, not both."""
    runner, staff = await world.person("runner1"), await world.person("staff1")
    await runner.post("/v1/runners/apply", {"community_id": world.community_id})
    me = f"/v1/runners/{runner.id}"

    answers = await at_once(
        *(unhurried(staff).call("POST", f"{me}/{d}", json={}) for d in ("approve", "reject") * 3)
    )

    assert {"ok": 1, "decision_made": 5} == outcomes(answers)


async def test_who_is_not_approved_can_do_nothing(world: World) -> None:
    """No shift, no position; and whoever never applied is no runner at all."""
    runner, resident = await world.person("runner1"), await world.person("resident1")
    await runner.post("/v1/runners/apply", {"community_id": world.community_id})
    here = {"point": point()}

    for person, refusal in (
        (runner, (409, "runner_not_approved")),
        (resident, (403, "role_missing")),
    ):
        shift = await person.refused("PUT", "/v1/runners/me/shift", json=ONLINE)
        position = await person.refused("PUT", "/v1/runners/me/position", json=here)

        assert [refusal] * 2 == [shift, position]
    assert (404, "not_found") == await resident.refused("GET", "/v1/runners/me")
    assert (403, "role_missing") == await resident.refused("GET", "/v1/hall")


@pytest.mark.parametrize("stage", ["accepted", "picked_up"])
async def test_who_has_a_job_in_hand_cannot_leave(world: World, stage: str) -> None:
    """Neither by going offline nor by being suspended; a break is allowed."""
    resident, runner = await world.person("resident1"), await world.runner()
    staff = await world.person("staff1")
    await getattr(world, stage)(resident, runner)
    shift = "/v1/runners/me/shift"

    offline = await runner.refused("PUT", shift, json={"shift": "offline"})
    suspended = await staff.refused("POST", f"/v1/runners/{runner.id}/suspend", json={})

    assert [(409, "runner_has_jobs")] * 2 == [offline, suspended]
    assert "break" == (await runner.put(shift, {"shift": "break"}))["shift"]


@pytest.mark.parametrize("leaving", ["suspend", "offline"])
async def test_who_takes_a_job_while_leaving_does_not_leave(world: World, leaving: str) -> None:
    """The accept comes first by a hair: the leaving sees it and is refused."""
    resident, runner = await world.person("resident1"), await world.runner()
    staff = await world.person("staff1")
    order = await world.paid(resident)
    async with world.parts.database.session() as session:
        await run(session, "SELECT 1 FROM runners WHERE id = $1 FOR UPDATE", runner.id)
        accept = f"/v1/jobs/{order['job_id']}/accept"
        accepting = asyncio.create_task(runner.call("POST", accept))
        await until_blocked(world.parts)
        leave = (
            staff.call("POST", f"/v1/runners/{runner.id}/suspend", json={})
            if leaving == "suspend"
            else runner.call("PUT", "/v1/runners/me/shift", json={"shift": "offline"})
        )
        left = asyncio.create_task(leave)
        await until_blocked(world.parts, count=2)
        await session.rollback()

    assert {"ok": 1, "runner_has_jobs": 1} == outcomes([await accepting, await left])


async def test_who_was_suspended_while_taking_a_job_does_not_get_it(world: World) -> None:
    """The suspension comes first by a hair: the accept sees it and is refused."""
    resident, runner = await world.person("resident1"), await world.runner()
    staff = await world.person("staff1")
    order = await world.paid(resident)
    async with world.parts.database.session() as session:
        await run(session, "SELECT 1 FROM runners WHERE id = $1 FOR UPDATE", runner.id)
        suspend = f"/v1/runners/{runner.id}/suspend"
        suspending = asyncio.create_task(staff.call("POST", suspend, json={}))
        await until_blocked(world.parts)
        accept = f"/v1/jobs/{order['job_id']}/accept"
        accepting = asyncio.create_task(runner.call("POST", accept))
        await until_blocked(world.parts, count=2)
        await session.rollback()
    answers = [await suspending, await accepting]

    assert {"ok": 1, "runner_not_approved": 1} == outcomes(answers)


async def test_a_position_that_comes_late_changes_nothing_and_is_no_error(world: World) -> None:
    """Two reports of one phone cross on the way: the newer stays, the older is no refusal."""
    runner = await world.runner()
    async with world.parts.database.session() as session:
        await run(session, "SELECT 1 FROM runners WHERE id = $1 FOR UPDATE", runner.id)
        report = {"point": point(100)}
        reporting = asyncio.create_task(runner.call("PUT", "/v1/runners/me/position", json=report))
        await until_blocked(world.parts)
        newer = point(200)
        sql = "UPDATE runners SET lat = $2, lng = $3, position_at = clock_timestamp() WHERE id = $1"
        await run(session, sql, runner.id, newer["lat"], newer["lng"])
        await session.commit()

    assert 204 == (await reporting).status_code
    assert newer["lat"] == await value(world.parts, "SELECT lat FROM runners")


async def test_the_runners_of_a_community_are_for_its_staff(world: World) -> None:
    """By pages, by state, and for nobody else."""
    runners = [await world.runner(n) for n in (1, 2, 3)]
    staff, resident = await world.person("staff1"), await world.person("resident1")
    office_id, _ = await other_office(world)
    foreign = await granted(world, "stranger1", "community_staff", office_id)
    ours = {"community_id": world.community_id}

    assert (403, "role_missing") == await resident.refused("GET", "/v1/runners", params=ours)
    assert (404, "not_found") == await foreign.refused("GET", "/v1/runners", params=ours)
    first = await staff.get("/v1/runners", params={**ours, "state": "approved", "limit": 2})
    rest = await staff.get("/v1/runners", params={**ours, "cursor": first["next_cursor"]})

    assert sorted(r.id for r in runners) == [r["id"] for r in first["items"] + rest["items"]]
