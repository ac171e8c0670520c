"""Whom staff enrolled comes with a phone: proved, decided, told, and joined after a day."""

from tests.fixtures.builders.messages import told
from tests.fixtures.builders.neighbours import agree_to, claim, enrol, has_phone, ordered_for
from tests.fixtures.builders.people import Person, sign_in
from tests.fixtures.builders.racing import at_once, outcomes
from tests.fixtures.builders.sql import rows
from tests.fixtures.builders.staff import foreign_staff
from tests.fixtures.builders.stubborn import unhurried
from tests.fixtures.builders.worlds import World, point

PHONE = "13900139001"
NOWHERE = "019a9f0e-8c6b-7d1e-8000-000000000000"


async def test_what_staff_began_for_a_person_becomes_theirs(world: World) -> None:
    """After a day orders and addresses are the new account's; staff order for them no more."""
    grid, staff = await world.person("grid1"), await world.person("staff1")
    newcomer = await sign_in(world.http, "dev:newcomer1")
    person = await enrol(world, grid, phone=PHONE)
    order = await ordered_for(world, grid, person)
    await has_phone(world, newcomer, PHONE)
    takeover_id = await claim(world, newcomer)
    waiting = (await staff.get(f"/v1/takeovers?place_id={world.building_id}&state=asked"))["items"]
    agreed = await agree_to(staff, takeover_id, person["id"], proof="phone")
    before = await newcomer.refused("GET", f"/v1/orders/{order['id']}")
    await world.later(hours=24)
    newcomer, grid = (
        await sign_in(world.http, "dev:newcomer1"),
        await sign_in(world.http, "dev:grid1"),
    )

    mine = await newcomer.get(f"/v1/orders/{order['id']}")
    home = (await newcomer.get("/v1/me/addresses"))["items"]
    asked = {"kind": "fetch", "pickup": point(), "dropoff": point(100),
             "for_person_id": person["id"]}  # fmt: skip

    assert [(takeover_id, "李**", "1-101室", "139****9001")] == [
        (w["id"], w["name"], w["door"], w["phone"]) for w in waiting
    ]
    assert ((404, "not_found"), "agreed", person["id"]) == (
        before, agreed["state"], agreed["person_id"],
    )  # fmt: skip
    assert (newcomer.id, grid.id, [person["address_id"]]) == (
        mine["customer_id"], mine["placed_by_id"], [a["id"] for a in home],
    )  # fmt: skip
    assert "joined" == (await newcomer.get("/v1/me/takeover"))["state"]
    assert (404, "not_found") == await grid.refused("POST", "/v1/quotes", json=asked)
    assert [] == (await grid.get(f"/v1/people?place_id={world.building_id}"))["items"]
    assert {"takeover.agreed", "takeover.joined"} <= {*await told(newcomer)} & {*await told(grid)}
    # The job that nobody took yet is theirs as well: they may not carry it themselves.
    assert [(newcomer.id,)] == [
        (str(r[0]),) for r in await rows(world.parts, "SELECT requester_id FROM jobs")
    ]


