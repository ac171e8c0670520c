"""A phone, a door, a name and a note that must turn up nowhere but before the right eyes."""

from pathlib import Path
from typing import Any

import httpx
import pytest
import redis.asyncio as aioredis

from api.bootstrap import Parts
from api.settings import Settings
from tests.fixtures.builders.families import dependant_in, order_for, quote_for
from tests.fixtures.builders.people import Person, agree
from tests.fixtures.builders.processes import running_api, running_worker
from tests.fixtures.builders.racing import until
from tests.fixtures.builders.recovery import left
from tests.fixtures.builders.servers import at
from tests.fixtures.builders.sql import rows
from tests.fixtures.builders.staff import foreign_staff
from tests.fixtures.builders.worlds import World, order_on, point

PHONE, DOOR, NAME, NOTE = "13912340987", "canary-door-77", "canary-name", "canary-note-text"
ID_NUMBER, REAL_NAME, PARENT_PHONE = "11010519491231002X", "canary-real-name", "02187654321"
CANARIES = (PHONE, DOOR, NAME, NOTE, ID_NUMBER, REAL_NAME, PARENT_PHONE)
_COLUMNS_SQL = """
SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns
WHERE table_schema = 'public'
  AND data_type IN ('text', 'character varying', 'jsonb', 'json', 'bytea', 'ARRAY', 'USER-DEFINED')
"""


async def columns_that_tell(parts: Parts) -> set[tuple[str, str, str]]:
    """Every column of the database in which a canary stands in plain."""
    found: set[tuple[str, str, str]] = set()
    for table, column, kind in await rows(parts, _COLUMNS_SQL):
        text = f'encode("{column}", $$escape$$)' if kind == "bytea" else f'"{column}"::text'
        for canary in CANARIES:
            # Bytes that are not ASCII are escaped; the canaries are.
            sql = f'SELECT 1 FROM "{table}" WHERE position($1 IN {text}) > 0 LIMIT 1'
            if await rows(parts, sql, canary):
                found.add((table, column, canary))
    return found


async def canary_errand(world: World, resident: Person, runner: Person) -> dict[str, Any]:
    """A whole errand whose contacts and note are canaries; also an address that is one."""
    contact = {"door": DOOR, "name": NAME, "phone": PHONE}
    address = {"building_id": world.building_id, "label": "家", "contact": contact}
    await resident.post("/v1/me/addresses", address)
    asked = {"kind": "fetch", "pickup": point(), "dropoff": point(200)}
    quote = await resident.post("/v1/quotes", asked)
    body = order_on(quote["id"], dropoff_contact=contact, pickup_contact=contact, note=NOTE)
    order = await resident.post("/v1/orders", body)
    prepared = await resident.post("/v1/payments", {"order_id": order["id"]})
    await resident.post(f"/v1/sandbox/payments/{prepared['payment_id']}/pay")
    order = await resident.get(f"/v1/orders/{order['id']}")
    job = f"/v1/jobs/{order['job_id']}"
    await runner.post(f"{job}/accept")
    await runner.post(f"{job}/pick-up", {"code": order["pickup_code"]})
    await runner.post(f"{job}/stops/1/deliver", {"code": order["receipt_code"]})
    await resident.post(f"/v1/orders/{order['id']}/confirm")
    return order


async def canary_people(world: World, resident: Person, grid: Person) -> None:
    """A real name, a household, a dependant and an enrolled person, every secret a canary."""
    name = {"name": REAL_NAME, "id_number": ID_NUMBER, "community_id": world.community_id}
    await agree(resident, "id_number")
    await resident.post("/v1/me/real-name", name)
    home = {"building_id": world.building_id, "door": DOOR, "relation": "family"}
    asked = await resident.post("/v1/me/household", home)
    await grid.post(f"/v1/memberships/{asked['requested']['id']}/approve")
    contact = {"door": DOOR, "name": NAME, "phone": PARENT_PHONE}
    cared = dependant_in(world, contact=contact)
    dependant = await resident.post("/v1/me/dependants", cared)
    witnessed = {"version": 1, "how": "by_phone"}
    await grid.post(f"/v1/dependants/{dependant['id']}/witness", witnessed)
    quote = await quote_for(world, resident, dependant["id"])
    await resident.post("/v1/orders", order_for(quote))
    person = {"name": NAME, "building_id": world.building_id, "door": DOOR, "phone": PHONE}
    await grid.post("/v1/people", person)


