"""Households: asked for, approved by staff of the place, one person in one at a time."""

from uuid import UUID

from api.people.service.joining import same_household
from tests.fixtures.builders.neighbours import ask_in, has_phone, let_in, submit_name
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.racing import at_once, outcomes
from tests.fixtures.builders.sql import value
from tests.fixtures.builders.staff import foreign_staff
from tests.fixtures.builders.stubborn import unhurried
from tests.fixtures.builders.worlds import World


async def live_together(world: World, a: Person, b: Person) -> bool:
    """Whether two people live behind one door."""
    async with world.parts.database.session() as session:
        return await same_household(session, a=UUID(a.id), b=UUID(b.id))


async def test_staff_of_the_place_let_people_in(world: World) -> None:
    """However the door is written it is one household; each sees who else lives there."""
    one, two, three = [await world.person(f"resident{n}") for n in (1, 2, 3)]
    await let_in(world, one, door="2单元301", relation="owner")
    before = await live_together(world, one, two)
    await let_in(world, two, door="2-301室")
    await let_in(world, three, door="2单元302")

    home = await one.get("/v1/me/household")

    assert ("joined", "3号楼", "2单元301", None) == (
        home["joined"]["state"],
        home["joined"]["building"],
        home["joined"]["door"],
        home["requested"],
    )
    assert [(one.id, "owner"), (two.id, "family")] == [
        (m["user_id"], m["relation"]) for m in home["members"]
    ]
    assert (False, True, False) == (
        before,
        await live_together(world, one, two),
        await live_together(world, one, three),
    )


async def test_a_request_waits_and_only_one(world: World) -> None:
    """Three asked at once are one; withdrawn, another may be asked; nobody is in yet."""
    resident = await world.person("resident1")
    body = {"building_id": world.building_id, "door": "2单元301", "relation": "tenant"}

    answers = await at_once(
        *(unhurried(resident).call("POST", "/v1/me/household", json=body) for _ in range(3))
    )
    waiting = await resident.get("/v1/me/household")
    withdrawn = await resident.post("/v1/me/household/withdraw")
    await ask_in(world, resident)

    assert {"ok": 1, "already_submitted": 2} == outcomes(answers)
    assert (None, "requested", None) == (
        waiting["joined"],
        waiting["requested"]["state"],
        withdrawn["requested"],
    )


async def test_of_two_who_approve_at_once_one_does(world: World) -> None:
    """The other hears that it is decided, and it is written who did."""
    resident = await world.person("resident1")
    membership_id = await ask_in(world, resident)
    staff = [await world.person("grid1"), await world.person("staff1")]
    path = f"/v1/memberships/{membership_id}/approve"

    answers = await at_once(*(unhurried(s).call("POST", path) for s in staff))
    by = next(s for s, a in zip(staff, answers, strict=True) if a.is_success)

    assert {"ok": 1, "decision_made": 1} == outcomes(answers)
    assert by.id == str(await value(world.parts, "SELECT decided_by_id FROM memberships"))
    assert (409, "decision_made") == await by.refused(
        "POST", f"/v1/memberships/{membership_id}/reject", json={"reason": "other"}
    )


async def test_who_moves_leaves_in_the_moment_of_arriving(world: World) -> None:
    """Until the new place says yes one lives at the old; afterwards at one place only."""
    resident = await world.person("resident1")
    await let_in(world, resident, door="2单元301")
    again = {"building_id": world.building_id, "door": "2-301", "relation": "owner"}
    same = await resident.refused("POST", "/v1/me/household", json=again)
    membership_id = await ask_in(world, resident, door="5单元101")
    meanwhile = await resident.get("/v1/me/household")

    await (await world.person("grid1")).post(f"/v1/memberships/{membership_id}/approve")
    moved = await resident.get("/v1/me/household")
    left = await resident.post("/v1/me/household/leave")

    assert (409, "already_member") == same
    assert ("2单元301", "5单元101") == (
        meanwhile["joined"]["door"],
        meanwhile["requested"]["door"],
    )
    assert ("5单元101", None, None) == (moved["joined"]["door"], moved["requested"], left["joined"])
    assert (404, "not_found") == await resident.refused("POST", "/v1/me/household/leave")


async def test_staff_elsewhere_find_nothing_and_nobody_lets_themselves_in(world: World) -> None:
    """Not yours and not there are one answer; a resident lacks the role."""
    resident, grid = await world.person("resident1"), await world.person("grid1")
    stranger = await foreign_staff(world)
    asked, own = await ask_in(world, resident), await ask_in(world, grid, door="9单元901")
    nowhere = "019a9f0e-8c6b-7d1e-8000-000000000000"
    for act, body in (("approve", None), ("reject", {"reason": "other"}),
                      ("remove", {"reason": "moved_out"})):  # fmt: skip
        said = [
            await p.refused(
                "POST", f"/v1/memberships/{i}/{act}", **({"json": body} if body else {})
            )
            for p, i in ((stranger, asked), (stranger, nowhere), (resident, asked), (grid, own))
        ]

        assert [(404, "not_found")] * 2 + [(403, "role_missing"), (409, "own_decision")] == said
    assert (404, "not_found") == await stranger.refused(
        "GET", f"/v1/memberships?place_id={world.building_id}"
    )


async def test_the_list_of_staff_masks_people(world: World) -> None:
    """The door is what they check; name and phone leave masked, page by page."""
    resident, other = await world.person("resident1"), await world.person("resident2")
    await has_phone(world, resident, "13912340987")
    await submit_name(world, resident, name="欧阳小明")
    first, second = await ask_in(world, resident), await ask_in(world, other)
    grid = await world.person("grid1")
    path = f"/v1/memberships?place_id={world.community_id}&state=requested&limit=1"

    page = await grid.call("GET", path, expect=200)
    rest = await grid.get(f"{path}&cursor={page.json()['next_cursor']}")
    (seen,) = page.json()["items"]

    assert (first, "欧阳**", "139****0987", "2单元301") == tuple(
        seen[k] for k in ("id", "name", "phone", "door")
    )
    assert "13912340987" not in page.text
    assert ([second], None) == ([i["id"] for i in rest["items"]], rest["next_cursor"])


async def test_staff_note_who_moved_out(world: World) -> None:
    """The person is out at once, told why, and may ask again."""
    resident, grid = await world.person("resident1"), await world.person("grid1")
    membership_id = await let_in(world, resident)

    out = await grid.post(f"/v1/memberships/{membership_id}/remove", {"reason": "moved_out"})

    assert ("left", "moved_out") == (out["state"], out["reason"])
    assert None is (await resident.get("/v1/me/household"))["joined"]
    assert await ask_in(world, resident)


async def test_a_job_for_the_own_household_is_worth_nothing(world: World) -> None:
    """The same errand for a neighbour is."""
    runner, mother, neighbour = (
        await world.runner(),
        await world.person("resident1"),
        await world.person("resident2"),
    )
    await let_in(world, runner)
    await let_in(world, mother)
    ledger = f"/v1/points/runners/{runner.id}"
    points: list[int] = []
    for customer in (mother, neighbour):
        await world.completed(customer, runner)
        await world.settle()
        points.append((await runner.get(ledger))["balance_cp"])

    assert points[0] == 0
    assert points[1] > 0
