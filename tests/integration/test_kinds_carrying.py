"""Every kind of errand, from its quote to its end, over HTTP; and what each refuses."""

from typing import Any

from api.kinds import KINDS
from tests.fixtures.builders.errands import (
    SAMPLES,
    SPENT,
    able_runner,
    deliver,
    pick_up,
    placed,
    quoted,
    shown,
    taken,
    wish,
)
from tests.fixtures.builders.money import refunded
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.photos import photo
from tests.fixtures.builders.sql import rows
from tests.fixtures.builders.worlds import World, point

OPTIONAL = {"kind", "copies", "preferred_shop", "description"}
ACCOUNT = "3100123456"
# Whole rows as text, in which sealed bytes are hexadecimal.
_TELLING_SQL = """
SELECT * FROM (SELECT o::text FROM orders AS o UNION ALL SELECT s::text FROM stops AS s
    UNION ALL SELECT j::text FROM jobs AS j UNION ALL SELECT e::text FROM events AS e
    UNION ALL SELECT k::text FROM idempotency_keys AS k) AS told (line)
WHERE position($1 IN line) > 0 OR position(encode(convert_to($1, 'UTF8'), 'hex') IN line) > 0
"""
_OPENED_SQL = """
SELECT data->>'kind', (data->>'urgent')::bool FROM events WHERE name = 'job.opened'
"""
WITH_DETAILS = [k for k in SAMPLES if SAMPLES[k].details is not None]


def test_there_is_a_sample_of_every_kind() -> None:
    """Else the table below would prove less than it says."""
    assert KINDS.keys() == SAMPLES.keys()


async def missing(runner: Person, path: str, proof: dict[str, Any]) -> tuple[str, ...]:
    """The parts that a step misses where nothing is shown though something must be."""
    if not proof:
        return ()
    answer = await runner.call("POST", path, json={}, expect=409)
    assert "proof_missing" == answer.json()["code"]
    return tuple(e["field"] for e in answer.json()["errors"])


async def test_every_kind_runs_from_its_quote_to_its_end(world: World) -> None:
    """Placed, paid, accepted, refused without its proof, proved as its row says, confirmed; what
    was not spent goes back.
    """
    resident, runner = await world.person("resident1"), await able_runner(world)
    ends: dict[str, Any] = {}
    for kind, sample in SAMPLES.items():
        order = await taken(world, resident, runner, sample)
        assert sample.goods_fen + order["fee_fen"] == order["total_fen"], kind
        job, row = f"/v1/jobs/{order['job_id']}", KINDS[kind]
        assert row.pickup_proof == await missing(runner, f"{job}/pick-up", sample.pickup), kind
        await pick_up(runner, order, sample.pickup)
        door = f"{job}/stops/1/deliver"
        assert row.delivery_proof == await missing(runner, door, sample.delivery), kind
        await deliver(runner, order, sample.delivery)
        await world.settle()
        done = await resident.post(f"/v1/orders/{order['id']}/confirm")
        back_fen, _ = await refunded(world, order["id"])
        ends[kind] = (done["state"], done["spent_fen"], back_fen)

    assert ends == {
        kind: ("completed", SPENT, s.goods_fen - SPENT) if s.goods_fen else ("completed", None, 0)
        for kind, s in SAMPLES.items()
    }


async def test_a_proof_that_is_wrong_is_refused(world: World) -> None:
    """A code of another, parcels of another, more than was paid in front, what nobody asked for."""
    resident, runner = await world.person("resident1"), await able_runner(world)

    async def refused(kind: str, body: dict[str, Any]) -> tuple[int, str]:
        order = await taken(world, resident, runner, SAMPLES[kind])
        real = await shown(runner, order, body)
        code = await runner.refused("POST", f"/v1/jobs/{order['job_id']}/pick-up", json=real)
        await runner.call("POST", f"/v1/jobs/{order['job_id']}/release", expect=204)
        return code

    shot = SAMPLES["meal"].pickup
    assert (409, "code_wrong") == await refused("parcel", {"parcel_codes": ["3-2-1007"]})
    assert (409, "spent_over_ceiling") == await refused("buy", {**shot, "spent_fen": 5001})
    assert (422, "malformed_request") == await refused("meal", {**shot, "spent_fen": 1})
    order = await taken(world, resident, runner, SAMPLES["fetch"])
    wrong = {"code": "0000" if order["pickup_code"] != "0000" else "0001"}
    answer = await runner.refused("POST", f"/v1/jobs/{order['job_id']}/pick-up", json=wrong)
    assert (409, "code_wrong") == answer


