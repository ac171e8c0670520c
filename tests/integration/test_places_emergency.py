"""Emergency mode: one switch with an end, longer limits, no minus points, volunteers."""

from datetime import datetime, timedelta
from typing import Any

from api.kit.db import read_now
from tests.fixtures.builders.sql import change, rows
from tests.fixtures.builders.staff import foreign_staff
from tests.fixtures.builders.worlds import World

NOTE = "高温红色预警"


async def _declare(world: World, *, hours: float = 6, **more: Any) -> dict[str, Any]:
    """An emergency by staff, from now on."""
    staff = await world.person("staff1")
    body = {"kind": "heat", "note": NOTE, "ends_at": await _in(world, hours), **more}
    return await staff.post(f"/v1/places/{world.community_id}/emergency", body)


async def _in(world: World, hours: float) -> str:
    async with world.parts.database.session() as session:
        return (await read_now(session) + timedelta(hours=hours)).isoformat()


async def test_staff_declare_change_and_end_it_and_it_ends_by_itself(world: World) -> None:
    """One at a time, for at most two weeks; each step is an event."""
    staff, resident = await world.person("staff1"), await world.person("resident1")
    foreign = await foreign_staff(world)
    path = f"/v1/places/{world.community_id}/emergency"
    body = {"kind": "storm", "note": NOTE, "ends_at": await _in(world, 5)}

    for person in (resident, foreign):
        assert (403, "role_missing") == await person.refused("POST", path, json=body)
    for hours, code in ((-1, "window_past"), (15 * 24, "window_too_far")):
        wrong = {**body, "ends_at": await _in(world, hours)}
        assert (409, code) == await staff.refused("POST", path, json=wrong)
    assert (404, "not_found") == await staff.refused(
        "PUT", path, json={"note": NOTE, "ends_at": body["ends_at"]}
    )
    await _declare(world)
    assert (409, "emergency_on") == await staff.refused("POST", path, json=body)
    longer = {"note": "再等一天", "ends_at": await _in(world, 24), "due_percent": 300}
    assert 300 == (await staff.put(path, longer))["due_percent"]
    assert "再等一天" == (await resident.get(path))["emergency"]["note"]
    await staff.call("DELETE", path, expect=204)
    await staff.call("DELETE", path, expect=204)
    assert (await resident.get(path))["emergency"] is None
    await _declare(world, hours=1)
    await world.later(hours=1)

    told = "SELECT name FROM events WHERE subject = 'emergency' ORDER BY seq"
    names = await rows(world.parts, told)
    assert ["began", "changed", "ended", "began", "ended"] == [
        n[0].removeprefix("emergency.") for n in names
    ]


async def test_promises_stretch_while_it_lasts(world: World) -> None:
    """By the factor that staff chose, and not a second longer than it is on."""
    resident = await world.person("resident1")

    async def promised_s() -> float:
        quote = await world.quote(resident)
        ready, due = (datetime.fromisoformat(quote[k]) for k in ("ready_at", "due_at"))
        return (due - ready).total_seconds()

    usual_s = await promised_s()
    await _declare(world, hours=1, due_percent=200)
    stretched_s = await promised_s()
    await world.later(hours=1)

    assert (2 * usual_s, usual_s) == (stretched_s, await promised_s())


async def test_nothing_counts_against_a_runner_in_an_emergency(world: World) -> None:
    """Two hours late and a job handed back: no minus, though it would be otherwise."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.picked_up(resident, runner)
    released = await world.accepted(resident, runner)
    await _declare(world)
    await world.later(hours=2)
    await runner.post(f"/v1/jobs/{released['job_id']}/release")
    body = {"code": order["receipt_code"]}
    await runner.post(f"/v1/jobs/{order['job_id']}/stops/1/deliver", body)
    await resident.post(f"/v1/orders/{order['id']}/confirm")
    await world.settle()

    scored = dict(await rows(world.parts, "SELECT kind, delta_cp FROM points_entries"))  # type: ignore[arg-type]
    assert 0 == scored["order.released"]
    assert scored["order.completed"] > 0


async def test_a_volunteer_helps_without_a_fee_and_only_meanwhile(world: World) -> None:
    """Before and after it there is nothing to take; during it medicine and free errands."""
    runner, staff = await world.person("runner1"), await world.person("staff1")
    body = {"community_id": world.community_id, "as_volunteer": True}
    await runner.post("/v1/runners/apply", body)
    approved = await staff.post(f"/v1/runners/{runner.id}/approve", {})
    assert ([], 0) == (approved["kinds"], approved["fee_max_fen"])
    await _declare(world, hours=1)
    await world.settle()
    assert {"fetch", "medicine"} == set((await runner.get("/v1/runners/me"))["kinds"])
    await world.later(hours=1)
    await world.settle()

    assert [] == (await runner.get("/v1/runners/me"))["kinds"]


async def test_the_hall_shows_one_kind_where_asked(world: World) -> None:
    """Medicine first: a filter, by pages that stay right."""
    resident, runner = await world.person("resident1"), await world.runner()
    jobs = [(await world.paid(resident))["job_id"] for _ in range(4)]
    await change(
        world.parts, f"UPDATE jobs SET kind = 'medicine' WHERE id IN ('{jobs[0]}', '{jobs[3]}')"
    )
    query = {"kind": "medicine", "limit": 1}
    first = await runner.get("/v1/hall", params=query)
    second = await runner.get("/v1/hall", params={**query, "cursor": first["next_cursor"]})

    seen = [i["job_id"] for page in (first, second) for i in page["items"]]
    assert sorted([jobs[0], jobs[3]]) == sorted(seen)
    assert second["next_cursor"] is None
