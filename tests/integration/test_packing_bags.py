"""Bags: claimed once, packed by the buyer's own rule and a fair share, settled at once."""

from tests.fixtures.builders.crates import bag, came, closed, packed, put
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.staff import granted
from tests.fixtures.builders.worlds import World


async def _money(person: Person, order_id: str) -> tuple[int, int]:
    shown = await person.get(f"/v1/orders/{order_id}")
    return shown["goods_fen"], shown["refunded_fen"]


async def test_what_is_short_is_shared_and_what_is_not_packed_goes_back(world: World) -> None:
    """Four greens for three who want six: two, one, one; cabbage by its weight."""
    owner, cycle, orders = await closed(world)
    await came(owner, cycle, 0, 4)
    path = bag(cycle, orders[2])
    await owner.post(f"{path}/claim")
    lines = [put(cycle, 0, 2), put(cycle, 1, 2, packed_g=2800)]
    greedy = await owner.refused("POST", f"{path}/pack", json={"lines": lines})
    third = await owner.post(f"{path}/pack", {"lines": [put(cycle, 0, 1), lines[1]]})
    first = await packed(owner, cycle, orders[0], put(cycle, 0, 2), put(cycle, 1, 1, packed_g=2500))
    again = await owner.refused("POST", f"{path}/pack", json={"lines": lines})
    await world.settle()

    assert (409, "over_share") == greedy
    assert (409, "packing_moved_on") == again
    # Two greens are 700, and 2,800 g of cabbage cost 840 of the 1,200 paid in front.
    assert ("packed", 700 + 360) == (third["state"], third["refund_fen"])
    assert (2250, 1060) == await _money(await world.person("resident3"), orders[2]["id"])
    # Nobody pays more than the ceiling: 2,500 g would be 750, 600 were paid.
    assert 0 == first["refund_fen"]
    assert "packing" == (await owner.get(f"/v1/cycles/{cycle['id']}"))["state"]
    assert (409, "arrived_too_few") == await owner.refused(
        "PUT",
        f"/v1/cycles/{cycle['id']}/items/{cycle['items'][0]['id']}/arrival",
        json={"there_count": 2},
    )


async def test_each_buyers_own_rule_is_kept(world: World) -> None:
    """A substitute at no higher price, a call before anything is decided, a plain refund."""
    owner, cycle, orders = await closed(world)
    await came(owner, cycle, 0, 0)
    cabbage = {"instead_item_id": cycle["items"][1]["id"], "instead_count": 1}
    swapped = await packed(owner, cycle, orders[1], put(cycle, 0, 0, **cabbage))
    path, nothing = bag(cycle, orders[3]), [put(cycle, 1, 0, packed_g=0)]
    await owner.post(f"{path}/claim")
    uncalled = await owner.refused("POST", f"{path}/pack", json={"lines": nothing})
    called = await owner.post(f"{path}/pack", {"lines": nothing, "answer": "refund"})
    path = bag(cycle, orders[0])
    await owner.post(f"{path}/claim")
    lines = [put(cycle, 0, 0, **cabbage), put(cycle, 1, 1, packed_g=2000)]
    unwanted = await owner.refused("POST", f"{path}/pack", json={"lines": lines})

    # Cabbage at 600 for greens at 350.
    assert 0 == swapped["refund_fen"]
    assert (409, "buyer_to_call") == uncalled
    assert 600 == called["refund_fen"]
    assert (409, "substitute_unwanted") == unwanted


async def test_a_bag_has_one_packer_at_a_time(world: World) -> None:
    """Claimed twice by the same it is claimed; by another not, until it is given back."""
    owner, cycle, orders = await closed(world)
    grid, resident = await world.person("grid1"), await world.person("resident1")
    path = bag(cycle, orders[0])
    first = await owner.post(f"{path}/claim")
    again = await owner.post(f"{path}/claim")
    lines = {"lines": [put(cycle, 0, 2), put(cycle, 1, 1, packed_g=1500)]}
    refused = [
        await grid.refused("POST", f"{path}/claim"),
        await grid.refused("POST", f"{path}/release"),
        await grid.refused("POST", f"{path}/pack", json=lines),
        await resident.refused("POST", f"{path}/claim"),
    ]
    await granted(world, "resident2", "grid_worker", world.community_id)
    own = await (await world.person("resident2")).refused("POST", f"{bag(cycle, orders[1])}/claim")
    await owner.post(f"{path}/release")
    taken = await grid.post(f"{path}/claim")
    short = await grid.refused("POST", f"{path}/pack", json={"lines": lines["lines"][:1]})

    assert first == again
    assert (409, "packing_own") == own
    assert [(409, "packing_claimed")] * 3 + [(403, "role_missing")] == refused
    assert ("claimed", grid.id, 3) == (taken["state"], taken["packer_id"], taken["version"])
    assert (422, "malformed_request") == short
    assert taken == await grid.get(path)
