"""A lot that is called back: told to whoever has it or was to have it, refunded, once."""

from datetime import date, time, timedelta

from tests.fixtures.builders.crates import bag, closed, noted, packed, put
from tests.fixtures.builders.days import go_to
from tests.fixtures.builders.doorsteps import (
    brought,
    code_for,
    handed,
    left_building,
    paid,
    taken,
)
from tests.fixtures.builders.harvests import farmer, neighbour, offered
from tests.fixtures.builders.messages import told
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.shops import recalled, supplied
from tests.fixtures.builders.worlds import World


async def recalls(person: Person, order_id: str) -> list[tuple[str, int]]:
    """What of an order was called back, and what went back for it."""
    items = (await person.get(f"/v1/cycle-orders/{order_id}/recalls"))["items"]
    return [(i["state"], i["refund_fen"]) for i in items]


async def test_a_recall_finds_every_buyer_once(world: World) -> None:
    """Out of the bag and refunded, or never into it; by what was noted, else by the days."""
    owner, cycle, orders = await closed(world)
    people = [await world.person(f"resident{n}") for n in (1, 2, 3, 4)]
    greens, cabbage = [
        {"id": i["product_id"], "merchant_id": cycle["merchant_id"]} for i in cycle["items"]
    ]
    bad, good = [await supplied(owner, greens, label=label) for label in ("1", "2")]
    await noted(owner, cycle, 0, bad)
    lines = put(cycle, 0, 2), put(cycle, 1, 1, packed_g=2500)
    await packed(owner, cycle, orders[0], *lines)
    await recalled(owner, greens, bad)
    await world.settle()
    seen = [await recalls(p, o["id"]) for p, o in zip(people, orders, strict=True)]
    path = bag(cycle, orders[1])
    await owner.post(f"{path}/claim")
    body = {"lines": [put(cycle, 0, 1)]}
    blocked = await owner.refused("POST", f"{path}/pack", json=body)
    again = await owner.refused(
        "PUT",
        f"/v1/cycles/{cycle['id']}/items/{cycle['items'][0]['id']}/lots",
        json={"lot_ids": [bad["id"]]},
    )
    await noted(owner, cycle, 0, good)
    packed_now = await owner.post(f"{path}/pack", body)
    await world.settle()
    buyers = (await owner.get(f"/v1/lots/{bad['id']}/orders"))["items"]

    assert [[("refunded", 700)], [("withheld", 0)], [("withheld", 0)], []] == seen
    assert [(409, "item_recalled"), (409, "lot_recalled")] == [blocked, again]
    assert 0 == packed_now["refund_fen"]
    assert [o["number"] for o in orders[:3]] == sorted(b["number"] for b in buyers)
    assert 700 == (await people[0].get(f"/v1/orders/{orders[0]['id']}"))["refunded_fen"]
    assert ["recalled_line.refunded"] == await about_recalls(people[0])
    assert ["recalled_line.withheld"] == await about_recalls(people[1])

    # Of cabbage nobody noted anything: whatever came lately may be in the bags.
    came_on = date.fromisoformat(cycle["delivers_on"]) - timedelta(days=2)
    lot = await supplied(owner, cabbage, arrived_on=came_on.isoformat())
    await recalled(owner, cabbage, lot)
    await world.settle()

    assert [("refunded", 700), ("refunded", 600)] == await recalls(people[0], orders[0]["id"])
    assert [("withheld", 0)] == await recalls(people[3], orders[3]["id"])
    stranger = await people[3].refused("GET", f"/v1/lots/{bad['id']}/orders")
    assert (404, "not_found") == stranger


async def about_recalls(person: Person) -> list[str]:
    """What somebody was told of recalls."""
    return [kind for kind in await told(person) if kind.startswith("recalled_line")]


async def test_a_bag_with_recalled_goods_is_kept_back_until_they_are_out(world: World) -> None:
    """At the door and at the collection point; runner and buyer are told; refunded once."""
    owner, shop = await farmer(world)
    cycle = await offered(world, owner, shop, collection_place_id=world.building_id)
    greens = {"id": cycle["items"][0]["product_id"], "merchant_id": cycle["merchant_id"]}
    one, two, three = [await neighbour(world, n) for n in (1, 2, 3)]
    up, next_door = await paid(world, one, cycle, 2, 1), await paid(world, two, cycle, 1)
    fetched = await paid(world, three, cycle, 1, way="collection")
    await owner.post(f"/v1/cycles/{cycle['id']}/close")
    bad = await supplied(owner, greens)
    await noted(owner, cycle, 0, bad)
    await packed(owner, cycle, up, put(cycle, 0, 2), put(cycle, 1, 1, packed_g=2500))
    for order in (next_door, fetched):
        await packed(owner, cycle, order, put(cycle, 0, 1))
    await owner.post(f"/v1/cycles/{cycle['id']}/deliver")
    (trip,) = await left_building(owner, cycle, world.building_id, [up, next_door])
    runner = await world.runner(1)
    await taken(runner, trip)
    numbers = [int(code.removeprefix("LL-")) for code in trip["codes"]]
    n_up, n_next = (numbers.index(o["number"]) + 1 for o in (up, next_door))
    doors = f"/v1/jobs/{trip['job_id']}/stops"
    unfit = await runner.refused("POST", f"{doors}/{n_up}/fail", json={"reason": "kept_back"})
    await recalled(owner, greens, bad)
    await world.settle()
    code = (await one.get(f"/v1/orders/{up['id']}"))["receipt_code"]
    shut = await runner.refused("POST", f"{doors}/{n_up}/deliver", json={"code": code})
    blamed = await runner.refused("POST", f"{doors}/{n_up}/fail", json={"reason": "refused"})
    said = await code_for(three, fetched)
    desk = f"{bag(cycle, fetched)}/hand-over"
    held = await owner.refused("POST", desk, json={"code": said})
    seen = await three.get(f"/v1/cycle-orders/{fetched['id']}/collection")
    told_runner = [kind for kind in await told(runner) if "stop" in kind]
    stranger = await one.refused("POST", f"{bag(cycle, up)}/take-out")
    for order in (up, fetched):
        await owner.post(f"{bag(cycle, order)}/take-out")
    twice = await owner.refused("POST", f"{bag(cycle, up)}/take-out")
    await brought(runner, trip, n_up, one, up)
    failed = await runner.post(f"{doors}/{n_next}/fail", {"reason": "kept_back"})
    await go_to(world, date.fromisoformat(cycle["delivers_on"]), time(9))
    await handed(owner, cycle, fetched, said)
    await world.settle()
    ends = [
        await person.get(f"/v1/orders/{order['id']}")
        for person, order in ((one, up), (two, next_door), (three, fetched))
    ]

    assert (409, "stop_not_kept_back") == unfit
    assert [(409, "stop_kept_back")] * 2 + [(409, "bag_kept_back")] == [shut, blamed, held]
    assert seen["is_kept_back"] is True
    assert ["job.stop_kept_back", "job.stop_kept_back"] == told_runner
    assert [(403, "role_missing"), (409, "bag_not_kept_back")] == [stranger, twice]
    assert "delivered" == failed["state"]
    # What was called back went back once; whose bag came back pays nothing at all.
    assert [700, 350 + 200, 350] == [o["refunded_fen"] for o in ends]
    assert ["completed", "cancelled", "active"] == [o["state"] for o in ends]
    assert "packing.taken_out" in await told(one)
