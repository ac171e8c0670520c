"""The shop's day: vegetables offered in the morning, packed after the cut-off, brought at noon."""

from typing import Any

from api.cli.living.errands import pay
from api.cli.living.script import Join
from api.cli.living.town import Town, Trip
from api.cli.replay.client import Client, must

OWNER = "farmer1"
PRODUCTS: tuple[dict[str, Any], ...] = (
    {"name": "上海青", "category": "vegetable", "unit": "500克/份", "sold_as": "piece",
     "price_fen": 350, "weight_g": 500, "intro": "崇明当天采摘"},
    {"name": "番茄", "category": "vegetable", "unit": "500克/份", "sold_as": "piece",
     "price_fen": 480, "weight_g": 500},
    {"name": "草鸡蛋", "category": "egg", "unit": "10枚/盒", "sold_as": "piece",
     "price_fen": 1280, "weight_g": 600},
)  # fmt: skip
_FROM_MIN, _CUT_OFF_MIN = 8 * 60.0, 11 * 60 + 50.0
# How often the shop looks what is to be done.
_TEND_EVERY_MIN = 10.0
_ENDED = frozenset({"completed", "cancelled"})


async def tend(town: Town, *, until_min: float) -> None:
    """See to the cycles of the shop, one step at a time, until a minute of the day.

    What is done next follows from what the API shows, so that a new start goes on where the last
    one ended.

    Raises:
        Unexpected: the API refused what had to succeed.
    """
    owner = await town.person(OWNER)
    while town.pace.now_min < until_min:
        await town.guarded(lambda: _step(town, owner), "the shop")
        await town.pace.rest(_TEND_EVERY_MIN)


async def join(town: Town, planned: Join) -> None:
    """Join the cycle that is open, for one's own household, and pay.

    Raises:
        Unexpected: the API refused what had to succeed.
    """
    resident = town.resident(planned.resident)
    for cycle in await _cycles(resident, "state=open&limit=5"):
        lines = [
            {"item_id": item["id"], "count": min(count, item["left_count"])}
            for item, count in zip(cycle["items"], planned.counts, strict=False)
            if min(count, item["left_count"])
        ]
        order = must(
            await resident.post(
                "/v1/cycles/{cycle_id}/orders", {"lines": lines}, cycle_id=cycle["id"]
            ),
            "joining the vegetables",
        )
        await pay(resident, order.data["id"])
        town.expect(order.data, resident)
        return


async def _step(town: Town, owner: Client) -> None:
    """Do the next thing of each cycle; offer today's, where it is early enough."""
    cycles = await _cycles(owner, f"merchant_id={town.shop_id}&limit=5")
    minute = town.pace.now_min % 1440
    today = town.today.date().isoformat()
    if _FROM_MIN <= minute < _CUT_OFF_MIN - 120 and all(c["delivers_on"] != today for c in cycles):
        await _offer(town, owner, today)
    for cycle in cycles:
        if cycle["state"] in ("closed", "packing"):
            await _pack_one(town, owner, cycle)
        elif cycle["state"] == "delivering":
            await _let_go(town, owner, cycle)


async def _cycles(person: Client, query: str) -> list[dict[str, Any]]:
    """The newest cycles that somebody sees, with their items but for those that are over."""
    page = must(await person.get("/v1/cycles", query=query), "looking at the cycles").data["items"]
    return [
        must(await person.get("/v1/cycles/{cycle_id}", cycle_id=c["id"]), "a cycle").data
        if c["state"] not in _ENDED
        else c
        for c in page
    ]


async def _offer(town: Town, owner: Client, today: str) -> None:
    midnight_min = town.pace.now_min // 1440 * 1440
    body = {
        "merchant_id": town.shop_id,
        "title": "桂花苑今日蔬菜",
        "scope": [town.community_id],
        "closes_at": town.text(midnight_min + _CUT_OFF_MIN),
        "delivers_on": today,
        "fee_fen": 200,
    }
    cycle = must(await owner.post("/v1/cycles", body), "a cycle").data
    shelf = must(
        await owner.get("/v1/merchants/{merchant_id}/products", merchant_id=town.shop_id), "shelf"
    ).data["items"]
    items = [{"product_id": p["id"], "stock_count": 40, "household_max": 5} for p in shelf]
    filled = await owner.put(
        "/v1/cycles/{cycle_id}/items", {"items": items}, seen=cycle["version"],
        cycle_id=cycle["id"],
    )  # fmt: skip
    must(filled, "the list of a cycle")
    must(await owner.post("/v1/cycles/{cycle_id}/open", cycle_id=cycle["id"]), "opening a cycle")


