"""A cycle from its draft to completed over HTTP: carried by stops, fetched by codes, every fen."""

from datetime import date, time

from tests.fixtures.builders.crates import bag, came, packed, put
from tests.fixtures.builders.days import go_to
from tests.fixtures.builders.doorsteps import (
    brought,
    building,
    code_for,
    code_of,
    handed,
    left_building,
    on_a_trip,
    paid,
    slots,
    taken,
)
from tests.fixtures.builders.harvests import farmer, neighbour, offered, plan
from tests.fixtures.builders.images import uploaded
from tests.fixtures.builders.neighbours import enrol
from tests.fixtures.builders.sql import rows
from tests.fixtures.builders.worlds import World

_PAYABLE_SQL = """
SELECT coalesce(sum(a.balance_fen) FILTER (WHERE a.kind = 'merchant_payable'), 0)::int,
       coalesce(sum(a.balance_fen) FILTER (WHERE a.kind = 'runner_payable'), 0)::int,
       coalesce(sum(a.balance_fen) FILTER (WHERE a.kind = 'compensation'), 0)::int,
       coalesce(sum(a.balance_fen) FILTER (WHERE a.kind IN ('escrow', 'goods_advance')), 0)::int
FROM ledger_accounts AS a
"""


async def test_a_cycle_runs_from_its_draft_to_completed(world: World) -> None:
    """Two buildings and a collection point; short, substituted, weighed; one door stays shut."""
    owner, shop = await farmer(world)
    stairs = await building(world, "4号楼", has_lift=False)
    when = await plan(world)
    cycle = await offered(
        world, owner, shop, collection_place_id=world.building_id, slots=slots(when)
    )
    people = [
        await neighbour(world, 1, door="1单元301"),
        await neighbour(world, 2, door="2单元1201"),
        await neighbour(world, 3, door="401", building_id=stairs),
        await neighbour(world, 4, door="601", building_id=stairs),
        await neighbour(world, 5, door="1单元501"),
    ]
    late = {"way": "collection", "slot_id": cycle["slots"][1]["id"]}
    orders = [
        await paid(world, people[0], cycle, 2, 1),
        await paid(world, people[1], cycle, 1, 0, on_short="substitute"),
        await paid(world, people[2], cycle, 3, 0),
        await paid(world, people[3], cycle, 1, 1),
        await paid(world, people[4], cycle, 2, 0, **late),
    ]
    await owner.post(f"/v1/cycles/{cycle['id']}/close")
    early = await owner.refused("POST", f"/v1/cycles/{cycle['id']}/deliver")
    await came(owner, cycle, 0, 8)
    cabbage = {"instead_item_id": cycle["items"][1]["id"], "instead_count": 1}
    await packed(owner, cycle, orders[0], put(cycle, 0, 2), put(cycle, 1, 1, packed_g=1500))
    await packed(owner, cycle, orders[1], put(cycle, 0, 0, **cabbage))
    await packed(owner, cycle, orders[2], put(cycle, 0, 2))
    await packed(owner, cycle, orders[3], put(cycle, 0, 1), put(cycle, 1, 1, packed_g=2500))
    await packed(owner, cycle, orders[4], put(cycle, 0, 2))
    here = f"/v1/cycles/{cycle['id']}/buildings/{world.building_id}/leave"
    both = {"codes": [code_of(orders[0]), code_of(orders[1])]}
    unready = await owner.refused("POST", here, json=both)
    await owner.post(f"/v1/cycles/{cycle['id']}/deliver")
    fewer = await owner.refused("POST", here, json={"codes": both["codes"][:1]})
    (lift,) = await left_building(owner, cycle, world.building_id, orders[:2])
    twice = await owner.refused("POST", here, json=both)
    (climb,) = await left_building(owner, cycle, stairs, orders[2:4])
    runner = await world.runner(1)
    hall = [j["job_id"] for j in (await runner.get("/v1/hall"))["items"]]
    job = await taken(runner, lift)
    for n, (buyer, order) in enumerate(zip(people[:2], orders[:2], strict=True), start=1):
        await brought(runner, lift, n, buyer, order)
    await taken(runner, climb)
    failed = await runner.post(
        f"/v1/jobs/{climb['job_id']}/stops/1/fail", {"reason": "nobody_there"}
    )
    done = await brought(runner, climb, 2, people[3], orders[3])
    code = await code_for(people[4], orders[4])
    await people[0].post(f"/v1/orders/{orders[0]['id']}/confirm")
    day = date.fromisoformat(cycle["delivers_on"])
    await go_to(world, day, time(10, 15))
    soon = await owner.refused("POST", f"{bag(cycle, orders[4])}/hand-over", json={"code": code})
    await go_to(world, day, time(11, 15))
    fetched = await handed(owner, cycle, orders[4], code)
    before = await owner.get(f"/v1/cycles/{cycle['id']}")
    await world.later(hours=25)
    await world.later(seconds=1)
    shown = [await p.get(f"/v1/orders/{o['id']}") for p, o in zip(people, orders, strict=True)]
    after = await owner.get(f"/v1/cycles/{cycle['id']}")

    assert [(409, "cycle_moved_on")] * 2 == [early, unready]
    assert [(409, "count_differs"), (409, "building_left")] == [fewer, twice]
    assert {lift["job_id"], climb["job_id"]} == set(hall)
    # Three floors to the fourth, two more to the sixth: 50 each, beside two fees of 200.
    assert (400, 400 + 5 * 50) == (lift["fee_fen"], climb["fee_fen"])
    assert [(None, None), (None, None)] == [
        (s["order_id"], s["receipt_code"]) for s in job["stops"]
    ]
    assert ["picked_up", "delivered"] == [failed["state"], done["state"]]
    assert (409, "collect_too_early") == soon
    assert "collected" == fetched["state"]
    assert ["delivering", "completed"] == [before["state"], after["state"]]
    assert [("completed", 150), ("completed", 0), ("cancelled", 1050), ("completed", 0),
            ("completed", 0)] == [(o["state"], o["refunded_fen"]) for o in shown]  # fmt: skip
    merchant_fen = (700 + 450) + 350 + (350 + 600) + 700
    # Whoever was not at home pays the way to their door; the platform pays all stairs.
    runner_fen, stairs_fen = 4 * 200, 5 * 50
    assert [(merchant_fen, runner_fen + stairs_fen, -stairs_fen, 0)] == [
        tuple(row) for row in await rows(world.parts, _PAYABLE_SQL)
    ]


