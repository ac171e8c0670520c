"""Everything about oneself on request, nothing about another; and being forgotten."""

from typing import Any

import orjson
import redis.asyncio as aioredis

from tests.fixtures.builders.canaries import places_of
from tests.fixtures.builders.people import Person, sign_in
from tests.fixtures.builders.repeating import weekly
from tests.fixtures.builders.sql import rows, value
from tests.fixtures.builders.worlds import World, order_on

_NICKNAME = "canary-nick"
_ITEM = "canary-item"
_CONTACT = {"door": "canary-door-77", "name": "canary-name", "phone": "13912340987"}
_NOTE = "canary-note"
CANARIES = (_NICKNAME, _ITEM, _NOTE, *_CONTACT.values())
_DATA = "/v1/me/data"


async def lives_here(world: World, person: Person, runner: Person) -> str:
    """A nickname, an address and a completed order, all of canaries; the order's id."""
    await person.put("/v1/me", {"nickname": _NICKNAME})
    address = {"building_id": world.building_id, "label": _NICKNAME, "contact": _CONTACT}
    await person.post("/v1/me/addresses", address)
    quote = await world.quote(person)
    body = order_on(
        quote["id"], item=_ITEM, note=_NOTE, pickup_contact=_CONTACT, dropoff_contact=_CONTACT
    )
    order = await person.post("/v1/orders", body)
    await world.pay(person, order["id"])
    order = await person.get(f"/v1/orders/{order['id']}")
    job = f"/v1/jobs/{order['job_id']}"
    await runner.post(f"{job}/accept")
    await runner.post(f"{job}/pick-up", {"code": order["pickup_code"]})
    await runner.post(f"{job}/stops/1/deliver", {"code": order["receipt_code"]})
    await person.post(f"/v1/orders/{order['id']}/confirm")
    return order["id"]


async def exported(person: Person, **query: int) -> list[dict[str, Any]]:
    """All sections of an export, page after page."""
    sections: list[dict[str, Any]] = []
    more: dict[str, Any] = dict(query)
    while True:
        page = await person.get(_DATA, params=more)
        sections += page["sections"]
        if page["next_cursor"] is None:
            return sections
        more["cursor"] = page["next_cursor"]


def lines(sections: list[dict[str, Any]]) -> list[tuple[str, str, bytes]]:
    """Every row of an export, so that two can be compared."""
    return [
        (s["table"], s["role"], orjson.dumps(r, option=orjson.OPT_SORT_KEYS))
        for s in sections
        for r in s["rows"]
    ]


async def test_an_export_holds_all_of_oneself_and_nothing_of_another(world: World) -> None:
    """Every canary for its person; none for the runner who carried it, staff or a neighbour."""
    leaver, runner = await world.person("resident1"), await world.runner()
    await lives_here(world, leaver, runner)
    others = [runner, await world.person("resident2"), await world.person("staff1")]
    own = orjson.dumps(await exported(leaver)).decode()

    told = [orjson.dumps(await exported(o)).decode() for o in others]

    assert [] == [c for c in CANARIES if c not in own]
    assert [] == [c for c in (*CANARIES, leaver.id) for text in told if c in text]
    assert (runner.id in own, "dev:resident1" in own) == (False, False)


async def test_an_export_in_pages_is_the_same_export(world: World) -> None:
    """Three rows a page lose none and double none."""
    leaver, runner = await world.person("resident1"), await world.runner()
    await lives_here(world, leaver, runner)

    whole, paged = lines(await exported(leaver)), lines(await exported(leaver, limit=3))

    assert whole == paged
    assert {"users", "sessions", "addresses", "orders", "jobs", "stops", "payments"} <= {
        table for table, _, _ in whole
    }


