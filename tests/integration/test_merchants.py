"""Merchants: applied, looked at, opened; who works there; what is on the shelf, and from where."""

from tests.fixtures.builders.images import uploaded
from tests.fixtures.builders.shops import (
    CABBAGE,
    CODES,
    DELIVERY,
    GREENS,
    application,
    applied,
    clerk_of,
    found_near,
    in_an_hour,
    opened,
    stocked,
    supplied,
    works,
)
from tests.fixtures.builders.sql import rows
from tests.fixtures.builders.windows import window_in
from tests.fixtures.builders.worlds import World, order_on, point


async def test_a_shop_opens_once_staff_looked_at_its_licence(world: World) -> None:
    """Wrong codes, places and photos are refused; the owner is told; the code is one shop's."""
    owner, other = await world.person("resident1"), await world.person("resident2")
    body = await application(world, owner)
    path = "/v1/merchants/apply"
    wrong = [
        await owner.refused("POST", path, json={**body, "credit_code": f"{CODES[0][:-1]}K"}),
        await owner.refused("POST", path, json={**body, "credit_code": CODES[0][:-1]}),
        await owner.refused("POST", path, json={**body, "point": point(30_000)}),
        await other.refused("POST", path, json=body),
    ]
    shop = await owner.post(path, body)
    mine = f"/v1/merchants/{shop['id']}"
    hidden = await other.refused("GET", mine)
    unsold = await owner.refused("POST", f"{mine}/products", json=GREENS)
    role = await owner.refused("POST", f"{mine}/approve", json={})
    await world.admin.post(f"{mine}/reject", {"reason": "照片不清楚"})
    before = (await owner.get(f"{mine}/application"))["version"]
    again = await owner.put(
        f"{mine}/application", {**body, "name": "新店"}, headers={"If-Match": f'"{before}"'}
    )
    stale = await owner.refused(
        "PUT", f"{mine}/application", json=body, headers={"If-Match": f'"{before}"'}
    )
    await world.admin.post(f"{mine}/approve", {"reason": "执照齐全"})
    twice = await world.admin.refused("POST", f"{mine}/approve", json={})
    taken = await other.refused("POST", path, json=await application(world, other))
    seen = await other.get(mine)
    await world.settle()
    told = [t["title"] for t in (await owner.get("/v1/me/inbox"))["items"]]

    assert [(422, "credit_code_invalid"), (422, "malformed_request"), (409, "outside_community"),
            (409, "upload_unknown")] == wrong  # fmt: skip
    assert ((404, "not_found"), (409, "merchant_not_approved")) == (hidden, unsold)
    assert (403, "role_missing") == role
    assert ("applied", "新店") == (again["state"], again["name"])
    assert ((412, "version_changed"), (409, "decision_made")) == (stale, twice)
    assert (409, "credit_code_used") == taken
    assert ("approved", CODES[0]) == (seen["state"], seen["credit_code"])
    assert "contact" not in seen
    assert "王*" in again["contact"]
    assert {"商户申请未通过", "商户申请已通过"} <= set(told)


async def test_who_works_there_holds_the_role_as_long_as_the_shop_may_sell(world: World) -> None:
    """A code is one person's for one day; suspension takes the role away, reinstating gives it."""
    owner, clerk = await world.person("resident1"), await world.person("neighbour1")
    shop = await opened(world, owner)
    path, members = f"/v1/merchants/{shop['id']}", f"/v1/merchants/{shop['id']}/members"
    await clerk.refused("POST", members)
    await clerk_of(owner, shop, clerk)
    once = (await owner.post(members))["code"]
    joined = await clerk.refused("POST", "/v1/merchants/join", json={"code": once})
    there = (await owner.get(members))["items"]
    refused = [
        await clerk.refused("POST", members),
        await clerk.refused("DELETE", f"{members}/{there[0]['id']}"),
        await owner.refused("DELETE", f"{members}/{there[0]['id']}"),
    ]
    held = await works(clerk)
    await world.admin.post(f"{path}/suspend", {"reason": "投诉"})
    suspended = await works(clerk)
    unsold = await clerk.refused("POST", f"{path}/products", json=GREENS)
    await world.admin.post(f"{path}/reinstate", {"reason": "已整改"})
    reinstated = await works(clerk)
    await clerk.call("DELETE", f"{members}/{there[1]['id']}", expect=204)
    left = await works(clerk)
    await world.later(hours=25)
    late = await world.person("neighbour2")
    lapsed = await late.refused("POST", "/v1/merchants/join", json={"code": once})

    assert (409, "already_member_there") == joined
    assert [(403, "role_missing")] * 2 + [(409, "owner_stays")] == refused
    assert ["owner", "clerk", "clerk"] == [m["role"] for m in there]
    assert (True, False, True, False) == (held, suspended, reinstated, left)
    assert (409, "merchant_not_approved") == unsold
    assert (404, "not_found") == lapsed
    assert ["active"] == [m["state"] for m in (await owner.get(members))["items"]]


