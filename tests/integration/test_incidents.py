"""Trouble on the way: reported by those who carry and wait, acted upon by those who may."""

from datetime import timedelta
from typing import Any

from api.incidents.rules import MAY_ACT, Action, Side, may_act, may_resolve
from api.kit.db import read_now
from tests.fixtures.builders.doorsteps import on_a_trip, taken
from tests.fixtures.builders.images import uploaded
from tests.fixtures.builders.money import refunded
from tests.fixtures.builders.staff import foreign_staff, other_office
from tests.fixtures.builders.worlds import World

WORDS = "电梯停了,五楼上不去"


def seen(incident: dict[str, Any]) -> dict[str, Any]:
    """The header that says which version was read."""
    return {"headers": {"If-Match": f'"{incident["version"]}"'}}


async def in_minutes(world: World, minutes: float) -> str:
    """A moment so far from now, by the database's clock."""
    async with world.parts.database.session() as session:
        return (await read_now(session) + timedelta(minutes=minutes)).isoformat()


async def reported(world: World, person: Any, order: dict[str, Any], **more: Any) -> Any:
    """An incident about the job of an order."""
    body = {"job_id": order["job_id"], "code": "lift_broken", "text": WORDS, **more}
    return await person.post("/v1/incidents", body)


def test_who_may_do_what_about_an_incident() -> None:
    """Written out a second time; who reported takes it back only while nobody has acted."""
    expected = {
        "take": {"staff"}, "reschedule": {"resident", "staff"}, "price_difference": {"staff"},
        "reassign": {"staff"}, "cancel": {"resident", "runner", "staff"},
    }  # fmt: skip
    sides: tuple[Side, ...] = ("resident", "runner", "staff")
    actions: tuple[Action, ...] = tuple(MAY_ACT)

    assert expected == {a: {s for s in sides if may_act(a, s)} for a in actions}
    for side in sides:
        assert may_resolve(state="acting", side=side, is_reporter=True) is (side == "staff")
        assert may_resolve(state="open", side=side, is_reporter=True)
        assert may_resolve(state="open", side=side, is_reporter=False) is (side == "staff")


async def test_only_the_people_of_a_job_report_and_only_so_much(world: World) -> None:
    """To others there is no job; five unresolved ones are enough."""
    resident, runner = await world.person("resident1"), await world.runner(1)
    order = await world.picked_up(resident, runner)
    body = {"job_id": order["job_id"], "code": "other"}
    strangers = [await world.person("resident2"), await world.runner(2), await foreign_staff(world)]

    refused = {await s.refused("POST", "/v1/incidents", json=body) for s in strangers}
    for person in (resident, runner, resident, runner, resident):
        await reported(world, person, order)

    assert {(404, "not_found")} == refused
    assert (409, "incidents_full") == await runner.refused("POST", "/v1/incidents", json=body)


async def test_staff_of_the_place_see_it_at_once(world: World) -> None:
    """By community and by office; staff elsewhere and people without a role see nothing."""
    resident, runner = await world.person("resident1"), await world.runner()
    staff, foreign = await world.person("staff1"), await foreign_staff(world)
    _, elsewhere = await other_office(world, "银杏街道")
    order = await world.picked_up(resident, runner)
    by_runner = await reported(world, runner, order)
    by_resident = await reported(world, resident, order, code="runner_unreachable")
    path = f"/v1/incidents?place={world.community_id}"

    listed = await staff.get(path)
    of_office = await staff.get(f"/v1/incidents?place={world.office_id}&state=open&limit=1")
    rest = await staff.get(
        f"/v1/incidents?place={world.building_id}&cursor={of_office['next_cursor']}"
    )
    own = await runner.get("/v1/incidents")

    assert [by_resident["id"], by_runner["id"]] == [i["id"] for i in listed["items"]]
    assert [by_resident["id"]] == [i["id"] for i in of_office["items"]]
    assert [by_runner["id"]] == [i["id"] for i in rest["items"]]
    assert [(by_runner["id"], None, WORDS)] == [
        (i["id"], i["order_id"], i["text"]) for i in own["items"]
    ]
    assert (404, "not_found") == await staff.refused("GET", f"/v1/incidents?place={elsewhere}")
    assert (404, "not_found") == await foreign.refused("GET", path)
    assert (403, "role_missing") == await resident.refused("GET", path)
    assert (404, "not_found") == await foreign.refused("GET", f"/v1/incidents/{by_runner['id']}")


