"""What makes the seeded community complete, once, over HTTP: homes, a shop, a mediator, a queue."""

from datetime import timedelta
from typing import Any

from api.cli.living.market import OWNER, PRODUCTS
from api.cli.living.town import NICKNAMES, Town, drawn_photo
from api.cli.replay.client import Client, agree, must

MEDIATOR = "resident7"
# Made up, with the right check characters (GB 32100-2015, GB 11643-1999).
_CREDIT_CODES = ("91110105MA0000007L", "92330106MA2TEKT02Y")
_MEDIATORS_NUMBER = "11010519491231002X"
# Whoever plays a runner by hand tells positions less often than a phone.
_SETTINGS = {"position_max_age_s": 900}


async def find_shop(town: Town) -> bool:
    """Whether the town was completed before; then its shop is known from here on."""
    owner = await town.person(OWNER)
    mine = must(await owner.get("/v1/merchants/mine"), "looking at one's shops").data["items"]
    open_shops = [shop for shop in mine if shop["state"] == "approved"]
    if open_shops:
        town.shop_id = open_shops[0]["id"]
    return bool(open_shops)


async def found(town: Town) -> None:
    """Give people names and homes, two runners a tier, the town a shop and a mediator.

    Raises:
        Unexpected: the API refused a step.
    """
    staff, admin = await town.person("staff1"), await town.person("admin1")
    await _change_settings(town, admin)
    await _open_shop(town, staff)
    for name, nickname in NICKNAMES.items():
        must(await (await town.person(name)).put("/v1/me", {"nickname": nickname}), "a name")
    for n in (1, 2):
        runner = await town.person(f"runner{n}")
        await staff.post(
            "/v1/runners/{runner_id}/tier", {"tier": "runner", "reason": "评议通过"},
            runner_id=runner.user_id,
        )  # fmt: skip
    for resident in town.residents():
        await _move_in(town, resident, staff)
    await _appoint(town, staff, admin)
    await _leave_waiting(town)


async def _change_settings(town: Town, admin: Client) -> None:
    place = must(
        await admin.get("/v1/places/{place_id}", place_id=town.community_id), "the community"
    ).data
    body = {"settings": {**place["settings"], **_SETTINGS}}
    must(
        await admin.put(
            "/v1/places/{place_id}", body, seen=place["version"], place_id=town.community_id
        ),
        "settings",
    )


async def _open_shop(town: Town, staff: Client) -> None:
    owner = await town.person(OWNER)
    town.shop_id = await _apply(town, owner, "老王菜店", _CREDIT_CODES[0], 60)
    opened = await staff.post(
        "/v1/merchants/{merchant_id}/approve", {"reason": "执照齐全"}, merchant_id=town.shop_id
    )
    must(opened, "a shop")
    for product in PRODUCTS:
        must(
            await owner.post(
                "/v1/merchants/{merchant_id}/products", product, merchant_id=town.shop_id
            ),
            "a product",
        )


async def _apply(town: Town, owner: Client, name: str, code: str, east_m: float) -> str:
    body = {
        "place_id": town.community_id,
        "point": town.point(-40, east_m),
        "name": name,
        "legal_name": f"某某市{name}经营部",
        "credit_code": code,
        "address": "桂花路12号",
        "phone": "021-12345678",
        "contact": {"name": name[:3], "phone": "13900000009"},
        "licence_id": await owner.upload(drawn_photo(owner.chance), purpose="product"),
    }
    return must(await owner.post("/v1/merchants/apply", body), "a shop applies").data["id"]


async def _move_in(town: Town, resident: Client, staff: Client) -> None:
    membership_id = await _ask_in(resident, town.homes[resident.name], "owner")
    must(
        await staff.post("/v1/memberships/{membership_id}/approve", membership_id=membership_id),
        "a household",
    )


async def _ask_in(person: Client, home: dict[str, Any], relation: str) -> str:
    floor = int(person.name[-1])
    door = f"{floor % 3 + 1}单元{floor}01"
    body = {"building_id": home["building_id"], "door": door, "relation": relation}
    asked = must(await person.post("/v1/me/household", body), "asking into a household")
    return asked.data["requested"]["id"]


async def _appoint(town: Town, staff: Client, admin: Client) -> None:
    """A mediator with a verified name, whom a committee appoints for a year."""
    mediator = await town.person(MEDIATOR)
    await agree(mediator, "id_number")
    name = {"name": "周慧", "id_number": _MEDIATORS_NUMBER, "community_id": town.community_id}
    must(await mediator.post("/v1/me/real-name", name), "a real name")
    must(
        await staff.post("/v1/real-names/{user_id}/approve", user_id=mediator.user_id),
        "approving a name",
    )
    categories = ["noise", "square_dancing", "leak", "parking", "pets"]
    wish = {"place_id": town.community_id, "categories": categories}
    must(await mediator.post("/v1/mediators/apply", wish), "a mediator applies")
    committee = {"place_id": town.community_id, "name": "桂花社区人民调解委员会"}
    committee_id = must(await admin.post("/v1/committees", committee), "a committee").data["id"]
    until = (town.today + timedelta(days=365)).date().isoformat()
    appointment = {"committee_id": committee_id, "until": until, "categories": categories}
    must(
        await admin.post(
            "/v1/mediators/{mediator_id}/approve", appointment, mediator_id=mediator.user_id
        ),
        "appointing a mediator",
    )


async def _leave_waiting(town: Town) -> None:
    """Somebody of each kind who waits for staff: a household, a runner, a shop."""
    home = next(iter(town.homes.values()))
    await _ask_in(await town.person("resident8"), home, "tenant")
    newcomer = await town.person("runner5")
    await newcomer.post("/v1/runners/apply", {"community_id": town.community_id})
    await _apply(town, await town.person("farmer2"), "豆腐西施豆制品", _CREDIT_CODES[1], -110)