async def test_an_owner_who_leaves_closes_their_shop(world: World) -> None:
    """Its clerk loses the role; what the law keeps of the shop stays for three years."""
    owner, clerk = await world.person("resident1"), await world.person("neighbour1")
    shop = await opened(world, owner)
    await clerk_of(owner, shop, clerk)
    went = (await owner.call("DELETE", "/v1/me/data", expect=200)).json()
    gone = await clerk.refused("GET", f"/v1/merchants/{shop['id']}")
    kept = await world.admin.get(f"/v1/merchants/{shop['id']}/application")
    works_on = await works(clerk)
    await world.later(days=3 * 366)

    assert "商户" in [h["title"] for h in went["holds"]]
    assert ((404, "not_found"), False) == (gone, works_on)
    assert ("withdrawn", shop["legal_name"]) == (kept["state"], kept["legal_name"])
    assert [("withdrawn", "", "", b"")] == await rows(
        world.parts, "SELECT state, name, legal_name, contact_sealed FROM merchants"
    )


async def test_goods_are_priced_by_piece_or_by_weight_with_a_ceiling(world: World) -> None:
    """On and off the shelf, changed only from the version that was read, images of its people."""
    owner, buyer = await world.person("resident1"), await world.person("resident2")
    shop = await opened(world, owner)
    path = f"/v1/merchants/{shop['id']}/products"
    wrong = [
        await owner.refused("POST", path, json={**GREENS, **bad})
        for bad in ({"per_500g_fen": 100}, {"sold_as": "weight"},
                    {**CABBAGE, "price_fen": 449}, {**CABBAGE, "price_fen": 1351})
    ]  # fmt: skip
    photo = (await uploaded(owner, purpose="product"))["upload_id"]
    greens = await stocked(owner, shop, image_ids=[photo])
    cabbage = await stocked(owner, shop, **CABBAGE)
    one = f"{path}/{greens['id']}"
    strange = await buyer.refused("PUT", one, json=GREENS, headers={"If-Match": '"2"'})
    blind = await owner.refused("PUT", one, json=GREENS)
    dearer = {**GREENS, "price_fen": 400, "image_ids": [photo]}
    changed = await owner.put(one, dearer, headers={"If-Match": f'"{greens["version"]}"'})
    late = await owner.refused(
        "PUT", one, json=GREENS, headers={"If-Match": f'"{greens["version"]}"'}
    )
    await owner.post(f"{path}/{cabbage['id']}/hide")
    bought = [p["id"] for p in (await buyer.get(path))["items"]]
    gone = await buyer.refused("GET", f"{path}/{cabbage['id']}")
    whole = [p["id"] for p in (await owner.get(path, params={"shelf": "all"}))["items"]]
    await owner.call("DELETE", f"{path}/{cabbage['id']}", expect=204)
    removed = await owner.refused("POST", f"{path}/{cabbage['id']}/show")

    assert [(422, "malformed_request")] * 4 == wrong
    assert ((403, "role_missing"), (428, "version_required")) == (strange, blind)
    assert (400, 1, greens["version"] + 1) == (
        changed["price_fen"], len(changed["photos"]), changed["version"],
    )  # fmt: skip
    assert ((412, "version_changed"), (404, "not_found")) == (late, gone)
    assert ([greens["id"]], [greens["id"], cabbage["id"]]) == (bought, whole)
    assert (409, "product_removed") == removed


async def test_a_lot_is_traced_to_its_supplier_and_called_back(world: World) -> None:
    """Everybody sees from where; its people whom to call; a recall stays and is told."""
    owner, buyer = await world.person("resident1"), await world.person("resident2")
    greens = await stocked(owner, await opened(world, owner))
    path = f"/v1/merchants/{greens['merchant_id']}/products/{greens['id']}/lots"
    paper = (await uploaded(owner, purpose="product"))["upload_id"]
    lot = await supplied(owner, greens, image_ids=[paper])
    wrong = [
        await owner.refused("POST", path, json={**DELIVERY, **bad})
        for bad in ({"arrived_on": "2099-01-01"}, {"harvested_on": "2026-01-06"},
                    {"best_before": "2026-01-04"}, {"quantity": 0})
    ]  # fmt: skip
    mine, theirs = (await owner.get(path))["items"][0], (await buyer.get(path))["items"][0]
    unknown = await buyer.refused("POST", f"{path}/{lot['id']}/recall", json={"reason": "spoilt"})
    called = await world.admin.post(f"{path}/{lot['id']}/recall", {"reason": "residue"})
    again = await owner.post(f"{path}/{lot['id']}/recall", {"reason": "spoilt"})
    await world.settle()
    told = [t["title"] for t in (await owner.get("/v1/me/inbox"))["items"]]

    assert [(422, "malformed_request")] * 4 == wrong
    assert "13700137000" == mine["supplier"]["contact_phone"]
    assert (None, "崇明蔬菜合作社", 1) == (
        theirs["supplier"], theirs["supplier_name"], len(theirs["photos"]),
    )  # fmt: skip
    assert (403, "role_missing") == unknown
    assert ("recalled", "residue") == (called["state"], called["recall_reason"])
    assert called["recalled_at"] == again["recalled_at"]
    assert "有批次被召回" in told


