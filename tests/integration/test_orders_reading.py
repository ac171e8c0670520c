"""Who sees what of an order, and lists that lose and double nothing."""

from tests.fixtures.builders.staff import foreign_staff, granted, other_office
from tests.fixtures.builders.worlds import World


async def test_an_order_is_seen_by_its_customer_and_the_staff_of_its_place(world: World) -> None:
    """A neighbour, its runner and staff elsewhere learn not even that it exists."""
    resident, runner = await world.person("resident1"), await world.runner()
    foreign = await foreign_staff(world)
    order = await world.accepted(resident, runner)
    strangers = [await world.person("resident2"), runner, foreign]

    for path in (f"/v1/orders/{order['id']}", f"/v1/orders/{order['id']}/events"):
        anonymous = await world.http.get(path)
        refused = [await s.refused("GET", path) for s in strangers]

        assert 401 == anonymous.status_code
        assert [(404, "not_found")] * 3 == refused


async def test_staff_see_no_code_and_no_whole_phone(world: World) -> None:
    """Codes are proofs of the hand-over and stay with the customer; a phone is masked."""
    resident, staff = await world.person("resident1"), await world.person("staff1")
    order = await world.paid(resident)
    path = f"/v1/orders/{order['id']}"

    own, seen = await resident.get(path), await staff.get(path)

    assert "13800138000" == own["dropoff_contact"]["phone"]
    assert own["pickup_code"] is not None
    assert own["receipt_code"] is not None
    assert "138****8000" == seen["dropoff_contact"]["phone"]
    assert (None, None) == (seen["pickup_code"], seen["receipt_code"])
    listed = await staff.get("/v1/orders", params={"community_id": world.community_id})
    assert (None, None) == (listed["items"][0]["pickup_code"], listed["items"][0]["receipt_code"])


async def test_the_orders_of_a_community_are_for_its_staff(world: World) -> None:
    """A resident lacks the role; staff elsewhere do not find the community."""
    resident = await world.person("resident1")
    office_id, community_id = await other_office(world)
    foreign = await granted(world, "stranger1", "community_staff", office_id)
    ours = {"community_id": world.community_id}

    as_resident = await resident.refused("GET", "/v1/orders", params=ours)
    as_foreign = await foreign.refused("GET", "/v1/orders", params=ours)

    assert (403, "role_missing") == as_resident
    assert (404, "not_found") == as_foreign
    assert [] == (await foreign.get("/v1/orders", params={"community_id": community_id}))["items"]


async def test_pages_lose_no_order_and_double_none(world: World) -> None:
    """Seven orders in pages of two, newest first, while an eighth is placed in between."""
    resident = await world.person("resident1")
    placed = [(await world.place(resident))["id"] for _ in range(7)]
    seen: list[str] = []
    query: dict[str, str | int] = {"limit": 2}
    while True:
        page = await resident.get("/v1/orders", params=query)
        seen += [o["id"] for o in page["items"]]
        if len(seen) == 2:
            await world.place(resident)
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]

    assert placed[::-1] == seen


async def test_a_list_keeps_to_the_state_that_was_asked_for(world: World) -> None:
    """Active ones only, and another resident's list holds none of them."""
    resident, other = await world.person("resident1"), await world.person("resident2")
    await world.place(resident)
    active = await world.paid(resident)

    found = await resident.get("/v1/orders", params={"state": "active"})

    assert [active["id"]] == [o["id"] for o in found["items"]]
    assert [] == (await other.get("/v1/orders"))["items"]


async def test_the_history_tells_every_step_in_pages(world: World) -> None:
    """From placing to rating, numbered without a gap."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.completed(resident, runner)
    path = f"/v1/orders/{order['id']}/events"
    await resident.post(f"/v1/orders/{order['id']}/rate", {"stars": 4})
    first = await resident.get(path, params={"limit": 3})

    rest = await resident.get(path, params={"limit": 3, "cursor": first["next_cursor"]})

    steps = [(e["seq"], e["name"], e["actor"]) for e in first["items"] + rest["items"]]
    assert [
        (1, "order.placed", "user"),
        (2, "order.activated", "gateway"),
        (3, "order.completed", "user"),
        (4, "order.rated", "user"),
    ] == steps
    assert rest["next_cursor"] is None
