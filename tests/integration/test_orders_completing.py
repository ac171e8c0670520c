"""Completing an order, by its customer or by time, and rating it once."""

from tests.fixtures.builders.people import fresh_key
from tests.fixtures.builders.racing import at_once, outcomes
from tests.fixtures.builders.sql import rows
from tests.fixtures.builders.stubborn import unhurried
from tests.fixtures.builders.worlds import World

FIVE = {"stars": 5, "tags": ["fast"]}


async def test_only_the_customer_may_confirm(world: World) -> None:
    """Neither a neighbour, nor the runner, nor staff say that it arrived."""
    resident, runner = await world.person("resident1"), await world.runner()
    others = [await world.person("resident2"), runner, await world.person("staff1")]
    order = await world.delivered(resident, runner)
    path = f"/v1/orders/{order['id']}/confirm"

    refused = [await other.refused("POST", path) for other in others]

    assert 401 == (await world.http.post(path)).status_code
    assert [(404, "not_found")] * 3 == refused


async def test_what_was_not_delivered_cannot_be_confirmed(world: World) -> None:
    """Before the hand-over there is nothing to confirm."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.picked_up(resident, runner)

    refused = await resident.refused("POST", f"/v1/orders/{order['id']}/confirm")

    assert (409, "order_moved_on") == refused


async def test_an_order_is_confirmed_once(world: World) -> None:
    """The same key repeats the answer; another key is told that it is done."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.delivered(resident, runner)
    path, key = f"/v1/orders/{order['id']}/confirm", fresh_key()
    first = await resident.call("POST", path, key=key, expect=200)

    again = await resident.call("POST", path, key=key, expect=200)

    assert first.content == again.content
    assert (409, "order_moved_on") == await resident.refused("POST", path)


async def test_of_two_confirmations_at_once_one_counts(world: World) -> None:
    """Two thumbs, one completion, one score."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.delivered(resident, runner)
    path = f"/v1/orders/{order['id']}/confirm"

    answers = await at_once(*(unhurried(resident).call("POST", path) for _ in range(5)))
    await world.settle()

    assert {"ok": 1, "order_moved_on": 4} == outcomes(answers)
    points = await runner.get(f"/v1/points/runners/{runner.id}")
    # One for joining.
    assert 2 == points["entries"]


async def test_a_day_after_the_delivery_time_confirms(world: World) -> None:
    """Not before twenty-four hours, and then by the system."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.delivered(resident, runner)
    path = f"/v1/orders/{order['id']}"
    await world.later(hours=23, minutes=59)
    before = await resident.get(path)
    await world.later(minutes=1, seconds=1)

    after = await resident.get(path)
    steps = (await resident.get(f"{path}/events"))["items"]

    assert ("active", "completed") == (before["state"], after["state"])
    assert ("order.completed", "system") == (steps[-1]["name"], steps[-1]["actor"])


async def test_a_rating_waits_for_the_completion(world: World) -> None:
    """What has not been completed cannot be rated."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.delivered(resident, runner)

    refused = await resident.refused("POST", f"/v1/orders/{order['id']}/rate", json=FIVE)

    assert (409, "rating_too_early") == refused


async def test_a_rating_is_the_customers_and_has_a_week(world: World) -> None:
    """Nobody else's, and not eight days later."""
    resident, runner = await world.person("resident1"), await world.runner()
    other = await world.person("resident2")
    order = await world.completed(resident, runner)
    path = f"/v1/orders/{order['id']}/rate"
    foreign = await other.refused("POST", path, json=FIVE)
    await world.later(days=7, seconds=1)

    late = await resident.refused("POST", path, json=FIVE)

    assert (404, "not_found") == foreign
    assert (409, "rating_too_late") == late


async def test_of_five_ratings_at_once_one_counts(world: World) -> None:
    """One order, one rating, one entry in the ledger."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.completed(resident, runner)
    path = f"/v1/orders/{order['id']}/rate"

    answers = await at_once(*(unhurried(resident).call("POST", path, json=FIVE) for _ in range(5)))
    await world.settle()

    assert {"ok": 1, "already_rated": 4} == outcomes(answers)
    seen = await resident.get(f"/v1/orders/{order['id']}")
    assert (5, ["fast"]) == (seen["rating"]["stars"], seen["rating"]["tags"])
    kinds = await rows(world.parts, "SELECT kind FROM points_entries ORDER BY seq")
    assert [("runner.joined",), ("order.completed",), ("rating.revealed",)] == list(kinds)