async def test_residents_find_shops_near_them_that_are_open(world: World) -> None:
    """Nearest first, page by page; by a word of the name, by what is on the shelf."""
    owner, buyer = await world.person("resident1"), await world.person("resident2")
    far = await opened(world, owner, n=0, at=point(300))
    near = await opened(world, owner, n=1, at=point(100))
    await applied(world, owner, n=2)
    await stocked(owner, far)
    week = {"items": [{"days": [1, 2, 3, 4, 5, 6, 7], "from": "00:00", "to": "24:00"}]}
    version = {"If-Match": f'"{near["version"]}"'}
    shop = await owner.put(f"/v1/merchants/{near['id']}/hours", week, headers=version)
    found = await found_near(buyer, limit=1)
    rest = await found_near(buyer, cursor=found["next_cursor"])
    until = await in_an_hour(world)
    busy = await owner.put(f"/v1/merchants/{near['id']}/busy", {"until": until})
    await owner.put(f"/v1/merchants/{near['id']}/busy", {"until": None})
    selling = await found_near(buyer, category="vegetable")
    named = await found_near(buyer, q="店1")
    elsewhere = await buyer.refused("GET", "/v1/merchants", params={"near": "31.9,121.4"})

    assert [near["id"]] == [m["id"] for m in found["items"]]
    assert [far["id"]] == [m["id"] for m in rest["items"]]
    assert abs(found["items"][0]["distance_m"] - 100) < 1
    assert (True, False) == (found["items"][0]["is_open"], rest["items"][0]["is_open"])
    assert (True, False) == (shop["is_open"], busy["is_open"])
    assert week["items"] == shop["hours"]
    assert ([far["id"]], [near["id"]]) == (
        [m["id"] for m in selling["items"]], [m["id"] for m in named["items"]],
    )  # fmt: skip
    assert (409, "outside_community") == elsewhere


async def test_a_merchant_orders_an_errand_for_its_customer_and_says_it_is_ready(
    world: World,
) -> None:
    """From the shop, paid by whoever placed it; seen by all who work there; ready early."""
    owner, clerk = await world.person("resident1"), await world.person("neighbour1")
    shop, stranger = await opened(world, owner), await world.person("resident2")
    await clerk_of(owner, shop, clerk)
    ask = {"kind": "fetch", "merchant_id": shop["id"], "dropoff": point(200)}
    ask["window"] = window_in(minutes=300)
    path = f"/v1/merchants/{shop['id']}/orders"
    foreign = await stranger.refused("POST", "/v1/quotes", json=ask)
    quote = await clerk.post("/v1/quotes", ask)
    body = {k: v for k, v in order_on(quote["id"]).items() if k != "pickup_place"}
    order = await clerk.post("/v1/orders", body)
    early = await owner.refused("POST", f"{path}/{order['id']}/ready")
    await world.pay(clerk, order["id"])
    waiting = (await owner.get(path))["items"][0]
    unknown = await stranger.refused("POST", f"{path}/{order['id']}/ready")
    ready = await owner.post(f"{path}/{order['id']}/ready")
    again = await owner.post(f"{path}/{order['id']}/ready")
    runner = await world.runner(at=point(50))
    quote = await clerk.post("/v1/quotes", {**ask, "window": window_in(minutes=8)})
    soon = await clerk.post("/v1/orders", order_on(quote["id"]))
    await world.pay(clerk, soon["id"])
    job_id = (await clerk.get(f"/v1/orders/{soon['id']}"))["job_id"]
    await runner.post(f"/v1/jobs/{job_id}/accept")
    promised = (await clerk.get(f"/v1/jobs/{job_id}"))["ready_at"]
    await owner.post(f"{path}/{soon['id']}/ready")
    await runner.post(
        f"/v1/jobs/{job_id}/pick-up",
        {"code": (await clerk.get(f"/v1/orders/{soon['id']}"))["pickup_code"]},
    )
    await runner.post(f"/v1/jobs/{job_id}/fail", {"reason": "nobody_there"})
    early_return = await owner.refused("POST", f"{path}/{order['id']}/return")
    returned = await owner.post(f"{path}/{soon['id']}/return")
    earlier = (await clerk.get(f"/v1/jobs/{job_id}"))["ready_at"]
    await world.settle()
    told = [t["title"] for t in (await runner.get("/v1/me/inbox"))["items"]]
    hidden = await stranger.refused("GET", path)
    unsold = await clerk.post("/v1/quotes", ask)
    await world.admin.post(f"/v1/merchants/{shop['id']}/suspend", {"reason": "投诉"})
    late = await clerk.refused("POST", "/v1/orders", json=order_on(unsold["id"]))

    assert [(403, "role_missing")] * 3 == [foreign, unknown, hidden]
    assert (shop["name"], shop["id"]) == (order["pickup_place"], order["merchant_id"])
    assert (409, "order_moved_on") == early
    assert ("waiting", order["id"]) == (waiting["job_state"], waiting["id"])
    assert ("open", "open") == (ready["job_state"], again["job_state"])
    assert earlier < promised
    assert ((409, "job_moved_on"), "returned") == (early_return, returned["job_state"])
    assert "货已备好" in told
    assert (409, "merchant_not_approved") == late
