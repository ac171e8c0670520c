"""Joining a cycle: never more than there is, one limit for a household, paid like every order."""

import asyncio
from typing import Any

import pytest

from tests.fixtures.builders.families import consented
from tests.fixtures.builders.harvests import (
    drafted,
    farmer,
    joined,
    left,
    neighbour,
    offered,
    restocked,
    wants,
)
from tests.fixtures.builders.neighbours import enrol
from tests.fixtures.builders.people import fresh_key
from tests.fixtures.builders.sql import rows
from tests.fixtures.builders.staff import granted
from tests.fixtures.builders.worlds import World


async def test_what_is_joined_is_an_order_that_is_paid_seen_and_cancelled(world: World) -> None:
    """One concept, one place: payment, list, history and cancellation are those of every order."""
    owner, shop = await farmer(world)
    cycle, resident = await offered(world, owner, shop), await neighbour(world, 1)
    order = await joined(resident, cycle, 2, 1)
    await world.pay(resident, order["id"])
    listed = await resident.get("/v1/orders", params={"kind": "vegetables"})
    shown = await resident.get(f"/v1/orders/{order['id']}")
    share = await resident.get(f"/v1/cycle-orders/{order['id']}")
    after_joining = await left(resident, cycle)
    cancelled = await resident.post(f"/v1/orders/{order['id']}/cancel", {"reason": "changed_mind"})
    await world.settle()

    assert (1300, 200, 1500) == (order["goods_fen"], order["fee_fen"], order["total_fen"])
    assert [order["number"]] == [o["number"] for o in listed["items"]]
    assert ("active", "3号楼", "上海青×2、大白菜×1", None) == tuple(
        shown[f] for f in ("state", "dropoff_place", "item", "job_id")
    )
    assert "1单元101" == shown["dropoff_contact"]["door"]
    assert {**order, "state": "active"} == share
    assert [8, 9] == after_joining
    assert (0, 1500) == (cancelled["cost_fen"], cancelled["refunded_fen"])
    assert [10, 10] == await left(resident, cycle)


async def test_nothing_is_oversold_and_everybody_is_told_what_is_left(world: World) -> None:
    """Eight households want two of five at once: two orders, six clear refusals."""
    owner, shop = await farmer(world)
    cycle = await offered(world, owner, shop, stock=5)
    people = [await neighbour(world, n) for n in range(1, 9)]
    path, body = f"/v1/cycles/{cycle['id']}/orders", wants(cycle, 2)
    answers = await asyncio.gather(*(p.call("POST", path, json=body) for p in people))
    refused = [a.json() for a in answers if a.status_code == 409]

    assert [201] * 2 + [409] * 6 == sorted(a.status_code for a in answers)
    assert {("stock_gone", "1 left")} == {(r["code"], r["errors"][0]["message"]) for r in refused}
    assert [1, 5] == await left(people[0], cycle)


async def test_a_household_has_one_limit_over_its_members_and_orders(world: World) -> None:
    """Whoever of it orders first; also where two of it order in the same moment."""
    owner, shop = await farmer(world)
    cycle = await offered(world, owner, shop, limit=3)
    one, two = [await neighbour(world, n, door="1单元101") for n in (1, 2)]
    path = f"/v1/cycles/{cycle['id']}/orders"
    both = await asyncio.gather(*(p.call("POST", path, json=wants(cycle, 2)) for p in (one, two)))
    more = await one.call("POST", path, json=wants(cycle, 2))
    last = await joined(two, cycle, 1)

    assert [201, 409] == sorted(a.status_code for a in both)
    told = more.json()
    assert ("household_limit", "1 more") == (told["code"], told["errors"][0]["message"])
    assert 1 == last["lines"][0]["count"]


