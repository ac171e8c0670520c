"""That a cycle opened is told to whoever wants to know, once, while it is of use."""

from tests.fixtures.builders.harvests import farmer, neighbour, offered, wanted_always
from tests.fixtures.builders.messages import at_clock, consents, sent, told
from tests.fixtures.builders.shops import stocked
from tests.fixtures.builders.worlds import World

ANNOUNCED = "cycle_announcement.made"


async def test_who_asked_is_told_that_a_cycle_opened_and_nobody_else(world: World) -> None:
    """By an alert or a standing order, one message for each consent; not after the cut-off."""
    await at_clock(world, 12)
    owner, shop = await farmer(world)
    product = await stocked(owner, shop)
    people = [await neighbour(world, n) for n in (1, 2, 3)]
    asks = {"merchant_id": shop["id"]}
    first, again = [await people[0].post("/v1/cycle-alerts", asks) for _ in range(2)]
    await people[1].post("/v1/standing-orders", wanted_always(shop, product))
    await consents(people[0], "cycle_opened", times=2)
    cycle = await offered(world, owner, shop, product_ids=[product["id"]])
    await world.settle()
    at_noon = [(await told(p)).count(ANNOUNCED) for p in people]
    ((_, fields, page),) = await sent(world.parts)
    # At night it would come when the cycle is over: the inbox has it, no message does.
    await at_clock(world, 23)
    await offered(world, owner, shop, product_ids=[product["id"]])
    await world.settle()
    await people[0].call("DELETE", f"/v1/cycle-alerts/{shop['id']}", expect=204)
    await offered(world, owner, shop, product_ids=[product["id"]])
    await world.settle()
    await world.later(hours=10)

    assert first == again
    assert [1, 1, 0] == at_noon
    assert f"pages/cycle/index?id={cycle['id']}" == page
    assert "接龙开始了" == fields["thing1"]["value"]
    assert [2, 3, 0] == [(await told(p)).count(ANNOUNCED) for p in people]
    assert 1 == len(await sent(world.parts))