async def test_a_bag_goes_to_whoever_has_its_code_or_is_known(world: World) -> None:
    """Wrong guesses lock; staff know who has no phone; what nobody fetches comes back."""
    owner, shop = await farmer(world)
    staff = await world.person("grid1")
    cycle = await offered(
        world, owner, shop, has_delivery=False, collection_place_id=world.building_id
    )
    buyer, other = await neighbour(world, 1), await neighbour(world, 2)
    old = await enrol(world, staff)
    way = {"way": "collection"}
    mine = await paid(world, buyer, cycle, 1, **way)
    theirs = await paid(world, other, cycle, 1, **way)
    wish = {"lines": [{"item_id": cycle["items"][0]["id"], "count": 1}], **way}
    known = await staff.post(f"/v1/cycles/{cycle['id']}/orders-for/{old['id']}", wish)
    await world.pay(staff, known["id"])
    nothing = await paid(world, other, cycle, 0, 1, **way)
    await owner.post(f"/v1/cycles/{cycle['id']}/close")
    for order in (mine, theirs, known):
        await packed(owner, cycle, order, put(cycle, 0, 1))
    await packed(owner, cycle, nothing, put(cycle, 1, 0, packed_g=0))
    await owner.post(f"/v1/cycles/{cycle['id']}/deliver")
    await go_to(world, date.fromisoformat(cycle["delivers_on"]), time(9))
    code = await code_for(buyer, mine)
    path = f"{bag(cycle, mine)}/hand-over"
    wrong = {"code": f"{(int(code) + 1) % 10**6:06d}"}
    guessed = [await owner.refused("POST", path, json=wrong) for _ in range(6)]
    unknown = await owner.refused("POST", f"{bag(cycle, known)}/hand-over", json={})
    with_phone = await staff.refused("POST", f"{bag(cycle, theirs)}/hand-over", json={})
    seen_by_staff = await staff.get(f"/v1/cycle-orders/{mine['id']}/collection")
    await handed(staff, cycle, known, None)
    await world.later(minutes=11)
    await handed(owner, cycle, mine, code)
    again = await owner.refused("POST", path, json={"code": code})
    waiting = await owner.get(f"/v1/cycles/{cycle['id']}/collections", params={"state": "ready"})
    await world.later(days=3)
    await world.later(seconds=1)
    ends = [
        await person.get(f"/v1/orders/{order['id']}")
        for person, order in ((buyer, mine), (other, theirs), (staff, known), (other, nothing))
    ]

    assert [(409, "code_wrong")] * 4 + [(409, "code_locked")] * 2 == guessed
    assert [(403, "role_missing"), (409, "code_needed")] == [unknown, with_phone]
    assert None is seen_by_staff["code"]
    assert (409, "collection_moved_on") == again
    assert [theirs["id"]] == [w["order_id"] for w in waiting["items"]]
    assert [
        ("completed", None), ("cancelled", "job_returned"), ("completed", None),
        ("cancelled", "nothing_packed"),
    ] == [(o["state"], o["cancel_reason"]) for o in ends]  # fmt: skip
    assert "completed" == (await owner.get(f"/v1/cycles/{cycle['id']}"))["state"]


