"""Who looked at whose contact: noted in the same transaction, once a stage, told to the person."""

import asyncio

import pytest
from sqlalchemy.exc import DBAPIError

from tests.fixtures.builders.people import Person
from tests.fixtures.builders.sql import change, rows
from tests.fixtures.builders.staff import foreign_staff
from tests.fixtures.builders.worlds import World

_WHY = {"reason": "cannot_reach"}


async def looks(person: Person) -> list[tuple[str, str, str, bool]]:
    """Role, stage, reason and whether whole, oldest first."""
    items = (await person.get("/v1/me/looks", params={"limit": 100}))["items"]
    found = [(i["viewer_role"], i["stage"], i["reason"], i["is_whole"]) for i in items]
    return found[::-1]


async def test_a_runner_who_reads_is_noted_once_a_stage(world: World) -> None:
    """However often the route is polled; after the end nothing is seen and nothing noted."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.accepted(resident, runner)
    job = f"/v1/jobs/{order['job_id']}"
    for path in (job, "/v1/runners/me/jobs", job):
        await asyncio.gather(*(runner.get(path) for _ in range(5)))
    await runner.post(f"{job}/pick-up", {"code": order["pickup_code"]})
    await runner.get(job)
    await runner.post(f"{job}/stops/1/deliver", {"code": order["receipt_code"]})
    await runner.get(job)

    assert [
        ("runner", "accepted", "carrying", False),
        ("runner", "picked_up", "carrying", False),
    ] == await looks(resident)
    assert [] == await looks(runner)


async def test_a_whole_contact_takes_a_reason_and_is_told_to_its_person(world: World) -> None:
    """Staff of the place and the runner in the course of the job; nobody else, and not after."""
    resident, runner, staff = (
        await world.person("resident1"), await world.runner(), await world.person("staff1")
    )  # fmt: skip
    order = await world.accepted(resident, runner)
    of_order, of_job = f"/v1/orders/{order['id']}/contact", f"/v1/jobs/{order['job_id']}/contact"
    strangers = [await world.person("resident2"), await foreign_staff(world), resident]
    refused = [
        await s.refused("POST", path, json=_WHY) for s in strangers for path in (of_order, of_job)
    ]
    without_reason = await staff.refused("POST", of_order, json={"reason": "curious"})

    seen = [await staff.post(of_order, _WHY), await runner.post(of_job, _WHY)]

    assert [(404, "not_found")] * 6 == refused
    assert (422, "malformed_request") == without_reason
    assert [("2单元301", "张阿姨", "13800138000")] * 2 == [
        tuple(s["dropoffs"][0]["contact"][k] for k in ("door", "name", "phone")) for s in seen
    ]
    assert [
        ("runner", "accepted", "carrying", False),
        ("staff", "accepted", "cannot_reach", True),
        ("runner", "accepted", "cannot_reach", True),
    ] == [("runner", "accepted", "carrying", False), *(await looks(resident))[-2:]]
    await resident.post(f"/v1/orders/{order['id']}/cancel", {"reason": "changed_mind"})
    assert (409, "job_moved_on") == await runner.refused("POST", of_job, json=_WHY)


async def test_the_thirty_first_look_in_a_day_is_refused(world: World) -> None:
    """Counted in the database, so without Redis too; forty at once get thirty."""
    resident, staff = await world.person("resident1"), await world.person("staff1")
    order = await world.paid(resident)
    path = f"/v1/orders/{order['id']}/contact"

    answers = await asyncio.gather(*(staff.call("POST", path, json=_WHY) for _ in range(40)))

    codes = [a.status_code for a in answers]
    assert (30, 10) == (codes.count(200), codes.count(429))
    assert all("Retry-After" in a.headers for a in answers if a.status_code == 429)
    assert 30 == len(await looks(resident))
    await world.later(hours=25)
    await staff.post(path, _WHY)


async def test_looks_only_grow(world: World) -> None:
    """Neither changed nor deleted within the three years that they are kept."""
    resident, staff = await world.person("resident1"), await world.person("staff1")
    order = await world.paid(resident)
    await staff.post(f"/v1/orders/{order['id']}/contact", _WHY)

    for statement in ("DELETE FROM contact_looks", "UPDATE contact_looks SET at = now()"):
        with pytest.raises(DBAPIError, match="contact_looks only grows"):
            await change(world.parts, statement)
    assert 1 == len(await rows(world.parts, "SELECT 1 FROM contact_looks"))