async def test_nothing_at_rest_or_in_a_log_tells_where_somebody_lives(
    world: World, settings: Settings, tmp_path: Path
) -> None:
    """No table in plain, no key or value of Redis, no line of API or worker holds a canary."""
    resident, runner = await world.person("resident1"), await world.runner()
    grid = await world.person("grid1")
    api_log, worker_log = tmp_path / "api.log", tmp_path / "worker.log"
    with (
        running_api(settings, log=api_log) as (_, url),
        running_worker(settings, log=worker_log),
    ):
        async with httpx.AsyncClient(base_url=url, timeout=20) as http:
            await canary_errand(world, at(resident, http), at(runner, http))
            await canary_people(world, at(resident, http), at(grid, http))
            # What is refused is logged too, and must not be echoed.
            wrong = {"door": DOOR, "name": NAME, "phone": PHONE + "x"}
            body = {"building_id": world.building_id, "label": "家", "contact": wrong}
            refused = await at(resident, http).call("POST", "/v1/me/addresses", json=body)
            bad = await http.post("/v1/sessions", json={"code": PHONE})

            # Nor does leaving write down who left.
            await at(resident, http).call("DELETE", "/v1/me/data", expect=200)

        async def is_done() -> bool:
            return await left(world.parts) == 0

        await until(is_done, within_s=30)
    store = aioredis.Redis.from_url(settings.redis_url)
    try:
        kept = [key async for key in store.scan_iter()]
        values = [await store.dump(key) or b"" for key in kept]
    finally:
        await store.aclose()
    said = api_log.read_bytes() + worker_log.read_bytes() + b"".join(kept + values)

    assert set() == await columns_that_tell(world.parts)
    assert [] == [c for c in CANARIES if c.encode() in said]
    assert [] == [c for c in CANARIES if c in refused.text + bad.text]


@pytest.mark.parametrize("stage", ["open", "carried", "completed"])
async def test_no_answer_to_anybody_else_holds_a_canary(world: World, stage: str) -> None:
    """Whatever a neighbour, another runner or staff elsewhere may ask, at every stage."""
    resident, runner = await world.person("resident1"), await world.runner(1)
    contact = {"door": DOOR, "name": NAME, "phone": PHONE}
    quote = await world.quote(resident)
    body = order_on(quote["id"], dropoff_contact=contact, pickup_contact=contact, note=NOTE)
    order = await resident.post("/v1/orders", body)
    await world.pay(resident, order["id"])
    order = await resident.get(f"/v1/orders/{order['id']}")
    job = f"/v1/jobs/{order['job_id']}"
    strangers = [await world.person("resident2"), await world.runner(2), await foreign_staff(world)]
    if stage == "open":
        strangers.append(runner)
    else:
        await runner.post(f"{job}/accept")
        await runner.post(f"{job}/pick-up", {"code": order["pickup_code"]})
    if stage == "completed":
        await runner.post(f"{job}/stops/1/deliver", {"code": order["receipt_code"]})
        await resident.post(f"/v1/orders/{order['id']}/confirm")
        strangers.append(runner)
    paths = (
        job, f"{job}/track", f"/v1/orders/{order['id']}", f"/v1/orders/{order['id']}/events",
        f"/v1/orders/{order['id']}/cancel-cost", "/v1/orders", "/v1/hall", "/v1/runners/me/jobs",
        "/v1/me", "/v1/me/addresses", f"/v1/orders?community_id={world.community_id}",
        f"/v1/points/runners/{runner.id}/ledger", f"/v1/places/{world.community_id}",
    )  # fmt: skip
    texts = [(await s.call("GET", path)).text for s in strangers for path in paths]
    texts += [(await s.call("POST", f"{job}/{act}", json={"code": "0000"})).text
              for s in strangers for act in ("pick-up", "stops/1/deliver")]  # fmt: skip

    assert [] == [c for c in (*CANARIES, "139****0987") for text in texts if c in text]


async def test_what_is_told_of_people_holds_no_canary_of_theirs(world: World) -> None:
    """Neighbours, the same household, staff elsewhere, and what staff here see in lists."""
    resident, grid = await world.person("resident1"), await world.person("grid1")
    await canary_people(world, resident, grid)
    housemate, staff = await world.person("resident2"), await world.person("staff1")
    home = {"building_id": world.building_id, "door": DOOR, "relation": "family"}
    asked = await housemate.post("/v1/me/household", home)
    await grid.post(f"/v1/memberships/{asked['requested']['id']}/approve")
    lists = [f"/v1/{what}?place_id={world.community_id}"
             for what in ("real-names", "memberships", "dependants", "people")]  # fmt: skip
    mine = ["/v1/me", "/v1/me/real-name", "/v1/me/carers", "/v1/me/dependants", "/v1/me/blocks"]
    strangers = [await world.person("resident3"), await foreign_staff(world), housemate]

    told = [(await s.call("GET", path)).text for s in strangers for path in [*lists, *mine]]
    told += [str(await s.get("/v1/me/household")) for s in strangers[:2]]
    listed = [(await staff.call("GET", path, expect=200)).text for path in lists]

    assert [] == [c for c in CANARIES for text in told if c in text]
    # Staff of the place check doors; names, numbers and phones leave masked.
    assert [] == [c for c in CANARIES if c != DOOR for text in listed if c in text]
