"""A cycle from its draft to its cut-off: by the clock, by hand, and where it does not happen."""

from datetime import timedelta
from typing import Any

from api.kit.db import read_now
from tests.fixtures.builders.harvests import (
    drafted,
    farmer,
    joined,
    left,
    neighbour,
    offered,
    plan,
    wanted_always,
    wants,
)
from tests.fixtures.builders.worlds import World


async def in_minutes(world: World, minutes: int) -> str:
    """A moment so many minutes ahead, by the database's clock."""
    async with world.parts.database.session() as session:
        return (await read_now(session) + timedelta(minutes=minutes)).isoformat()


async def test_a_cycle_opens_and_closes_by_the_clock_once_the_last_order_is_paid(
    world: World,
) -> None:
    """Nobody joins before or after; the cut-off waits for whoever is still paying."""
    owner, shop = await farmer(world)
    draft = await drafted(world, owner, shop, opens_at=await in_minutes(world, 30))
    path, resident = f"/v1/cycles/{draft['id']}", await neighbour(world, 1)
    early = await resident.refused("POST", f"{path}/orders", json=wants(draft, 1))
    await world.later(minutes=31)
    opened = await resident.get(path)
    await world.later(minutes=85)
    order = await joined(resident, draft, 1)
    await world.later(minutes=5)
    late = await resident.refused("POST", f"{path}/orders", json=wants(draft, 1))
    waiting = await resident.get(path)
    await world.pay(resident, order["id"])
    await world.settle()
    closed = await resident.get(path)
    too_late = await resident.refused(
        "POST", f"/v1/orders/{order['id']}/cancel", json={"reason": "changed_mind"}
    )

    assert [(409, "cycle_not_open"), (409, "cycle_closed")] == [early, late]
    assert ["open", "open", "closed"] == [c["state"] for c in (opened, waiting, closed)]
    assert (409, "cancel_not_possible") == too_late


async def test_a_cycle_that_too_few_joined_is_refunded_in_full(world: World) -> None:
    """At the cut-off by hand: cancelled, its only order with it, every fen back."""
    owner, shop = await farmer(world)
    cycle, resident = await offered(world, owner, shop, orders_min=2), await neighbour(world, 1)
    order = await joined(resident, cycle, 2)
    await world.pay(resident, order["id"])
    cut = await owner.post(f"/v1/cycles/{cycle['id']}/close")
    await world.settle()
    await world.settle()
    shown = await resident.get(f"/v1/orders/{order['id']}")

    assert ("cancelled", "too_small") == (cut["state"], cut["cancelled_why"])
    assert ("cancelled", "cycle_too_small", 900) == tuple(
        shown[f] for f in ("state", "cancel_reason", "refunded_fen")
    )
    assert [10, 10] == await left(resident, cycle)


async def test_cancelling_by_hand_gives_everybody_their_money_back(world: World) -> None:
    """Paid or not, each order ends; nobody cancels what is cut off."""
    owner, shop = await farmer(world)
    cycle = await offered(world, owner, shop)
    people = [await neighbour(world, n) for n in (1, 2)]
    orders = [await joined(p, cycle, 1) for p in people]
    await world.pay(people[0], orders[0]["id"])
    await owner.post(f"/v1/cycles/{cycle['id']}/cancel")
    await world.settle()
    await world.settle()
    shown = [await p.get(f"/v1/orders/{o['id']}") for p, o in zip(people, orders, strict=True)]

    assert [("cancelled", 550), ("cancelled", 0)] == [
        (o["state"], o["refunded_fen"]) for o in shown
    ]
    assert (409, "cycle_moved_on") == await owner.refused(
        "POST", f"/v1/cycles/{cycle['id']}/cancel"
    )


async def test_a_past_cycle_is_copied_and_only_a_draft_is_changed(world: World) -> None:
    """With its items at today's prices; what is off the shelf stays out."""
    owner, shop = await farmer(world)
    cycle = await offered(world, owner, shop)
    hidden = cycle["items"][1]["product_id"]
    await owner.post(f"/v1/merchants/{shop['id']}/products/{hidden}/hide")
    when = await plan(world)
    asked = {f: when[f] for f in ("closes_at", "delivers_on")}
    copied = await owner.post(f"/v1/cycles/{cycle['id']}/copy", asked)
    changed = await owner.put(
        f"/v1/cycles/{copied['id']}",
        {**when, "title": "周三蔬菜"},
        headers={"If-Match": f'"{copied["version"]}"'},
    )
    refused = await owner.refused(
        "PUT", f"/v1/cycles/{cycle['id']}", json=when, headers={"If-Match": '"3"'}
    )

    assert (cycle["id"], ["上海青"]) == (
        copied["copied_from_id"], [i["name"] for i in copied["items"]],
    )  # fmt: skip
    assert ("draft", "周三蔬菜") == (changed["state"], changed["title"])
    assert (409, "cycle_moved_on") == refused


async def test_a_standing_order_joins_each_cycle_until_it_is_paused(world: World) -> None:
    """Placed by itself, paid by hand until the cut-off; what is not offered is skipped."""
    owner, shop = await farmer(world)
    resident = await neighbour(world, 1)
    first = await offered(world, owner, shop)
    product: dict[str, Any] = {"id": first["items"][0]["product_id"]}
    wish = wanted_always(shop, product, count=2)
    standing = await resident.post("/v1/standing-orders", wish)
    twice = await resident.refused("POST", "/v1/standing-orders", json=wish)
    await world.settle()
    placed = (await resident.get("/v1/orders"))["items"]
    path = f"/v1/standing-orders/{standing['id']}"
    # Another list, of other products, is skipped once.
    await offered(world, owner, shop)
    await world.settle()
    await resident.post(f"{path}/pause")
    await offered(world, owner, shop)
    await world.settle()
    told = [r["title"] for r in (await resident.get("/v1/me/inbox"))["items"]]

    assert (409, "standing_exists") == twice
    assert [("awaiting_payment", "上海青×2")] == [(o["state"], o["item"]) for o in placed]
    assert first["closes_at"] == placed[0]["pay_by"]
    assert [8, 10] == await left(resident, first)
    assert 1 == told.count("已按常订下单")
    assert 1 == told.count("常订这次没有下单")
