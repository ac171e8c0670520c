"""After the cut-off: what is fetched, bagged and carried, on the screen and on paper alike."""

from tests.fixtures.builders.crates import DOORS, closed, packed, printed, put
from tests.fixtures.builders.harvests import farmer, neighbour, offered
from tests.fixtures.builders.worlds import World


async def test_what_is_fetched_is_what_was_ordered(world: World) -> None:
    """Pieces and expected weight of each item, once over all orders; the sheet says the same."""
    owner, cycle, _ = await closed(world)
    path = f"/v1/cycles/{cycle['id']}"
    listed = await owner.get(f"{path}/picking-list")
    (sheet,) = await printed(owner, f"{path}/picking-sheet")

    told = [
        (i["name"], i["pieces_count"], i["orders_count"], i["weight_g"]) for i in listed["items"]
    ]
    assert [("上海青", 6, 3, 2400), ("大白菜", 4, 3, 6000)] == told
    assert "1上海青颗62.4kg2大白菜颗(称重)46.0kg" in sheet


async def test_bags_stand_by_unit_in_walking_order(world: World) -> None:
    """Two units of a house with lifts: each from its top door down; doors, no names, no phones."""
    owner, cycle, orders = await closed(world)
    path = f"/v1/cycles/{cycle['id']}"
    whole = await owner.get(f"{path}/packing-list")
    listed = await owner.get(f"{path}/packing-list", params={"building_id": world.building_id})
    (sheet,) = await printed(owner, f"{path}/packing-sheet", building_id=world.building_id)

    assert ([], 4, 10) == (
        whole["units"], whole["buildings"][0]["bags_count"], whole["buildings"][0]["pieces_count"]
    )  # fmt: skip
    doors = [(u["unit"], [b["door"] for b in u["bags"]]) for u in listed["units"]]
    assert [(1, ["1单元1201", "1单元301"]), (2, ["2单元502", "2单元101"])] == doors
    first = listed["units"][1]["bags"][0]
    assert (orders[0]["number"], f"LL-{orders[0]['number']}") == (first["number"], first["code"])
    assert [("上海青", 2), ("大白菜", 1)] == [(i["name"], i["count"]) for i in first["lines"]]
    assert "共4袋" in sheet
    assert f"{orders[0]['number']}2单元502上海青×2、大白菜×1(称重)退款" in sheet


async def test_labels_are_printed_in_walking_order(world: World) -> None:
    """Where it goes, what is in it, its number; on A4 and one by one on a roll."""
    owner, cycle, orders = await closed(world)
    path = f"/v1/cycles/{cycle['id']}/labels"
    (page,) = await printed(owner, path)
    roll = await printed(owner, path, building_id=world.building_id, sheet="roll")

    expected = [
        f"3号楼{door}{goods}单号{orders[n]['number']}"
        for door, goods, n in (
            ("1单元1201", "大白菜×1(称重)", 3),
            ("1单元301", "上海青×1", 1),
            ("2单元502", "上海青×2大白菜×1(称重)", 0),
            ("2单元101", "上海青×3大白菜×2(称重)", 2),
        )
    ]
    assert expected == roll
    assert "".join(expected) == page


async def test_a_building_is_counted_before_it_leaves(world: World) -> None:
    """Its packed bags once each, none missing, none of elsewhere."""
    owner, cycle, orders = await closed(world)
    path = f"/v1/cycles/{cycle['id']}/buildings/{world.building_id}/count"
    codes = [f"LL-{order['number']}" for order in orders]
    early = await owner.post(path, {"codes": codes})
    for order, (_, greens, cabbage, _) in zip(orders, DOORS, strict=True):
        lines = [put(cycle, 0, greens)] if greens else []
        lines += [put(cycle, 1, cabbage, packed_g=1500 * cabbage)] if cabbage else []
        await packed(owner, cycle, order, *lines)
    whole = await owner.post(path, {"codes": codes})
    wrong = await owner.post(path, {"codes": [*codes[1:], codes[1], "LL-999999"]})
    elsewhere = path.replace(world.building_id, world.community_id)

    assert (False, sorted(codes)) == (early["matches"], sorted(early["unpacked"]))
    nothing = {"missing": [], "foreign": [], "doubled": [], "unpacked": []}
    assert {**nothing, "matches": True} == whole
    told = {"missing": codes[:1], "foreign": ["LL-999999"], "doubled": codes[1:2]}
    assert {**nothing, **told, "matches": False} == wrong
    assert (404, "not_found") == await owner.refused("POST", elsewhere, json={"codes": codes})


async def test_only_who_packs_sees_the_doors_and_only_after_the_cut_off(world: World) -> None:
    """Neighbours are told what they may not, strangers that there is nothing."""
    owner, shop = await farmer(world)
    cycle, resident = await offered(world, owner, shop), await neighbour(world, 1)
    stranger = await world.person("stranger1")
    building = {"building_id": world.building_id}
    for name in ("picking-list", "picking-sheet", "packing-list", "packing-sheet", "labels"):
        path = f"/v1/cycles/{cycle['id']}/{name}"

        assert (404, "not_found") == await stranger.refused("GET", path, params=building)
        assert (403, "role_missing") == await resident.refused("GET", path, params=building)
        assert (409, "cycle_still_open") == await owner.refused("GET", path, params=building)
