"""A quote: what is possible, what it costs, for how long."""

from typing import Any

import pytest

from tests.fixtures.builders.windows import window
from tests.fixtures.builders.worlds import World, order_on, point


def asked(**more: Any) -> dict[str, Any]:
    """An errand of 200 m, with whatever differs."""
    return {"kind": "fetch", "pickup": point(), "dropoff": point(200), **more}


async def test_nobody_gets_a_quote_without_signing_in(world: World) -> None:
    """Anonymous callers are told to sign in."""
    answer = await world.http.post("/v1/quotes", json=asked())

    assert (401, "not_signed_in") == (answer.status_code, answer.json()["code"])


async def test_somebody_without_a_role_here_gets_no_quote(world: World) -> None:
    """A signed-in person who lives elsewhere may not order here."""
    stranger = await world.person("stranger1")

    refused = await stranger.refused("POST", "/v1/quotes", json=asked())

    assert (403, "role_missing") == refused


REFUSALS = {
    "pickup outside": ({"pickup": point(2001)}, "outside_community"),
    "drop-off outside": ({"pickup": point(1900), "dropoff": point(2001)}, "outside_community"),
    "trip too long": ({"dropoff": point(1001)}, "trip_too_long"),
    "too heavy": ({"weight_g": 30_001}, "too_heavy"),
    "window past": ({"window": window(days=-1)}, "window_past"),
    "window too far": ({"window": window(days=15)}, "window_too_far"),
}


@pytest.mark.parametrize(("change", "code"), REFUSALS.values(), ids=REFUSALS)
async def test_what_cannot_be_done_is_refused_by_name(
    world: World, change: dict[str, Any], code: str
) -> None:
    """Each reason has its own code, and none of them costs a quote."""
    resident = await world.person("resident1")

    refused = await resident.refused("POST", "/v1/quotes", json=asked(**change))

    assert (409, code) == refused


async def test_a_window_that_ends_before_it_begins_is_malformed(world: World) -> None:
    """A reversed window is a mistake of the form, not of the time."""
    resident = await world.person("resident1")
    ahead = window(days=1)
    turned = {"from": ahead["to"], "to": ahead["from"]}

    refused = await resident.refused("POST", "/v1/quotes", json=asked(window=turned))

    assert (422, "malformed_request") == refused


async def test_every_part_of_the_price_is_named_and_they_sum_to_the_fee(world: World) -> None:
    """505 m, 6 kg and three floors without a lift at noon: base, distance, weight, stairs."""
    resident = await world.person("resident1")

    quote = await world.quote(
        resident, dropoff=point(505), weight_g=6000, floor=4, has_lift=False, window=window()
    )

    parts = {p["code"]: p["amount_fen"] for p in quote["parts"]}
    assert {"base": 300, "distance": 150, "weight": 100, "stairs": 150} == parts
    assert 700 == quote["fee_fen"]


async def test_what_is_brought_at_night_costs_more(world: World) -> None:
    """The surcharge follows the promised time on the wall clock in China."""
    await world.change_settings(tariff={"night_fen": 200})
    resident = await world.person("resident1")

    quote = await world.quote(resident, window=window(hour=22))

    assert {"base": 300, "night": 200} == {p["code"]: p["amount_fen"] for p in quote["parts"]}


async def test_the_longest_trip_that_is_allowed_gets_a_quote(world: World) -> None:
    """999.9 m is within the kilometre."""
    resident = await world.person("resident1")

    quote = await world.quote(resident, dropoff=point(999.9))

    assert 999.5 < quote["trip_m"] <= 1000


async def test_the_quote_of_another_person_does_not_exist(world: World) -> None:
    """A foreign quote is not found, so that its price stays its owner's."""
    resident, other = await world.person("resident1"), await world.person("resident2")
    quote = await world.quote(resident)

    refused = await other.refused("POST", "/v1/orders", json=order_on(quote["id"]))

    assert (404, "not_found") == refused


async def test_a_quote_dies_after_ten_minutes(world: World) -> None:
    """The price was promised for ten minutes and no longer."""
    resident = await world.person("resident1")
    quote = await world.quote(resident)
    await world.later(minutes=10, seconds=1)

    refused = await resident.refused("POST", "/v1/orders", json=order_on(quote["id"]))

    assert (409, "quote_expired") == refused


async def test_a_quote_lives_to_its_last_seconds(world: World) -> None:
    """Nine and a half minutes later it still makes an order."""
    resident = await world.person("resident1")
    quote = await world.quote(resident)
    await world.later(minutes=9, seconds=30)

    order = await resident.post("/v1/orders", order_on(quote["id"]))

    assert quote["fee_fen"] == order["fee_fen"]


async def test_a_quote_is_good_for_one_order(world: World) -> None:
    """The second order on it is refused."""
    resident = await world.person("resident1")
    quote = await world.quote(resident)
    await resident.post("/v1/orders", order_on(quote["id"]))

    refused = await resident.refused("POST", "/v1/orders", json=order_on(quote["id"]))

    assert (409, "quote_used") == refused
