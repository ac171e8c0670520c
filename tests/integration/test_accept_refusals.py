"""Why a job may not be taken: the one predicate, said by name."""

import pytest

from tests.fixtures.builders.people import agree, fresh_key
from tests.fixtures.builders.racing import at_once, outcomes
from tests.fixtures.builders.sql import change
from tests.fixtures.builders.staff import other_office
from tests.fixtures.builders.stubborn import unhurried
from tests.fixtures.builders.windows import window_in
from tests.fixtures.builders.worlds import World, point


async def test_who_is_no_runner_takes_nothing(world: World) -> None:
    """Anonymous callers and residents are told apart."""
    resident, other = await world.person("resident1"), await world.person("resident2")
    path = f"/v1/jobs/{(await world.paid(resident))['job_id']}/accept"

    anonymous = await world.http.post(path)

    assert (401, "not_signed_in") == (anonymous.status_code, anonymous.json()["code"])
    assert (403, "role_missing") == await other.refused("POST", path)


# What is wrong with the runner, as SQL on their row, and the code of the refusal.
STANDINGS = {
    "applied": ("state = 'applied', shift = 'offline'", "runner_not_approved"),
    "suspended": ("state = 'suspended', shift = 'offline'", "runner_not_approved"),
    "offline": ("shift = 'offline'", "runner_offline"),
    "break": ("shift = 'break'", "runner_offline"),
    "no position": ("lat = NULL, lng = NULL, position_at = NULL", "position_missing"),
    "no kind": ("kinds = '{}'", "kind_not_permitted"),
    "full": ("load = capacity, work_since = linli_now()", "capacity_full"),
}


async def test_each_lack_of_a_runner_has_its_own_refusal(world: World) -> None:
    """The hall says the same as the accept, but for kinds, which only hide jobs."""
    resident, runner = await world.person("resident1"), await world.runner()
    path = f"/v1/jobs/{(await world.paid(resident))['job_id']}/accept"
    accepts: dict[str, tuple[int, str]] = {}
    halls: dict[str, str] = {}
    keep = "UPDATE runners SET state = 'approved', shift = 'online', kinds = '{fetch}', load = 0,"
    keep += " work_since = NULL"
    for name, (lack, _) in STANDINGS.items():
        await change(world.parts, keep, f"UPDATE runners SET {lack}")
        accepts[name] = await runner.refused("POST", path)
        hall = await runner.call("GET", "/v1/hall")
        halls[name] = "empty" if hall.json().get("items") == [] else hall.json()["code"]
        await world.stands(runner, point()) if name == "no position" else None
        await change(world.parts, keep)

    expected = {name: code for name, (_, code) in STANDINGS.items()}
    assert {name: (409, code) for name, code in expected.items()} == accepts
    assert {**expected, "no kind": "empty"} == halls


async def test_a_position_is_good_for_three_minutes(world: World) -> None:
    """At 2:50 it still counts, at 3:01 it does not, and a new report mends it."""
    resident, runner = await world.person("resident1"), await world.runner()
    path = f"/v1/jobs/{(await world.paid(resident))['job_id']}/accept"
    await world.later(seconds=170)
    still = await runner.get("/v1/hall")
    await world.later(seconds=11)
    stale = await runner.refused("POST", path)
    await world.stands(runner, point())

    taken = await runner.post(path)

    assert 1 == len(still["items"])
    assert (409, "position_stale") == stale
    assert "accepted" == taken["state"]


async def test_nobody_takes_their_own_job(world: World) -> None:
    """Nor is it shown to them in the hall."""
    runner = await world.runner()
    order = await world.paid(runner)

    refused = await runner.refused("POST", f"/v1/jobs/{order['job_id']}/accept")

    assert (409, "own_job") == refused
    assert [] == (await runner.get("/v1/hall"))["items"]


