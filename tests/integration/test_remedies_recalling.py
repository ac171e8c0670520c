"""A lot that is called back: told to whoever has it or was to have it, refunded, once."""

from datetime import date, timedelta

from tests.fixtures.builders.crates import bag, closed, noted, packed, put
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
