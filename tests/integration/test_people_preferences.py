"""Preferences: defaults until chosen, replaced whole, never over what somebody else wrote."""

from typing import Any

from tests.fixtures.builders.families import consented, order_for, quote_for
from tests.fixtures.builders.messages import at_clock, consents, ends, sent
from tests.fixtures.builders.neighbours import enrol, has_phone, ordered_for
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.racing import at_once, outcomes
from tests.fixtures.builders.staff import foreign_staff
from tests.fixtures.builders.stubborn import unhurried
from tests.fixtures.builders.worlds import World

_PATH = "/v1/me/preferences"


async def test_preferences_stand_at_their_defaults_until_chosen(world: World) -> None:
    """Version 0; what is chosen is read back, over midnight too."""
    resident = await world.person("resident1")
    first = await resident.call("GET", _PATH, expect=200)
    chosen = {
        "quiet_from_min": 1320, "quiet_to_min": 420, "language": "en",
        "may_be_called": False, "leave_at_door": True, "asks": ["knock_loudly", "write_large"],
    }  # fmt: skip

    tag = {"If-Match": first.headers["etag"]}
    written = await resident.put(_PATH, chosen, headers=tag)
    cleared = await resident.put(_PATH, {}, headers={"If-Match": '"1"'})

    assert {**first.json(), "version": 0} == first.json()
    assert {**chosen, "version": 1} == written
    assert {**first.json(), "version": 2} == cleared


async def test_of_two_edits_of_one_version_one_is_written(world: World) -> None:
    """The first ever as well as a later one; without a version none."""
    resident = await world.person("resident1")
    for version in ("0", "1"):
        answers = await at_once(
            *(
                unhurried(resident).call(
                    "PUT", _PATH, json={"language": "en"}, headers={"If-Match": f'"{version}"'}
                )
                for _ in range(3)
            )
        )

        assert {"ok": 1, "version_changed": 2} == outcomes(answers)
    assert (428, "version_required") == await resident.refused("PUT", _PATH, json={})


async def prefer(person: Person, **chosen: Any) -> None:
    """Choose for the first time."""
    await person.put(_PATH, chosen, headers={"If-Match": '"0"'})


async def test_the_runner_sees_how_somebody_wants_to_be_delivered_to(world: World) -> None:
    """At the door, and no phone where no call is wished; whoever must call says why."""
    resident, runner = await world.person("resident1"), await world.runner()
    await prefer(resident, may_be_called=False, leave_at_door=True)
    order = await world.accepted(resident, runner)
    job = f"/v1/jobs/{order['job_id']}"
    (stop,) = (await runner.get(job))["stops"]
    (on_route,) = (await runner.get("/v1/runners/me/jobs"))["jobs"][0]["stops"]
    whole = await runner.post(f"{job}/contact", {"reason": "cannot_reach"})

    assert stop == on_route
    assert (False, True) == (stop["may_be_called"], stop["leave_at_door"])
    assert ("2单元301", None) == (stop["contact"]["door"], stop["contact"]["phone"])
    assert "13800138000" == whole["dropoffs"][0]["contact"]["phone"]


