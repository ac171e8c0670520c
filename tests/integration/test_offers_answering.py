"""An offer comes to one runner, and what that runner and others make of it."""

import pytest

from tests.fixtures.builders.dispatching import FAR, dispatched, offered, offers_of
from tests.fixtures.builders.sql import rows, value
from tests.fixtures.builders.worlds import World, point

STATE_SQL = "SELECT state FROM offers ORDER BY made_at, id"


async def states(world: World) -> list[str]:
    """The states of all offers, oldest first."""
    return [r[0] for r in await rows(world.parts, STATE_SQL)]


async def test_an_offer_is_seen_understood_and_accepted(world: World) -> None:
    """The nearest runner is asked, reads why, and has the job as if taken from the hall."""
    resident, near = await world.person("resident1"), await world.runner(1)
    other = await world.runner(2, at=point(300))
    order = await world.paid(resident)

    offer = await offered(world, near)
    others = await offers_of(other)
    taken = await near.post(f"/v1/offers/{offer['id']}/accept")
    job = await near.get(f"/v1/jobs/{order['job_id']}")

    assert [order["job_id"]] == [j["job_id"] for j in offer["jobs"]] == taken["job_ids"]
    assert ("soonest", 2) == (offer["why"]["code"], offer["why"]["compared"])
    assert "2 人" in offer["why"]["text"]
    assert offer["made_at"] < offer["pickup_at"] < offer["done_at"] < job["due_at"]
    assert [] == others == await offers_of(near)
    assert ("accepted", near.id) == (job["state"], job["runner_id"])
    assert 1 == (await near.get("/v1/runners/me"))["load"]
    assert (409, "offer_over") == await near.refused("POST", f"/v1/offers/{offer['id']}/decline")
    assert (404, "not_found") == await other.refused("POST", f"/v1/offers/{offer['id']}/accept")


async def test_three_say_no_and_the_job_stays_in_the_hall(world: World) -> None:
    """Nobody is asked twice, staff hear of it, the fourth is not asked but may take it."""
    resident, staff = await world.person("resident1"), await world.person("staff1")
    runners = [await world.runner(n) for n in range(1, 5)]
    order = await world.paid(resident)
    asked: list[str] = []
    for _ in range(3):
        await dispatched(world)
        [(runner, offer)] = [(r, o) for r in runners for o in await offers_of(r)]
        await runner.post(f"/v1/offers/{offer['id']}/decline")
        asked.append(runner.id)
    await world.settle()
    last = await dispatched(world)
    [fourth] = [r for r in runners if r.id not in asked]
    told = [r["title"] for r in (await staff.get("/v1/me/inbox"))["items"]]
    hall = (await fourth.get("/v1/hall"))["items"]

    assert 3 == len({*asked})
    assert (0, 0) == (last.jobs, last.offers)
    assert "有任务派不出去" in told
    assert [order["job_id"]] == [j["job_id"] for j in hall]
    for runner in runners:
        left = (await runner.get("/v1/offers"))["refusals_left"]
        assert left == (9 if runner.id in asked else 10)
        entries = (await runner.get(f"/v1/points/runners/{runner.id}/ledger"))["items"]
        assert ["runner.joined"] == [e["kind"] for e in entries]


async def test_an_offer_lapses_unanswered(world: World) -> None:
    """After 45 seconds, by a timer; then it is too late, and it counts as said no."""
    resident, runner = await world.person("resident1"), await world.runner()
    await world.change_settings(offer_refusals_free=1)
    await world.paid(resident)
    offer = await offered(world, runner)

    await world.later(seconds=46)
    late = await runner.refused("POST", f"/v1/offers/{offer['id']}/accept")
    await world.paid(resident)
    after = await dispatched(world)

    assert (409, "offer_over") == late
    assert ["expired"] == await states(world)
    assert 0 == (await runner.get("/v1/offers"))["refusals_left"]
    # Used up for today: the hall is open all the same.
    assert (2, 0, 0) == (after.jobs, after.runners, after.offers)
    assert 2 == len((await runner.get("/v1/hall"))["items"])