async def test_a_field_that_is_missing_is_refused_by_name(world: World) -> None:
    """Each required field of each kind's details, left out one by one."""
    resident = await world.person("resident1")
    for kind in WITH_DETAILS:
        sample = SAMPLES[kind]
        body = await wish(resident, sample, (await quoted(resident, sample))["id"])
        named: dict[str, str] = {}
        for name in body["details"].keys() - OPTIONAL:
            details = {k: v for k, v in body["details"].items() if k != name}
            broken = {**body, "details": details}
            answer = await resident.call("POST", "/v1/orders", json=broken, expect=422)
            named[name] = answer.json()["errors"][0]["field"]
        assert named == {n: f"details.{kind}.{n}" for n in named}, kind


async def test_what_does_not_fit_the_kind_is_refused_by_name(world: World) -> None:
    """No details, another kind's details, no place to fetch from, no appointment."""
    resident = await world.person("resident1")

    async def refused(path: str, body: dict[str, Any]) -> str:
        answer = await resident.call("POST", path, json=body, expect=422)
        return answer.json()["errors"][0]["field"]

    meal, trash = SAMPLES["meal"], SAMPLES["trash"]
    quote = await quoted(resident, meal)
    body = await wish(resident, meal, quote["id"])
    other = await wish(resident, trash, quote["id"])
    asked = {"dropoff": point(200)}

    assert "details" == await refused("/v1/orders", {**body, "details": None})
    assert "details.kind" == await refused("/v1/orders", {**other, "pickup_place": "老王面馆"})
    assert "pickup_place" == await refused("/v1/orders", {**body, "pickup_place": None})
    assert "pickup" == await refused("/v1/quotes", {**asked, "kind": "fetch"})
    assert "pickup" == await refused("/v1/quotes", {**asked, "kind": "trash", "pickup": point()})
    assert "window" == await refused("/v1/quotes", {**asked, "kind": "home_service"})
    trash_quote = await quoted(resident, trash)
    left = await wish(resident, trash, trash_quote["id"], at_door=True)
    assert "at_door" == await refused("/v1/orders", left)


async def test_a_runner_without_the_permission_is_refused(world: World) -> None:
    """Whoever may only fetch advances no money."""
    resident, runner = await world.person("resident1"), await world.runner()
    await rows(world.parts, "UPDATE runners SET kinds = '{fetch}' RETURNING id")
    order = await placed(world, resident, SAMPLES["buy"])
    await world.pay(resident, order["id"])
    order = await resident.get(f"/v1/orders/{order['id']}")

    refused = await runner.refused("POST", f"/v1/jobs/{order['job_id']}/accept")

    assert (409, "kind_not_permitted") == refused


async def test_left_at_the_door_a_photo_stands_for_the_code(world: World) -> None:
    """Only where the customer said so."""
    resident, runner = await world.person("resident1"), await able_runner(world)
    order = await taken(world, resident, runner, SAMPLES["fetch"], at_door=True)
    await pick_up(runner, order, SAMPLES["fetch"].pickup)

    job = await deliver(runner, order, SAMPLES["trash"].delivery)

    assert "delivered" == job["state"]
    assert 1 == len(job["stops"][0]["proof"]["photo_ids"])


async def test_what_is_valuable_is_photographed_before_and_after(world: World) -> None:
    """The code alone is not enough at either end."""
    resident, runner = await world.person("resident1"), await able_runner(world)
    order = await taken(world, resident, runner, SAMPLES["fetch"], with_photos=True)
    job = f"/v1/jobs/{order['job_id']}"
    bare = await runner.refused("POST", f"{job}/pick-up", json={"code": order["pickup_code"]})
    both = {**SAMPLES["fetch"].pickup, **SAMPLES["meal"].pickup}
    await pick_up(runner, order, both)
    late = await runner.refused(
        "POST", f"{job}/stops/1/deliver", json={"code": order["receipt_code"]}
    )

    done = await deliver(runner, order, both)

    assert [(409, "proof_missing")] * 2 == [bare, late]
    assert "delivered" == done["state"]