async def test_the_parents_wishes_count_not_the_carers(world: World) -> None:
    """Written down by the carer or by staff; what the parent chose on their own phone before it."""
    carer, parent, runner = (
        await world.person("resident1"), await world.person("resident2"), await world.runner(),
    )  # fmt: skip
    staff, resident = await world.person("grid1"), await world.person("resident3")
    await has_phone(world, carer, "13700137000")
    cared = await consented(world)
    await prefer(carer, leave_at_door=True)
    mine = f"/v1/me/dependants/{cared['id']}/preferences"
    theirs = f"/v1/dependants/{cared['id']}/preferences"
    await carer.put(mine, {"asks": ["knock_loudly"]}, headers={"If-Match": '"0"'})
    order = await carer.post("/v1/orders", order_for(await quote_for(world, carer, cared["id"])))
    await world.pay(carer, order["id"])
    job = f"/v1/jobs/{(await carer.get('/v1/orders/' + order['id']))['job_id']}"
    await runner.post(f"{job}/accept")

    async def seen(by: Person) -> tuple[Any, ...]:
        (stop,) = (await by.get(job))["stops"]
        phones = stop["contact"]["phone"], stop["contact"]["second_phone"]
        return stop["may_be_called"], stop["leave_at_door"], stop["asks"], *phones

    first = await seen(runner), (await seen(staff))[:3]
    chosen = {"may_be_called": False, "asks": ["wait_longer"]}
    lost = await staff.refused("PUT", theirs, json=chosen, headers={"If-Match": '"0"'})
    await staff.put(theirs, chosen, headers={"If-Match": '"1"'})
    second = await seen(runner)
    await prefer(parent, asks=["write_large"])
    third = await seen(runner)

    both = ("138****8001", "137****7000")
    assert ((True, False, ["knock_loudly"], *both), (True, False, ["knock_loudly"])) == first
    assert ((412, "version_changed"), (False, False, ["wait_longer"], None, both[1])) == (
        lost, second,
    )  # fmt: skip
    assert (True, False, ["write_large"], *both) == third
    assert (404, "not_found") == await resident.refused("GET", mine)
    assert (403, "role_missing") == await resident.refused("GET", theirs)
    assert (404, "not_found") == await (await foreign_staff(world)).refused("GET", theirs)


async def test_staff_write_down_what_a_person_without_a_phone_wishes(world: World) -> None:
    """The runner sees it at the door of the order that staff placed."""
    grid, runner = await world.person("grid1"), await world.runner()
    person = await enrol(world, grid)
    path = f"/v1/people/{person['id']}/preferences"
    await grid.put(path, {"asks": ["speak_slowly"]}, headers={"If-Match": '"0"'})
    order = await ordered_for(world, grid, person)
    await runner.post(f"/v1/jobs/{order['job_id']}/accept")

    (stop,) = (await runner.get(f"/v1/jobs/{order['job_id']}"))["stops"]

    assert (["speak_slowly"], 1) == (stop["asks"], (await grid.get(path))["version"])
    assert (404, "not_found") == await (await foreign_staff(world)).refused("GET", path)


async def test_messages_come_in_ones_language_and_after_ones_quiet_hours(world: World) -> None:
    """Noon is quiet for who says so; the words are English for who reads English."""
    await at_clock(world, 12)
    quiet, english = await world.person("resident1"), await world.person("resident2")
    await prefer(quiet, quiet_from_min=11 * 60, quiet_to_min=13 * 60)
    await prefer(english, language="en")
    runner = await world.runner()
    for person in (quiet, english):
        order = await world.picked_up(person, runner)
        await world.settle()
        await consents(person, "order_progress")
        delivered = f"/v1/jobs/{order['job_id']}/stops/1/deliver"
        await runner.post(delivered, {"code": order["receipt_code"]})
        await world.settle()
    at_noon = await ends(world.parts)
    await world.later(hours=1, minutes=1)

    assert ["pending", "sent"] == at_noon
    assert ["sent", "sent"] == await ends(world.parts)
    assert ["Delivered", "已送达"] == [m[1]["thing2"]["value"] for m in await sent(world.parts)]


async def test_quiet_hours_have_two_ends(world: World) -> None:
    """One end alone, an empty span and a minute that no day has are malformed."""
    resident = await world.person("resident1")
    for quiet in ({"quiet_from_min": 60}, {"quiet_from_min": 60, "quiet_to_min": 60},
                  {"quiet_from_min": 0, "quiet_to_min": 1440}):  # fmt: skip
        refused = await resident.refused("PUT", _PATH, json=quiet, headers={"If-Match": '"0"'})

        assert (422, "malformed_request") == refused