async def test_nobody_takes_over_somebody_elses(world: World) -> None:
    """Door and name must be those that were enrolled, the number too where it is the proof."""
    staff, resident = await world.person("staff1"), await world.person("resident1")
    person = await enrol(world, staff, phone=PHONE)
    other = await enrol(world, staff, name="孙爷爷", door="3单元303")
    takeover_id = await claim(world, resident)
    path = f"/v1/takeovers/{takeover_id}/approve"

    async def refused(by: Person, person_id: str, proof: str = "card") -> tuple[int, str]:
        return await by.refused("POST", path, json={"person_id": person_id, "proof": proof})

    assert (403, "role_missing") == await refused(resident, person["id"])
    assert (403, "role_missing") == await refused(await world.person("grid1"), person["id"])
    assert (404, "not_found") == await refused(await foreign_staff(world), person["id"])
    assert (404, "not_found") == await refused(staff, NOWHERE)
    assert (409, "takeover_differs") == await refused(staff, other["id"])
    assert (409, "number_differs") == await refused(staff, person["id"], "phone")
    own = await claim(world, staff)
    body = {"person_id": person["id"], "proof": "card"}
    assert (409, "own_decision") == await staff.refused(
        "POST", f"/v1/takeovers/{own}/approve", json=body
    )
    # Nothing tells who asks whether there is such a person.
    stranger = await world.person("resident2")
    nobody = {"building_id": world.building_id, "door": "99", "name": "无"}
    answers = [
        await p.get("/v1/me/takeover")
        for p in (resident, stranger)
        if p is resident or await p.post("/v1/me/takeover", nobody)
    ]
    assert 1 == len({tuple((k, a[k]) for k in ("state", "reason", "joins_at")) for a in answers})


async def test_a_person_is_taken_once(world: World) -> None:
    """However often one taps, however many ask, and however many decide in one moment."""
    staff, office = await world.person("staff1"), await world.person("staff2")
    one, two = await world.person("resident1"), await world.person("resident2")
    person = await enrol(world, staff)
    body = {"building_id": world.building_id, "door": "1单元101", "name": "李奶奶"}
    taps = await at_once(
        *(unhurried(one).call("POST", "/v1/me/takeover", json=body) for _ in range(2))
    )
    first = next(a.json()["id"] for a in taps if a.is_success)
    second = await claim(world, two)
    agree = {"person_id": person["id"], "proof": "visit"}
    decided = await at_once(
        *(
            unhurried(by).call("POST", f"/v1/takeovers/{i}/approve", json=agree)
            for by, i in ((staff, first), (office, first), (staff, second))
        )
    )

    assert {"ok": 1, "already_submitted": 1} == outcomes(taps)
    assert outcomes(decided) in (
        {"ok": 1, "decision_made": 1, "person_taken": 1},
        {"ok": 1, "person_taken": 2},
    )


async def test_within_a_day_either_side_says_no(world: World) -> None:
    """Stopped by staff or withdrawn, nothing is joined, and one may ask again."""
    staff, resident = await world.person("staff1"), await world.person("resident1")
    person = await enrol(world, staff)
    stopped = await claim(world, resident)
    await agree_to(staff, stopped, person["id"])
    seen = await staff.post(f"/v1/takeovers/{stopped}/stop", {"reason": "objection"})
    again = await claim(world, resident)
    await agree_to(staff, again, person["id"])
    withdrawn = await resident.post("/v1/me/takeover/withdraw")
    await world.later(hours=25)
    staff = await sign_in(world.http, "dev:staff1")

    assert ("stopped", None, None, "withdrawn") == (
        seen["state"], seen["name"], seen["door"], withdrawn["state"],
    )  # fmt: skip
    assert [person["id"]] == [
        p["id"] for p in (await staff.get(f"/v1/people?place_id={world.building_id}"))["items"]
    ]
    assert (409, "decision_made") == await staff.refused(
        "POST", f"/v1/takeovers/{again}/stop", json={"reason": "other"}
    )


async def test_who_carried_for_a_person_is_not_that_person(world: World) -> None:
    """The joining is stopped and says so; the person stays with staff."""
    grid, staff, runner = (
        await world.person("grid1"), await world.person("staff1"), await world.runner(),
    )  # fmt: skip
    person = await enrol(world, grid)
    order = await ordered_for(world, grid, person)
    await runner.post(f"/v1/jobs/{order['job_id']}/accept")
    await agree_to(staff, await claim(world, runner), person["id"])
    await world.later(hours=24)
    runner = await sign_in(world.http, "dev:runner1")

    mine = await runner.get("/v1/me/takeover")

    assert ("stopped", "in_conflict") == (mine["state"], mine["reason"])
    assert "takeover.stopped" in await told(runner)