async def test_a_job_taken_from_the_hall_takes_its_offer_back(world: World) -> None:
    """The quick thumb wins; whoever was asked is told plainly, and may be asked for others."""
    resident, asked = await world.person("resident1"), await world.runner(1)
    quick = await world.runner(2, at=point(300))
    order = await world.paid(resident)
    offer = await offered(world, asked)

    await quick.post(f"/v1/jobs/{order['job_id']}/accept")
    refused = await asked.refused("POST", f"/v1/offers/{offer['id']}/accept")
    seen = await offers_of(asked)
    await world.settle()

    await world.stands(quick, FAR)
    await world.paid(resident)
    await offered(world, asked)
    await asked.put("/v1/runners/me/shift", {"shift": "break"})
    await world.settle()

    assert (409, "job_taken") == refused
    assert [] == seen
    # Whoever takes a break meanwhile is not waited for either.
    assert ["withdrawn", "withdrawn"] == await states(world)
    assert 10 == (await asked.get("/v1/offers"))["refusals_left"]


async def test_a_bundle_is_taken_whole_or_not_at_all(world: World) -> None:
    """Two errands of one shop for one runner; where one is gone, it says which."""
    resident, runner = await world.person("resident1"), await world.runner(1)
    thumb = await world.runner(2, at=FAR)
    orders = [await world.paid(resident) for _ in range(2)]
    offer = await offered(world, runner)
    await world.stands(thumb, point())
    gone = orders[0]["job_id"]
    await thumb.post(f"/v1/jobs/{gone}/accept")

    refused = (await runner.call("POST", f"/v1/offers/{offer['id']}/accept", expect=409)).json()
    load = (await runner.get("/v1/runners/me"))["load"]
    await world.settle()
    await thumb.post(f"/v1/jobs/{orders[1]['job_id']}/accept")
    await world.stands(thumb, FAR)
    more = [await world.paid(resident) for _ in range(2)]
    await dispatched(world)
    [again] = await offers_of(runner)
    await runner.post(f"/v1/offers/{again['id']}/accept")
    walk = (await runner.get("/v1/runners/me/jobs"))["route"]

    assert 2 == len(offer["jobs"])
    assert ("offer_broken", 0) == (refused["code"], load)
    assert [f"jobs.{gone}"] == [e["field"] for e in refused["errors"]]
    assert {o["job_id"] for o in more} == {j["job_id"] for j in again["jobs"]}
    assert ["pick_up", "pick_up", "deliver", "deliver"] == [leg["act"] for leg in walk]


@pytest.mark.parametrize("why", ["block", "stale", "own radius", "break"])
async def test_nobody_is_offered_what_the_predicate_refuses(world: World, why: str) -> None:
    """The same one as in the hall: a round with nobody to ask makes no offer."""
    resident, runner = await world.person("resident1"), await world.runner()
    await world.paid(resident)
    if why == "block":
        await resident.post("/v1/me/blocks", {"runner_id": runner.id, "stance": "block"})
    elif why == "stale":
        await world.later(seconds=181)
    elif why == "own radius":
        await world.stands(runner, FAR)
    else:
        await runner.put("/v1/runners/me/shift", {"shift": "break"})

    made = await dispatched(world)

    assert (1, 0) == (made.jobs, made.offers)
    assert [] == await offers_of(runner)


async def test_published_objectives_and_the_communitys_choice(world: World) -> None:
    """Anybody reads them; a version that is not published cannot be chosen; staff see rounds."""
    staff, runner = await world.person("staff1"), await world.runner()
    await world.paid(await world.person("resident1"))
    await dispatched(world)
    published = (await runner.get("/v1/dispatch/objectives"))["items"]
    place = await world.admin.get(f"/v1/places/{world.community_id}")
    other = {"settings": {**place["settings"], "objective": "1999.1"}}
    refused = await world.admin.refused(
        "PUT", f"/v1/places/{world.community_id}", json=other,
        headers={"If-Match": f'"{place["version"]}"'},
    )  # fmt: skip
    rounds = await staff.get("/v1/dispatch/rounds", params={"community_id": world.community_id})

    assert place["settings"]["objective"] in [o["version"] for o in published]
    assert 40.0 == published[0]["parts"]["serving"]["job_min"]
    assert (422, "malformed_request") == refused
    assert [(1, 1, 1, 1)] == [
        (r["n"], r["jobs"], r["runners"], r["offers"]) for r in rounds["items"]
    ]
    assert 1 == await value(world.parts, "SELECT count(*) FROM offers")