async def test_leaving_takes_a_fresh_sign_in_and_empty_hands(world: World) -> None:
    """Five minutes old is too old; whoever has goods in hand brings them first."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.picked_up(resident, runner)
    busy = await runner.refused("DELETE", _DATA)
    await world.later(minutes=6)
    stale = await resident.refused("DELETE", _DATA)
    await runner.post(
        f"/v1/jobs/{order['job_id']}/stops/1/deliver", {"code": order["receipt_code"]}
    )
    fresh = await sign_in(world.http, "dev:runner1")
    await fresh.call("DELETE", _DATA, expect=200)

    assert (409, "runner_has_jobs") == busy
    assert (401, "fresh_login_needed") == stale
    assert [("withdrawn", "offline", None)] == await rows(
        world.parts, "SELECT state, shift, lat FROM runners"
    )
    # Both phones of the runner are signed out, and the name is free for somebody new.
    for person in (runner, fresh):
        assert (401, "not_signed_in") == await person.refused("GET", "/v1/me")
    assert (await sign_in(world.http, "dev:runner1")).id != runner.id


async def test_who_has_ordered_nothing_is_forgotten_at_once(world: World) -> None:
    """No law holds an address, a nickname or an unused quote."""
    leaver = await world.person("resident1")
    await leaver.put("/v1/me", {"nickname": _NICKNAME})
    address = {"building_id": world.building_id, "label": _NICKNAME, "contact": _CONTACT}
    await leaver.post("/v1/me/addresses", address)
    await world.quote(leaver)
    before = await places_of(world.parts, CANARIES)

    told = (await leaver.call("DELETE", _DATA, expect=200)).json()

    assert ("erased", []) == (told["state"], told["holds"])
    assert {"users.nickname", "addresses.label", "addresses.detail_sealed"} <= before
    assert set() == await places_of(world.parts, (*CANARIES, "dev:resident1"))
    assert 0 == await value(world.parts, "SELECT count(*) FROM quotes")


async def test_who_leaves_repeats_nothing_any_more(world: World) -> None:
    """What would be ordered again ends, and what it would have said is gone."""
    leaver = await world.person("resident1")
    often = await weekly(world, item=_ITEM, note=_NOTE, pickup_contact=_CONTACT)
    await leaver.post("/v1/repeats", often)
    before = await places_of(world.parts, CANARIES)

    await leaver.call("DELETE", _DATA, expect=200)
    await world.later(days=3)
    await world.settle()

    assert "repeats.template_sealed" in before
    assert set() == await places_of(world.parts, CANARIES)
    assert "ended" == await value(world.parts, "SELECT state FROM repeats")
    assert 0 == await value(world.parts, "SELECT count(*) FROM orders")


async def test_what_the_law_holds_is_told_and_goes_when_its_time_is_over(world: World) -> None:
    """Contacts a week after the order, its words after three years; the amounts stay."""
    leaver, runner = await world.person("resident1"), await world.runner()
    await lives_here(world, leaver, runner)
    told = (await leaver.call("DELETE", _DATA, expect=200)).json()
    of_trade = {"orders.item", "orders.details_sealed"}
    for_a_week = {"jobs.pickup_contact_sealed", "stops.contact_sealed"}
    # What the runner was answered, for requests sent again.
    answers = {"idempotency_keys.body"}

    at_once = await places_of(world.parts, CANARIES)
    await world.later(days=4)
    after_days = await places_of(world.parts, CANARIES)
    await world.later(days=4)
    after_a_week = await places_of(world.parts, CANARIES)
    await world.later(days=3 * 366 + 60)

    assert "restricted" == told["state"]
    assert {"orders", "jobs", "stops", "quotes", "idempotency_keys"} == {
        h["table"] for h in told["holds"]
    }
    assert all(h["why"] and h["until"] for h in told["holds"])
    assert of_trade | for_a_week | answers == at_once
    assert of_trade | for_a_week == after_days
    assert of_trade == after_a_week
    assert set() == await places_of(world.parts, CANARIES)
    assert [("erased",)] == await rows(world.parts, "SELECT state FROM erasures")
    assert [(300, "completed")] == await rows(world.parts, "SELECT fee_fen, state FROM orders")


async def test_nothing_of_who_left_is_in_redis_or_breaks_what_staff_read(world: World) -> None:
    """Not a key, not a value; the order is still listed, with nobody on it."""
    leaver, runner, staff = (
        await world.person("resident1"), await world.runner(), await world.person("staff1")
    )  # fmt: skip
    order_id = await lives_here(world, leaver, runner)
    await leaver.call("DELETE", _DATA, expect=200)
    await world.later(days=3 * 366 + 60)
    staff = await sign_in(world.http, "dev:staff1")
    shown = await staff.get(f"/v1/orders/{order_id}")
    job = await staff.get(f"/v1/jobs/{shown['job_id']}")
    store = aioredis.Redis.from_url(world.parts.settings.redis_url)
    kept = [key async for key in store.scan_iter()]
    said = b"".join(kept + [await store.dump(key) or b"" for key in kept])
    await store.aclose()

    assert [] == [c for c in CANARIES if c.encode() in said]
    assert ("", "", None) == tuple(shown["dropoff_contact"][k] for k in ("door", "name", "phone"))
    assert ("", "") == (shown["item"], job["stops"][0]["place"])
