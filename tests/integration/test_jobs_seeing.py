"""What each viewer sees of addresses and phones, by stage; and where the runner is."""

from typing import Any

from tests.fixtures.builders.people import Person
from tests.fixtures.builders.staff import foreign_staff
from tests.fixtures.builders.worlds import World, point

Seen = tuple[str, str | None] | int | None


async def contact_seen(person: Person, job_id: str) -> Seen:
    """Door and phone of the drop-off as this person sees them; or the status of the refusal."""
    answer = await person.call("GET", f"/v1/jobs/{job_id}")
    if not answer.is_success:
        return answer.status_code
    contact: dict[str, Any] | None = answer.json()["stops"][0]["contact"]
    return None if contact is None else (contact["door"], contact["phone"])


async def test_addresses_open_in_stages(world: World) -> None:
    """The building before, door and masked phone from accepting on, nothing after the end; staff
    see that there is a contact, and ask for it with a reason."""
    resident, runner = await world.person("resident1"), await world.runner(1)
    order = await world.paid(resident)
    people = {
        "customer": resident,
        "runner": runner,
        "staff": await world.person("staff1"),
        "neighbour": await world.person("resident2"),
        "other runner": await world.runner(2),
        "staff elsewhere": await foreign_staff(world),
    }
    whole, masked = ("2单元301", "13800138000"), ("2单元301", "138****8000")
    hidden = ("***", "138****8000")
    nobody = {"neighbour": 404, "other runner": 404, "staff elsewhere": 404}
    job = f"/v1/jobs/{order['job_id']}"
    acts = {
        "open": None,
        "accepted": ("accept", None),
        "picked_up": ("pick-up", {"code": order["pickup_code"]}),
        "delivered": ("stops/1/deliver", {"code": order["receipt_code"]}),
    }
    runner_sees = {"open": 404, "accepted": masked, "picked_up": masked, "delivered": None}

    for stage, act in acts.items():
        if act is not None:
            await runner.post(f"{job}/{act[0]}", act[1])
        seen = {name: await contact_seen(p, order["job_id"]) for name, p in people.items()}

        expected = {"customer": whole, "runner": runner_sees[stage], "staff": hidden, **nobody}
        assert expected == seen, stage
    assert 401 == (await world.http.get(job)).status_code


async def test_a_cancelled_job_shows_its_runner_nothing_more(world: World) -> None:
    """Who had it may know that it ended, not where the customer lives."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.accepted(resident, runner)
    await resident.post(f"/v1/orders/{order['id']}/cancel", {"reason": "changed_mind"})

    assert await contact_seen(runner, order["job_id"]) is None


async def test_the_runner_never_sees_a_code_or_an_order(world: World) -> None:
    """Codes are told at the door; the order behind the job is not the runner's to know."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.picked_up(resident, runner)
    secrets = (order["id"], f'"{order["pickup_code"]}"', f'"{order["receipt_code"]}"')

    texts = [
        (await runner.call("GET", path, expect=200)).text
        for path in (f"/v1/jobs/{order['job_id']}", "/v1/runners/me/jobs")
    ]

    assert [] == [s for s in secrets for text in texts if s in text]


async def test_the_way_is_followed_only_while_the_goods_are_on_it(world: World) -> None:
    """Customer and staff see the runner from the pickup to the hand-over, others never."""
    resident, runner = await world.person("resident1"), await world.runner()
    staff, other = await world.person("staff1"), await world.person("resident2")
    order = await world.accepted(resident, runner)
    job = f"/v1/jobs/{order['job_id']}"
    path = f"{job}/track"
    before = await resident.get(path)
    await runner.post(f"{job}/pick-up", {"code": order["pickup_code"]})
    await world.stands(runner, point(50))
    during = [(await person.get(path))["point"] for person in (resident, staff)]
    assert (404, "not_found") == await other.refused("GET", path)
    assert (404, "not_found") == await runner.refused("GET", path)
    await runner.post(f"{job}/stops/1/deliver", {"code": order["receipt_code"]})

    after = await resident.get(path)

    assert [None, None] == [before["point"], after["point"]]
    assert [point(50)] * 2 == during
    assert after["position_at"] is None


async def test_the_route_visits_every_pickup_before_its_stop(world: World) -> None:
    """Two jobs in hand, one fetched already: three visits, the nearest first, nothing twice."""
    resident, runner = await world.person("resident1"), await world.runner()
    carried = await world.picked_up(resident, runner, dropoff=point(300))
    fresh = await world.accepted(resident, runner, pickup=point(100), dropoff=point(200))

    found = await runner.get("/v1/runners/me/jobs")

    visits = [(leg["job_id"], leg["stop"]) for leg in found["route"]]
    assert [(fresh["job_id"], 0), (fresh["job_id"], 1), (carried["job_id"], 1)] == visits
    assert {carried["job_id"], fresh["job_id"]} == {j["id"] for j in found["jobs"]}