async def test_details_open_and_close_with_the_job(world: World) -> None:
    """Sealed at rest; the runner reads them while the job lasts, staff read them masked."""
    resident, runner = await world.person("resident1"), await able_runner(world)
    staff = await world.person("staff1")
    order = await taken(world, resident, runner, SAMPLES["pay"])
    job = f"/v1/jobs/{order['job_id']}"

    def account(job: dict[str, Any]) -> str | None:
        details = job["stops"][0]["details"]
        return details and details["account"]

    during = [account(await who.get(job)) for who in (resident, runner, staff)]
    await pick_up(runner, order, {})
    await deliver(runner, order, SAMPLES["pay"].delivery)
    after = [account(await who.get(job)) for who in (resident, runner, staff)]
    await world.settle()

    assert [ACCOUNT, ACCOUNT, "****3456"] == during
    assert [ACCOUNT, None, "****3456"] == after
    assert [] == await rows(world.parts, _TELLING_SQL, ACCOUNT)


async def test_medicine_is_told_as_urgent_and_shown_to_the_grid_worker(world: World) -> None:
    """By a flag of the event with which its job opens, and in the list of the community."""
    resident, grid = await world.person("resident1"), await world.person("grid1")
    orders = [await placed(world, resident, SAMPLES[kind]) for kind in ("fetch", "medicine")]
    for order in orders:
        await world.pay(resident, order["id"])

    told = await rows(world.parts, _OPENED_SQL)
    path = f"/v1/orders?community_id={world.community_id}&kind=medicine"
    shown_to_grid = (await grid.get(path))["items"]

    assert [("fetch", False), ("medicine", True)] == sorted((r[0], r[1]) for r in told)
    assert [orders[1]["id"]] == [o["id"] for o in shown_to_grid]


async def test_the_table_of_kinds_is_public(world: World) -> None:
    """Whoever writes a form reads there what must be in it."""
    answer = await world.http.get("/v1/errand-kinds")

    listed = {k["code"]: (k["is_urgent"], k["permission"]) for k in answer.json()["items"]}
    assert KINDS.keys() == listed.keys()
    assert (True, "medicine") == listed["medicine"]


async def test_a_photo_counts_once_and_only_its_own_takers(world: World) -> None:
    """Somebody else's photo, one that was shown already, or none at all proves nothing."""
    resident, runner = await world.person("resident1"), await able_runner(world)
    first = await taken(world, resident, runner, SAMPLES["meal"])
    second = await taken(world, resident, runner, SAMPLES["meal"])
    used, strange = await photo(runner), await photo(resident)
    await runner.post(f"/v1/jobs/{first['job_id']}/pick-up", {"photo_ids": [used]})

    said = [
        await runner.refused(
            "POST", f"/v1/jobs/{second['job_id']}/pick-up", json={"photo_ids": [wrong]}
        )
        for wrong in (used, strange, second["id"])
    ]

    assert 3 == len(said)
    assert {"upload_unknown"} == {code for _, code in said}


async def test_the_runner_sees_the_pages_to_print_and_the_customer_the_receipt(
    world: World,
) -> None:
    """Through links of the job; the runner's end with it."""
    resident, runner = await world.person("resident1"), await able_runner(world)
    sample = SAMPLES["print"]
    order = await taken(world, resident, runner, sample)
    job = f"/v1/jobs/{order['job_id']}"
    pages = (await runner.get(job))["photos"]
    await pick_up(runner, order, sample.pickup)
    during = (await resident.get(job))["photos"]
    await deliver(runner, order, sample.delivery)
    after = (await runner.get(job))["photos"]
    await world.settle()

    assert ["print"] == [p["purpose"] for p in pages]
    assert ["print", "proof"] == sorted(p["purpose"] for p in during)
    assert [] == after
    picture = await world.http.get(pages[0]["photo_url"])
    assert (200, "image/jpeg") == (picture.status_code, picture.headers["content-type"])