async def test_who_may_not_act_is_told_so(world: World) -> None:
    """The role is missing to the people of the order; to others it does not exist."""
    resident, runner = await world.person("resident1"), await world.runner()
    foreign = await foreign_staff(world)
    order = await world.accepted(resident, runner)
    incident = await reported(world, runner, order)
    acts: list[tuple[str, dict[str, Any] | None, list[Any]]] = [
        ("take", None, [resident, runner]),
        ("price-difference", {"amount_fen": 10, "text": "便宜了"}, [resident, runner]),
        ("reassign", {"runner_id": runner.id}, [resident, runner]),
        ("reschedule", {"due_at": await in_minutes(world, 9)}, [runner]),
    ]

    for act, body, people in acts:
        path = f"/v1/incidents/{incident['id']}/{act}"
        more = seen(incident) | ({} if body is None else {"json": body})
        for person in people:
            assert (403, "role_missing") == await person.refused("POST", path, **more)
        assert (404, "not_found") == await foreign.refused("POST", path, **more)


async def test_an_incident_goes_from_hand_to_hand_and_ends(world: World) -> None:
    """Taken up, more time, some money back, another runner, resolved: each leaves its event."""
    resident, first = await world.person("resident1"), await world.runner(1)
    staff, second = await world.person("staff1"), await world.runner(2)
    order = await world.accepted(resident, first)
    incident = await reported(world, first, order)
    path = f"/v1/incidents/{incident['id']}"
    due_at = await in_minutes(world, 90)

    stale = await staff.refused("POST", f"{path}/take", headers={"If-Match": '"9"'})
    now = await staff.post(f"{path}/take", **seen(incident))
    now = await resident.post(f"{path}/reschedule", {"due_at": due_at}, **seen(now))
    back = {"amount_fen": 100, "text": "耽误了"}
    now = await staff.post(f"{path}/price-difference", back, **seen(now))
    other = {"runner_id": second.id, "text": "换人"}
    now = await staff.post(f"{path}/reassign", other, **seen(now))
    now = await staff.post(f"{path}/resolve", {"resolution": "settled"}, **seen(now))
    await world.settle()
    job = await staff.get(f"/v1/jobs/{order['job_id']}")

    assert (412, "version_changed") == stale
    assert ("resolved", "settled", 6) == (now["state"], now["resolution"], now["version"])
    assert (second.id, 100) == (job["runner_id"], (await refunded(world, order["id"]))[0])
    assert due_at[:19] == job["due_at"][:19]
    again = await staff.refused("POST", f"{path}/take", **seen(now))
    assert (409, "incident_resolved") == again


async def test_photos_of_an_incident_are_seen_by_its_people(world: World) -> None:
    """Sent for an incident; who does not see the incident has no address of them."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.picked_up(resident, runner)
    photo = (await uploaded(runner, purpose="incident"))["upload_id"]
    incident = await reported(world, runner, order, upload_ids=[photo])
    path = f"/v1/incidents/{incident['id']}"

    seen_by = [await resident.get(path), await (await world.person("staff1")).get(path)]
    (shown,) = seen_by[0]["photos"]
    picture = await world.http.get(shown["thumb_url"])

    assert [[photo]] * 2 == [[p["upload_id"] for p in i["photos"]] for i in seen_by]
    assert (200, "image/jpeg") == (picture.status_code, picture.headers["content-type"])


async def test_cancelling_because_of_trouble_costs_what_the_table_says(world: World) -> None:
    """The runner with an excuse and evidence: all goes back, nobody's fault."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.accepted(resident, runner)
    incident = await reported(world, runner, order)
    path = f"/v1/incidents/{incident['id']}/cancel"
    body = {"reason": "weather", "text": "冰雹"}

    now = await runner.post(path, body, **seen(incident))
    after = await resident.get(f"/v1/orders/{order['id']}")

    assert ("acting", "cancelled", "runner", "nobody") == (
        now["state"], after["state"], after["cancel_side"], after["cancel_fault"],
    )  # fmt: skip