async def test_an_order_that_is_not_paid_gives_everything_back_once(world: World) -> None:
    """After fifteen minutes; its limit is free again, too, and money that comes late goes back."""
    owner, shop = await farmer(world)
    cycle, resident = await offered(world, owner, shop, limit=2), await neighbour(world, 1)
    order = await joined(resident, cycle, 2)
    prepared = await resident.post("/v1/payments", {"order_id": order["id"]})
    await world.later(minutes=16)
    await resident.post(f"/v1/sandbox/payments/{prepared['payment_id']}/pay")
    await world.settle()
    back = await left(resident, cycle)
    await joined(resident, cycle, 2)

    assert [10, 10] == back
    assert [8, 10] == await left(resident, cycle)


async def test_stock_changes_while_people_join_and_never_below_what_they_took(
    world: World,
) -> None:
    """Raised, then lowered in the moment in which all of it is wanted: each gets a clear answer."""
    owner, shop = await farmer(world)
    cycle = await offered(world, owner, shop, stock=2)
    people = [await neighbour(world, n) for n in range(1, 7)]
    path = f"/v1/cycles/{cycle['id']}"
    raised = await restocked(owner, cycle, 0, 6)
    item = f"{path}/items/{cycle['items'][0]['id']}/stock"
    answers, lowered = await asyncio.gather(
        asyncio.gather(*(p.call("POST", f"{path}/orders", json=wants(cycle, 1)) for p in people)),
        owner.call("PUT", item, json={"stock_count": 4}),
    )
    placed = [a.status_code for a in answers].count(201)
    seen = (await owner.get(path))["items"][0]
    below = await owner.refused("PUT", item, json={"stock_count": placed - 1})
    resident = await people[0].refused("PUT", item, json={"stock_count": 9})
    await owner.post(f"{path}/close")
    late = await owner.refused("PUT", item, json={"stock_count": 9})
    changes = (await owner.get(f"{item}-changes"))["items"]
    page = await owner.get(f"{item}-changes", params={"limit": 1})
    hidden = await people[0].refused("GET", f"{item}-changes")

    assert (6, 6) == tuple(raised["items"][0][f] for f in ("stock_count", "left_count"))
    # Either it came in time, or more than four had been taken.
    assert lowered.status_code == (200 if seen["stock_count"] == 4 else 409)
    assert placed == seen["stock_count"] - seen["left_count"] == min(6, seen["stock_count"])
    assert [(409, "stock_taken"), (403, "role_missing")] == [below, resident]
    assert (409, "cycle_moved_on") == late
    assert (403, "role_missing") == hidden
    # Newest first, and the one that was made in the race only if it was.
    assert (2, 6, "more_came", owner.id) == tuple(
        changes[-1][f] for f in ("from_count", "to_count", "reason", "changed_by_id")
    )
    assert (lowered.status_code == 200) == (len(changes) == 2) == (page["next_cursor"] is not None)
    assert changes[:1] == page["items"]


async def test_the_same_key_joins_once(world: World) -> None:
    """A phone that heard no answer asks again; another wish under the key is refused."""
    owner, shop = await farmer(world)
    cycle, resident = await offered(world, owner, shop), await neighbour(world, 1)
    path, key = f"/v1/cycles/{cycle['id']}/orders", fresh_key()
    first = await resident.call("POST", path, json=wants(cycle, 1), key=key)
    again = await resident.call("POST", path, json=wants(cycle, 1), key=key)
    other = await resident.refused("POST", path, json=wants(cycle, 2), key=key)
    # Said with a field that is no plain one, the framework answers; it is the same key.
    keyless = await resident.http.post(
        path, json=wants(cycle, 1), headers={"Authorization": f"Bearer {resident.token}"}
    )

    assert (201, 201) == (first.status_code, again.status_code)
    assert first.content == again.content
    assert "true" == again.headers["idempotent-replayed"]
    assert (422, "idempotency_key_reused") == other
    assert 400 == keyless.status_code
    assert [9, 10] == await left(resident, cycle)