async def test_a_job_of_another_community_does_not_exist(world: World) -> None:
    """A runner belongs to one community; what is elsewhere is not theirs to know."""
    _, community_id = await other_office(world)
    resident, staff = await world.person("resident1"), await world.person("staff1")
    runner = await world.person("runner9")
    await runner.post("/v1/runners/apply", {"community_id": community_id})
    await staff.post(f"/v1/runners/{runner.id}/approve", {})
    await agree(runner, "runner_location")
    await runner.put("/v1/runners/me/shift", {"shift": "online"})
    await world.stands(runner, point())
    order = await world.paid(resident)

    refused = await runner.refused("POST", f"/v1/jobs/{order['job_id']}/accept")

    assert (404, "not_found") == refused
    assert [] == (await runner.get("/v1/hall"))["items"]


async def test_a_job_that_is_not_open_is_not_taken(world: World) -> None:
    """Waiting, cancelled, expired, unknown, and out of reach: each by its name."""
    resident, runner = await world.person("resident1"), await world.runner()
    waiting = await world.paid(resident, window=window_in(minutes=120))
    cancelled = await world.paid(resident)
    await resident.post(f"/v1/orders/{cancelled['id']}/cancel", {"reason": "changed_mind"})
    far = await world.paid(resident, pickup=point(600), dropoff=point(700))

    async def refused(job_id: str) -> tuple[int, str]:
        return await runner.refused("POST", f"/v1/jobs/{job_id}/accept")

    assert (409, "job_not_open") == await refused(waiting["job_id"])
    assert (409, "job_not_open") == await refused(cancelled["job_id"])
    assert (409, "out_of_range") == await refused(far["job_id"])
    assert (404, "not_found") == await refused("00000000-0000-7000-8000-000000000000")
    assert (422, "malformed_request") == await refused("not-an-id")


async def test_the_same_key_gives_the_same_answer_byte_for_byte(world: World) -> None:
    """A retry of a lost answer is no second accept; another body under the key is refused."""
    resident, runner = await world.person("resident1"), await world.runner()
    order, other = await world.paid(resident), await world.paid(resident)
    path, key = f"/v1/jobs/{order['job_id']}/accept", fresh_key()
    first = await runner.call("POST", path, key=key, expect=200)

    again = await runner.call("POST", path, key=key, expect=200)

    assert first.content == again.content
    assert "true" == again.headers["idempotent-replayed"]
    elsewhere = f"/v1/jobs/{other['job_id']}/accept"
    assert (422, "idempotency_key_reused") == await runner.refused("POST", elsewhere, key=key)
    assert 1 == (await runner.get("/v1/runners/me"))["load"]


@pytest.mark.parametrize("stage", ["accepted", "picked_up", "delivered", "completed"])
async def test_a_job_that_somebody_has_is_taken(world: World, stage: str) -> None:
    """Whatever became of it, the latecomer hears that another was faster."""
    resident, runner = await world.person("resident1"), await world.runner(1)
    late = await world.runner(2)
    order = await getattr(world, stage)(resident, runner)

    refused = await late.refused("POST", f"/v1/jobs/{order['job_id']}/accept")

    assert (409, "job_taken") == refused


async def test_a_runner_takes_five_of_ten_at_once(world: World) -> None:
    """Capacity holds however many accepts of one runner race."""
    resident, runner = await world.person("resident1"), await world.runner()
    jobs = [(await world.paid(resident))["job_id"] for _ in range(10)]

    answers = await at_once(*(unhurried(runner).call("POST", f"/v1/jobs/{j}/accept") for j in jobs))

    assert {"ok": 5, "capacity_full": 5} == outcomes(answers)
    assert 5 == (await runner.get("/v1/runners/me"))["load"]


async def test_twins_under_one_key_take_one_job_once(world: World) -> None:
    """Ten copies of one tap: one accept, the same answer for all that get one."""
    resident, runner = await world.person("resident1"), await world.runner()
    order, key = await world.paid(resident), fresh_key()
    path = f"/v1/jobs/{order['job_id']}/accept"

    answers = await at_once(*(unhurried(runner).call("POST", path, key=key) for _ in range(10)))

    assert {"ok", "request_in_flight"} >= outcomes(answers).keys()
    assert 1 == len({a.content for a in answers if a.is_success})
