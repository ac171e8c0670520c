"""A resident's errand from the quote to the rating, or to a change of mind."""

from typing import Any

from api.cli.living.script import Errand
from api.cli.living.town import Town
from api.cli.replay.client import Client, Reply, must

# How long somebody waits for what was ordered before they stop looking, and how often they look.
_PATIENCE_MIN, _LOOK_EVERY_MIN = 120.0, 5.0
_FINAL = frozenset({"completed", "cancelled", "disputed"})


async def live_errand(town: Town, errand: Errand) -> None:
    """Order, pay, wait, confirm, rate and tip as the script says.

    Raises:
        Unexpected: the API refused what had to succeed.
    """
    resident = town.resident(errand.resident)
    order = await _order(town, resident, errand)
    if errand.changes_mind:
        await town.pace.rest(4)
        await resident.post(
            "/v1/orders/{order_id}/cancel", {"reason": "changed_mind"}, order_id=order["id"]
        )
        return
    if not await _is_brought(town, resident, order) or not errand.confirms:
        return
    done = await resident.post("/v1/orders/{order_id}/confirm", order_id=order["id"])
    if done.is_ok and errand.stars is not None:
        rating = {"stars": errand.stars, "tags": ["fast" if errand.stars > 3 else "late"]}
        await resident.post("/v1/orders/{order_id}/rate", rating, order_id=order["id"])
    if done.is_ok and errand.tip_fen:
        tip = {"amount_fen": errand.tip_fen}
        tipped = await resident.post("/v1/orders/{order_id}/tip", tip, order_id=order["id"])
        if tipped.is_ok:
            await pay(resident, order["id"])


async def pay(resident: Client, order_id: str) -> Reply:
    """Pay what an order asks for, in the sandbox.

    Raises:
        Unexpected: there is nothing to pay, or it is too late.
    """
    prepared = must(await resident.post("/v1/payments", {"order_id": order_id}), "paying")
    return must(
        await resident.post(
            "/v1/sandbox/payments/{payment_id}/pay", payment_id=prepared.data["payment_id"]
        ),
        "paying in the sandbox",
    )


async def _order(town: Town, resident: Client, errand: Errand) -> dict[str, Any]:
    wish, home = errand.wish, town.homes[resident.name]
    asked: dict[str, Any] = {"kind": wish.kind, "address_id": home["id"]}
    body: dict[str, Any] = {"item": wish.item}
    if wish.has_pickup:
        asked["pickup"] = town.point(wish.north_m, wish.east_m)
        body["pickup_place"] = wish.place
    if wish.details is not None:
        body["details"] = {"kind": wish.kind, **wish.details}
    quote = must(await resident.post("/v1/quotes", asked), f"a quote for {wish.kind}")
    body["quote_id"] = quote.data["id"]
    placed = must(await resident.post("/v1/orders", body), f"ordering {wish.kind}").data
    await pay(resident, placed["id"])
    order = must(await resident.get("/v1/orders/{order_id}", order_id=placed["id"]), "looking")
    town.expect(order.data, resident)
    return order.data


async def _is_brought(town: Town, resident: Client, order: dict[str, Any]) -> bool:
    """Wait until it is at the door; false where it never came."""
    given_up_min = town.pace.now_min + _PATIENCE_MIN
    while town.pace.now_min < given_up_min:
        await town.pace.rest(_LOOK_EVERY_MIN)
        seen = must(
            await resident.get("/v1/orders/{order_id}", order_id=order["id"]), "looking"
        ).data
        if seen["job_state"] == "delivered":
            return seen["state"] == "active"
        if seen["state"] in _FINAL:
            return False
    return False