async def _pack_one(town: Town, owner: Client, cycle: dict[str, Any]) -> None:
    """Pack the next bag as it was ordered; when all are packed, let the cycle be delivered."""
    if cycle["state"] == "closed":
        await _note_arrivals(owner, cycle)
    for bag in await _bags(owner, cycle):
        if bag["packing_state"] == "packed":
            continue
        lines = [{"item_id": i["item_id"], "packed_count": i["count"]} for i in bag["lines"]]
        await owner.post(
            "/v1/cycles/{cycle_id}/bags/{bag_id}/claim",
            cycle_id=cycle["id"],
            bag_id=bag["order_id"],
        )
        must(
            await owner.post(
                "/v1/cycles/{cycle_id}/bags/{bag_id}/pack",
                {"lines": lines},
                cycle_id=cycle["id"],
                bag_id=bag["order_id"],
            ),
            "packing a bag",
        )
        return
    await owner.post("/v1/cycles/{cycle_id}/deliver", cycle_id=cycle["id"])


async def _note_arrivals(owner: Client, cycle: dict[str, Any]) -> None:
    picking = must(
        await owner.get("/v1/cycles/{cycle_id}/picking-list", cycle_id=cycle["id"]), "picking"
    )
    for item in picking.data["items"]:
        await owner.put(
            "/v1/cycles/{cycle_id}/items/{item_id}/arrival",
            {"there_count": item["pieces_count"]},
            cycle_id=cycle["id"],
            item_id=item["item_id"],
        )


async def _let_go(town: Town, owner: Client, cycle: dict[str, Any]) -> None:
    """Scan the bags of each building that has not left, and remember whose are on their way."""
    await _remember(town, owner, cycle)
    gone = {number for trip in town.trips.values() for number in trip.numbers}
    for building_id, codes in (await _by_building(owner, cycle)).items():
        if all(_number(code) in gone for code in codes):
            continue
        await owner.post(
            "/v1/cycles/{cycle_id}/buildings/{building_id}/leave",
            {"codes": codes},
            cycle_id=cycle["id"],
            building_id=building_id,
        )
    await _remember(town, owner, cycle)


async def _remember(town: Town, owner: Client, cycle: dict[str, Any]) -> None:
    trips = must(
        await owner.get("/v1/cycles/{cycle_id}/trips", query="limit=100", cycle_id=cycle["id"]),
        "the trips",
    )
    for trip in trips.data["items"]:
        numbers = tuple(_number(code) for code in trip["codes"])
        town.trips[trip["job_id"]] = Trip(trip["pickup_code"], numbers)


def _number(code: str) -> int:
    """The number of the order whose bag carries this label."""
    return int(code.removeprefix("LL-"))


async def _bags(owner: Client, cycle: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        bag
        for building in await _buildings(owner, cycle)
        for bag in await _bags_of(owner, cycle, building["building_id"])
    ]


async def _by_building(owner: Client, cycle: dict[str, Any]) -> dict[str, list[str]]:
    return {
        b["building_id"]: [g["code"] for g in await _bags_of(owner, cycle, b["building_id"])]
        for b in await _buildings(owner, cycle)
    }


async def _buildings(owner: Client, cycle: dict[str, Any]) -> list[dict[str, Any]]:
    route = "/v1/cycles/{cycle_id}/packing-list"
    return must(await owner.get(route, cycle_id=cycle["id"]), "packing").data["buildings"]


async def _bags_of(owner: Client, cycle: dict[str, Any], building_id: str) -> list[dict[str, Any]]:
    route, query = "/v1/cycles/{cycle_id}/packing-list", f"building_id={building_id}"
    found = must(await owner.get(route, query=query, cycle_id=cycle["id"]), "a building")
    return [bag for unit in found.data["units"] for bag in unit["bags"]]