async def test_a_promise_is_within_the_next_day(world: World) -> None:
    """Neither in the past nor next week."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.accepted(resident, runner)
    incident = await reported(world, resident, order)
    path = f"/v1/incidents/{incident['id']}/reschedule"

    refused = [
        await resident.refused(
            "POST", path, json={"due_at": await in_minutes(world, m)}, **seen(incident)
        )
        for m in (-1, 1500)
    ]

    assert [(409, "window_past"), (409, "window_too_far")] == refused


async def test_staff_excuse_lateness_when_they_close_it(world: World) -> None:
    """Twelve minutes at a gate: the late order scores as if it had come in time."""
    resident, runner = await world.person("resident1"), await world.runner()
    staff = await world.person("staff1")
    order = await world.picked_up(resident, runner)
    incident = await reported(world, runner, order, code="gate_refused")
    await world.later(minutes=50)
    await runner.post(
        f"/v1/jobs/{order['job_id']}/stops/1/deliver", {"code": order["receipt_code"]}
    )
    await resident.post(f"/v1/orders/{order['id']}/confirm")
    path = f"/v1/incidents/{incident['id']}/resolve"
    excuse = {"cause": "access_blocked", "excuse_min": 12}
    body = {"resolution": "settled", "excuse": excuse}

    by_runner = await runner.refused("POST", path, json=body, **seen(incident))
    await staff.post(path, body, **seen(incident))
    await world.settle()
    entries = (await runner.get(f"/v1/points/runners/{runner.id}/ledger"))["items"]

    assert (403, "role_missing") == by_runner
    assert ["excuse.granted", "order.completed", "runner.joined"] == [e["kind"] for e in entries]
    assert 170 == sum(e["delta_cp"] for e in entries)


async def test_an_incident_of_a_trip_is_about_one_stop_and_acts_for_it(world: World) -> None:
    """To the other customers there is none; what is undone at one stop leaves the others alone."""
    _, trip, ((one, first), (two, second)) = await on_a_trip(world)
    runner, staff = await world.runner(1), await world.person("grid1")
    await taken(runner, trip)
    doors = f"/v1/jobs/{trip['job_id']}/stops"
    about = {"job_id": trip["job_id"], "code": "goods_damaged", "text": WORDS}
    which = await runner.refused("POST", "/v1/incidents", json=about)
    others = await one.refused("POST", "/v1/incidents", json={**about, "stop": 2})
    by_runner = await runner.post("/v1/incidents", {**about, "stop": 2})
    by_one = await one.post("/v1/incidents", about)
    unseen = await one.refused("GET", f"/v1/incidents/{by_runner['id']}")
    due = {"due_at": await in_minutes(world, 90)}
    alone = await one.refused(
        "POST", f"/v1/incidents/{by_one['id']}/reschedule", json=due, **seen(by_one)
    )
    await world.admin.post(
        f"/v1/incidents/{by_runner['id']}/price-difference",
        {"amount_fen": 120, "text": "压坏一颗"}, **seen(by_runner),
    )  # fmt: skip
    held = await runner.post(f"{doors}/1/hold-fail", {"reason": "nobody_there"})
    await runner.post(f"/v1/held-acts/{held['id']}/undo")
    await runner.post(f"{doors}/2/hold-fail", {"reason": "refused"})
    code = (await one.get(f"/v1/orders/{first['id']}"))["receipt_code"]
    await runner.post(f"{doors}/1/hold-deliver", {"code": code})
    await world.later(seconds=11)
    await world.settle()
    stops = {s["n"]: s["state"] for s in (await staff.get(f"/v1/jobs/{trip['job_id']}"))["stops"]}
    told = await two.get(f"/v1/incidents/{by_runner['id']}")

    assert (422, "malformed_request") == which
    assert [(404, "not_found")] * 2 + [(403, "role_missing")] == [others, unseen, alone]
    assert [(2, None), (1, first["id"])] == [
        (i["stop"], i["order_id"]) for i in (by_runner, by_one)
    ]
    assert second["id"] == told["order_id"]
    assert {1: "delivered", 2: "failed"} == stops
    assert 0 == (await one.get(f"/v1/orders/{first['id']}"))["refunded_fen"]
    assert "cancelled" == (await two.get(f"/v1/orders/{second['id']}"))["state"]
