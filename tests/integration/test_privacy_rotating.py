"""Keys are replaced while people go on reading and writing."""

import asyncio
from collections import Counter

from pydantic import SecretStr

from api.bootstrap import build
from api.identity.service import find_or_register_by_phone
from api.privacy.service.rotating import rotate_keys
from api.settings import Settings
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.servers import another_server, at
from tests.fixtures.builders.worlds import World
from tests.fixtures.serving import client_of, serving

_PHONE = "13912340987"
_NEW_DATA, _NEW_INDEX = "0a" * 32, "0b" * 32
_ADDRESSES = 30
_ADDRESSES_PATH = "/v1/me/addresses"


def with_new_keys(settings: Settings, *, old_too: bool) -> Settings:
    """The settings after the change of keys, the old ones still there or taken away."""
    return settings.model_copy(
        update={
            "data_key": SecretStr(_NEW_DATA),
            "index_key": SecretStr(_NEW_INDEX),
            "data_keys_old": settings.data_key if old_too else SecretStr(""),
            "index_keys_old": settings.index_key if old_too else SecretStr(""),
        }
    )


async def test_everything_is_sealed_anew_while_requests_run(
    world: World, settings: Settings
) -> None:
    """No read fails meanwhile; afterwards the old keys are not needed, and a phone is found."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.accepted(resident, runner)
    address = {"building_id": world.building_id, "label": "家", "contact": {"phone": _PHONE}}
    for _ in range(_ADDRESSES):
        await resident.post("/v1/me/addresses", address)
    async with world.parts.database.transaction() as (session, now):
        known = await find_or_register_by_phone(
            session, phone=_PHONE, vault=world.parts.vault, now=now
        )
    parts = build(with_new_keys(settings, old_too=True))
    await parts.open()
    statuses: Counter[int] = Counter()
    async with serving(parts) as url, client_of(url) as http:
        done = asyncio.Event()

        async def read(person: Person, *paths: str) -> None:
            while not done.is_set():
                for path in paths:
                    statuses[(await at(person, http).call("GET", path)).status_code] += 1

        readers = [
            asyncio.create_task(read(resident, "/v1/me/addresses", f"/v1/orders/{order['id']}")),
            asyncio.create_task(read(runner, f"/v1/jobs/{order['job_id']}")),
        ]
        while sum(statuses.values()) < 10:
            await asyncio.sleep(0)
        first = await rotate_keys(parts.database, vault=parts.vault)
        again = await rotate_keys(parts.database, vault=parts.vault)
        done.set()
        await asyncio.gather(*readers)
    after = build(with_new_keys(settings, old_too=False))
    await after.open()
    async with serving(after) as url, client_of(url) as http:
        kept = (await at(resident, http).get("/v1/me/addresses"))["items"]
        found = await http.post("/v1/sessions", json={"code": f"dev:{_PHONE}"})
        shown = await at(resident, http).get(f"/v1/orders/{order['id']}")

    assert {200} == statuses.keys()
    resealed = {r.column: r.resealed for r in first}
    assert (_ADDRESSES, 1, 1) == (
        resealed["addresses.detail_sealed"],
        resealed["users.phone_sealed"],
        resealed["orders.details_sealed"],
    )
    assert (0, 0) == (sum(r.unreadable for r in first), sum(r.resealed for r in again))
    assert [_PHONE] * _ADDRESSES == [a["contact"]["phone"] for a in kept]
    assert str(known.id) == found.json()["user_id"]
    assert "13800138000" == shown["dropoff_contact"]["phone"]


async def test_a_request_sent_again_meets_its_answer_across_a_change_of_keys(
    world: World, settings: Settings
) -> None:
    """Whichever side the process stands on: the same answer, and one address; another body is
    still another request."""
    resident = await world.person("resident1")
    body = {"building_id": world.building_id, "label": "家"}
    before = await resident.call("POST", _ADDRESSES_PATH, key="one", json=body)
    async with another_server(with_new_keys(settings, old_too=True)) as (http, _):
        moved = at(resident, http)
        again = await moved.call("POST", _ADDRESSES_PATH, key="one", json=body)
        other = await moved.refused("POST", _ADDRESSES_PATH, key="one", json={**body, "floor": 2})
        later = await moved.call("POST", _ADDRESSES_PATH, key="two", json=body)
    not_swapped_yet = settings.model_copy(
        update={"data_keys_old": SecretStr(_NEW_DATA), "index_keys_old": SecretStr(_NEW_INDEX)}
    )
    async with another_server(not_swapped_yet) as (http, _):
        back = await at(resident, http).call("POST", _ADDRESSES_PATH, key="two", json=body)
        kept = (await at(resident, http).get(_ADDRESSES_PATH))["items"]

    assert (201, before.content) == (again.status_code, again.content)
    assert (201, later.content) == (back.status_code, back.content)
    assert (422, "idempotency_key_reused") == other
    assert 2 == len(kept)


async def test_a_value_that_no_key_opens_is_counted_and_left_alone(
    world: World, settings: Settings
) -> None:
    """Where an old key is missing nothing is lost: with it, the rest is sealed anew."""
    resident = await world.person("resident1")
    await resident.post("/v1/me/addresses", {"building_id": world.building_id, "label": "家"})
    without = build(with_new_keys(settings, old_too=False))
    await without.open()
    lost = await rotate_keys(without.database, vault=without.vault)
    await without.close()
    with_old = build(with_new_keys(settings, old_too=True))
    await with_old.open()
    found = await rotate_keys(with_old.database, vault=with_old.vault)
    await with_old.close()

    unreadable = {r.column: r.unreadable for r in lost if r.unreadable}
    assert 1 == unreadable["addresses.detail_sealed"]
    assert 0 == sum(r.resealed for r in lost)
    assert unreadable == {r.column: r.resealed for r in found if r.resealed}