async def test_a_cycle_that_nobody_carries_ends_by_itself(world: World) -> None:
    """Days after its delivery every order goes back, and the cycle with them."""
    owner, shop = await farmer(world)
    cycle = await offered(world, owner, shop)
    buyer = await neighbour(world, 1)
    order = await paid(world, buyer, cycle, 2)
    await owner.post(f"/v1/cycles/{cycle['id']}/close")
    await world.later(days=2)
    still = await buyer.get(f"/v1/orders/{order['id']}")
    await world.later(days=3)
    await world.later(seconds=1)
    ended = await buyer.get(f"/v1/orders/{order['id']}")

    assert "active" == still["state"]
    assert ("cancelled", "not_brought", 900) == tuple(
        ended[f] for f in ("state", "cancel_reason", "refunded_fen")
    )
    assert "completed" == (await owner.get(f"/v1/cycles/{cycle['id']}"))["state"]


async def test_a_neighbour_on_a_trip_sees_their_own_stop_and_nothing_of_the_others(
    world: World,
) -> None:
    """The runner on the way and when to expect them; no door, name, weight, photo of anybody."""
    owner, trip, ((one, first), (two, second)) = await on_a_trip(world, "1单元301", "1单元1201")
    job = f"/v1/jobs/{trip['job_id']}"
    stranger = await world.person("resident9")
    runner = await world.runner(1)
    unseen = [await stranger.refused("GET", p) for p in (job, f"{job}/track")]
    await taken(runner, trip)
    shown = [await person.get(job) for person in (one, two)]
    by_runner, by_shop = await runner.get(job), await owner.get(job)
    tracks = [await person.get(f"{job}/track") for person in (one, two)]
    photo = await uploaded(runner, purpose="proof")
    await runner.post(f"{job}/stops/1/deliver", {"photo_ids": [photo["upload_id"]]})
    after = [await person.get(f"{job}/track") for person in (one, two)]
    photos = [(await person.get(job))["photos"] for person in (one, two)]
    codes = [(await p.get(f"/v1/orders/{o['id']}"))["receipt_code"] for p, o in
             ((one, first), (two, second))]  # fmt: skip

    assert [(404, "not_found")] * 2 == unseen
    for n, (seen, order, code) in enumerate(zip(shown, (first, second), codes, strict=True), 1):
        (stop,) = seen["stops"]
        assert (n, order["id"], code) == (stop["n"], stop["order_id"], stop["receipt_code"])
        assert (None, None, None) == tuple(
            seen[f] for f in ("fee_fen", "pickup_code", "pickup_proof")
        )
    assert by_runner["weight_g"] == sum(seen["weight_g"] for seen in shown)
    assert 2 == len(by_shop["stops"])
    assert not {d for s in by_shop["stops"] if "*" not in (d := s["contact"]["door"])}
    doors = [s["contact"]["door"] for s in by_runner["stops"]]
    assert doors == [seen["stops"][0]["contact"]["door"] for seen in shown]
    assert [doors[1] in str(shown[0]), doors[0] in str(shown[1])] == [False, False]
    # The second door comes after the first.
    assert tracks[0]["expected_at"] < tracks[1]["expected_at"]
    assert ["pending", "pending"] == [t["stop_state"] for t in tracks]
    assert [("delivered", False), ("pending", True)] == [
        (t["stop_state"], t["point"] is not None) for t in after
    ]
    assert [[photo["upload_id"]], []] == [[p["upload_id"] for p in own] for own in photos]


async def test_a_bag_lost_on_the_way_is_the_loss_of_neither_buyer_shop_nor_runner(
    world: World,
) -> None:
    """All back to who waited; the shop has its price of the platform; the other bag is paid."""
    _, trip, ((one, first), (two, second)) = await on_a_trip(world)
    runner = await world.runner(1)
    await taken(runner, trip)
    await brought(runner, trip, 1, one, first)
    lost = {"reason": "lost", "text": "放在楼下被拿走了"}
    await runner.post(f"/v1/jobs/{trip['job_id']}/stops/2/fail", lost)
    await one.post(f"/v1/orders/{first['id']}/confirm")
    await world.settle()
    ended = await two.get(f"/v1/orders/{second['id']}")

    assert ("cancelled", "runner", 2 * 350 + 200) == tuple(
        ended[f] for f in ("state", "cancel_fault", "refunded_fen")
    )
    assert [(350 + 2 * 350, 200, -2 * 350, 0)] == [
        tuple(row) for row in await rows(world.parts, _PAYABLE_SQL)
    ]
