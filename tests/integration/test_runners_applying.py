"""Applying with checks: what is missing is named, what is private stays so."""

from typing import Any

from tests.fixtures.builders.people import Person
from tests.fixtures.builders.sql import rows, value
from tests.fixtures.builders.staff import foreign_staff
from tests.fixtures.builders.worlds import World

CONTACT = {"name": "王芳", "phone": "13912345678", "relation": "配偶"}
STANDING = ["identity", "adult", "statements", "emergency_contact"]


async def _statements(person: Person) -> list[dict[str, str]]:
    items = (await person.get("/v1/runners/statements"))["items"]
    return [{"name": s["name"], "version": s["version"]} for s in items]


async def _applied(world: World, **said: Any) -> Person:
    runner = await world.person("runner1")
    await runner.post("/v1/runners/apply", {"community_id": world.community_id, **said})
    return runner


async def test_what_a_community_demands_must_be_there_before_approval(world: World) -> None:
    """Each check that is missing is named; the last one opens the door."""
    await world.change_settings(runner_checks=STANDING)
    runner, staff = await _applied(world), await world.person("staff1")
    me = f"/v1/runners/{runner.id}"

    async def missing() -> list[str]:
        return (await staff.get(f"{me}/application"))["missing"]

    refused = await staff.call("POST", f"{me}/approve", json={})
    assert (409, "checks_missing") == (refused.status_code, refused.json()["code"])
    assert ", ".join(STANDING) == refused.json()["detail"]
    said = {"is_adult": True, "statements": await _statements(runner)}
    await runner.put("/v1/runners/me/application", {**said, "emergency_contact": CONTACT})
    assert ["identity"] == await missing()
    await staff.post(f"{me}/identity-check", {"reason": "看过身份证"})
    assert [] == await missing()

    assert "approved" == (await staff.post(f"{me}/approve", {}))["state"]


async def test_who_is_under_age_or_agrees_to_an_old_text_is_refused(world: World) -> None:
    """Nothing is stored of such an application."""
    runner = await world.person("runner1")
    body = {"community_id": world.community_id}
    old = [{"name": "health", "version": "1999.1"}]

    for said, code in (({"is_adult": False}, "under_age"), ({"statements": old},
                       "statement_outdated")):  # fmt: skip
        refused = await runner.refused("POST", "/v1/runners/apply", json={**body, **said})
        assert (409, code) == refused
    assert (404, "not_found") == await runner.refused("GET", "/v1/runners/me")


async def test_an_emergency_contact_is_sealed_masked_and_read_with_a_reason(world: World) -> None:
    """In no column in plain; staff see it whole only by an act that is kept."""
    runner = await _applied(world, emergency_contact=CONTACT)
    staff, foreign = await world.person("staff1"), await foreign_staff(world)
    path = f"/v1/runners/{runner.id}/emergency-contact"
    reason = {"reason": "送货途中受伤"}

    masked = (await staff.get(f"/v1/runners/{runner.id}/application"))["emergency_contact"]
    assert "王* 139****5678(配偶)" == masked
    assert (403, "role_missing") == await runner.refused("POST", path, json=reason)
    assert (404, "not_found") == await foreign.refused("POST", path, json=reason)
    assert CONTACT == await staff.post(path, reason)
    told = await rows(
        world.parts,
        "SELECT actor_id::text, data->>'reason' FROM events WHERE name = 'runner.contact_read'",
    )
    assert [(staff.id, reason["reason"])] == told
    plain = "SELECT count(*) FROM runner_applications AS a WHERE a::text LIKE '%13912345678%'"
    assert 0 == await value(world.parts, plain)


async def test_a_runner_withdraws_and_may_come_back(world: World) -> None:
    """Not with a job in hand; offline afterwards; suspended ones are reinstated by staff."""
    resident, runner = await world.person("resident1"), await world.runner()
    staff = await world.person("staff1")
    order = await world.accepted(resident, runner)
    withdraw = "/v1/runners/me/withdraw"
    assert (409, "runner_has_jobs") == await runner.refused("POST", withdraw)
    await runner.post(f"/v1/jobs/{order['job_id']}/release")

    left = await runner.post(withdraw)
    assert ("withdrawn", "offline") == (left["state"], left["shift"])
    assert (409, "decision_made") == await runner.refused("POST", withdraw)
    assert (409, "application_closed") == await runner.refused(
        "PUT", "/v1/runners/me/application", json={"kinds": []}
    )
    again = await runner.post("/v1/runners/apply", {"community_id": world.community_id})
    assert "applied" == again["state"]
    for act, state in (("approve", "approved"), ("suspend", "suspended"),
                       ("reinstate", "approved")):  # fmt: skip
        decided = await staff.post(f"/v1/runners/{runner.id}/{act}", {"reason": "说明"})
        assert state == decided["state"]