async def test_who_may_join_and_when(world: World) -> None:
    """Those who live in scope, from the opening to the cut-off."""
    owner, shop = await farmer(world)
    draft = await drafted(world, owner, shop, scope=[world.building_id])
    path, body = f"/v1/cycles/{draft['id']}/orders", wants(draft, 1)
    resident, outsider = await neighbour(world, 1), await world.person("stranger1")
    homeless = await granted(world, "resident7", "resident", world.community_id)

    assert (404, "not_found") == await resident.refused("POST", path, json=body)
    await owner.post(f"/v1/cycles/{draft['id']}/open")
    assert (404, "not_found") == await outsider.refused("POST", path, json=body)
    assert (409, "household_needed") == await homeless.refused("POST", path, json=body)
    assert (422, "malformed_request") == await resident.refused(
        "POST", path, json=wants(draft, 1, way="collection")
    )
    await world.later(hours=2)
    assert (409, "cycle_closed") == await resident.refused("POST", path, json=body)


async def test_staff_order_for_a_person_without_a_phone(world: World) -> None:
    """It is theirs, paid by staff, and counts to a limit of their own."""
    owner, shop = await farmer(world)
    cycle, staff = await offered(world, owner, shop, limit=1), await world.person("grid1")
    person = await enrol(world, staff)
    path = f"/v1/cycles/{cycle['id']}/orders-for/{person['id']}"
    order = await staff.post(path, wants(cycle, 1))
    await world.pay(staff, order["id"])
    shown = await staff.get(f"/v1/orders/{order['id']}")

    assert (person["id"], staff.id, "active") == tuple(
        shown[f] for f in ("customer_id", "payer_id", "state")
    )
    assert (409, "household_limit") == await staff.refused("POST", path, json=wants(cycle, 1))
    assert [9, 10] == await left(staff, cycle)


async def test_a_carer_orders_within_kinds_and_cap_of_the_consent(world: World) -> None:
    """To the parent's door, on the household's limit there; beyond the cap nothing is taken."""
    owner, shop = await farmer(world)
    cycle = await offered(world, owner, shop, scope=[world.building_id])
    carer = await world.person("resident1")
    errands_only = await consented(world)
    path = f"/v1/cycles/{cycle['id']}/orders-for-dependant"
    unwanted = await carer.refused("POST", f"{path}/{errands_only['id']}", json=wants(cycle, 1))
    parent = await consented(world, kinds=["vegetables"], cap_fen=1000)
    path = f"{path}/{parent['id']}"
    for_parent = await carer.get("/v1/cycles", params={"dependant_id": parent["id"]})
    order = await carer.post(path, wants(cycle, 1))
    over = await carer.refused("POST", path, json=wants(cycle, 1))
    await world.pay(carer, order["id"])
    shown = await carer.get(f"/v1/orders/{order['id']}")
    stranger = await world.person("resident3")

    assert (409, "kind_not_allowed") == unwanted
    assert [cycle["id"]] == [c["id"] for c in for_parent["items"]]
    assert [] == (await carer.get("/v1/cycles"))["items"]
    # 350 and 200 were spent, 450 are left.
    assert (409, "cap_exceeded") == over
    assert (parent["id"], carer.id, carer.id, "1单元101") == (
        shown["beneficiary_id"], shown["customer_id"], shown["payer_id"],
        shown["dropoff_contact"]["door"],
    )  # fmt: skip
    assert (404, "not_found") == await stranger.refused("POST", path, json=wants(cycle, 1))
    assert [9, 10] == await left(carer, cycle)


@pytest.mark.parametrize(
    "body",
    [
        {"lines": []},
        {"lines": [{"item_id": "019a9f0e-8c6b-7d1e-8000-000000000000", "count": 1}]},
        {"lines": [{"item_id": "x", "count": 1}]},
        {"lines": [{"item_id": "019a9f0e-8c6b-7d1e-8000-000000000000", "count": 0}]},
    ],
)
async def test_what_cannot_be_is_refused_by_the_documented_way(
    world: World, body: dict[str, Any]
) -> None:
    """422 with the field, whichever way the request took."""
    owner, shop = await farmer(world)
    cycle, resident = await offered(world, owner, shop), await neighbour(world, 1)

    assert (422, "malformed_request") == await resident.refused(
        "POST", f"/v1/cycles/{cycle['id']}/orders", json=body
    )
    assert 0 == (await rows(world.parts, "SELECT count(*) FROM cycle_orders"))[0][0]
