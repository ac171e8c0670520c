"""Goods that were missing or spoilt: reported once a line, refunded from the right account."""

from datetime import date, time
from typing import Any

from tests.fixtures.builders.days import go_to
from tests.fixtures.builders.doorsteps import code_for, handed, packed_whole
from tests.fixtures.builders.harvests import farmer, offered, plan
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.remedying import complaint, to_fetch
from tests.fixtures.builders.shops import stocked
from tests.fixtures.builders.sql import rows
from tests.fixtures.builders.worlds import World

HAMPER = {"name": "礼盒", "price_fen": 4000, "weight_g": 3000}
_OWED_SQL = """
SELECT coalesce(sum(balance_fen) FILTER (WHERE kind = 'merchant_payable'), 0)::int,
       coalesce(sum(balance_fen) FILTER (WHERE kind = 'compensation'), 0)::int
FROM ledger_accounts
"""


async def reported(buyer: Person, order: Any, body: dict[str, Any]) -> Any:
    """Report a line."""
    return await buyer.post(f"/v1/cycle-orders/{order['id']}/reports", body)


async def test_what_was_spoilt_is_refunded_by_the_rule_or_by_a_decision(world: World) -> None:
    """Small sums at once; else merchant and staff decide, and time decides for the buyer."""
    owner, shop = await farmer(world)
    goods = [await stocked(owner, shop), await stocked(owner, shop, **HAMPER)]
    when = await plan(world)
    cycle = await offered(
        world, owner, shop, product_ids=[g["id"] for g in goods],
        collection_place_id=world.building_id,
    )  # fmt: skip
    (one, first), (two, second) = [await to_fetch(world, cycle, n, 2, 1) for n in (1, 2)]
    await owner.post(f"/v1/cycles/{cycle['id']}/close")
    for order in (first, second):
        await packed_whole(owner, cycle, order)
    greens = await complaint(one, cycle, 0, 1)
    path = f"/v1/cycle-orders/{first['id']}/reports"
    early = await one.refused("POST", path, json=greens)
    await owner.post(f"/v1/cycles/{cycle['id']}/deliver")
    await go_to(world, date.fromisoformat(when["delivers_on"]), time(12))
    for buyer, order in ((one, first), (two, second)):
        await handed(owner, cycle, order, await code_for(buyer, order))
    # The first photo is not kept so long without a use.
    greens = await complaint(one, cycle, 0, 1)
    blind = await one.refused("POST", path, json={**greens, "upload_ids": []})
    stranger = await two.refused("POST", path, json=greens)
    at_once = await reported(one, first, greens)
    twice = await one.refused("POST", path, json=greens)
    await one.post(f"/v1/orders/{first['id']}/confirm")
    await two.post(f"/v1/orders/{second['id']}/confirm")
    sold = await rows(world.parts, _OWED_SQL)
    hamper = await reported(one, first, await complaint(one, cycle, 1, 1, wrong="missing"))
    slow = await reported(two, second, await complaint(two, cycle, 1, 1))
    decide = f"/v1/goods-reports/{hamper['id']}"
    own = await one.refused("POST", f"{decide}/grant")
    unsaid = await owner.refused("POST", f"{decide}/object", json={})
    contested = await owner.post(f"{decide}/object", {"text": "交接时都在"})
    theirs = await owner.refused("POST", f"{decide}/decline", json={"text": "不退"})
    staff = await world.person("staff1")
    declined = await staff.post(f"{decide}/decline", {"text": "照片里礼盒还在"})
    over = await owner.refused("POST", f"{decide}/grant")
    await world.later(hours=49)
    late = await two.refused(
        "POST", f"/v1/cycle-orders/{second['id']}/reports", json=await complaint(two, cycle, 0, 1)
    )
    (shown,) = (await two.get(f"/v1/cycle-orders/{second['id']}/reports"))["items"]
    back = [(await b.get(f"/v1/orders/{o['id']}"))["refunded_fen"]
            for b, o in ((one, first), (two, second))]  # fmt: skip
    listed = await owner.get("/v1/goods-reports", params={"merchant_id": shop["id"]})

    assert [(409, "report_too_early"), (409, "report_too_late")] == [early, late]
    assert [(409, "evidence_missing"), (404, "not_found")] == [blind, stranger]
    assert ("refunded", 350, 1) == tuple(at_once[f] for f in ("state", "refund_fen", "count"))
    assert (409, "already_reported") == twice
    # What went back before is not the merchant's: 4,350 of 4,700, and 4,700.
    assert [(4350 + 4700, 0)] == [tuple(r) for r in sold]
    assert ["waiting", "waiting", "contested", "declined"] == [
        r["state"] for r in (hamper, slow, contested, declined)
    ]
    assert [(403, "role_missing")] * 2 == [own, theirs]
    assert [(409, "evidence_missing"), (409, "report_decided")] == [unsaid, over]
    assert ("refunded", 4000, "叶子烂了", 1) == (
        shown["state"], shown["refund_fen"], shown["text"], len(shown["photos"]),
    )  # fmt: skip
    assert [350, 4000] == back
    assert [(4350 + 700, 0)] == [tuple(r) for r in await rows(world.parts, _OWED_SQL)]
    assert ["refunded", "declined", "refunded"] == [r["state"] for r in listed["items"]]
