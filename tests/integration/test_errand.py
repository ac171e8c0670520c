"""One errand from order to points, over HTTP, from an empty database."""

from tests.fixtures.builders.worlds import World


async def test_an_errand_runs_from_the_order_to_the_points(world: World) -> None:
    """Resident orders and pays, runner carries with proof, both see what they should."""
    resident, runner = await world.person("resident1"), await world.runner()

    order = await world.completed(resident, runner)
    await resident.post(f"/v1/orders/{order['id']}/rate", {"stars": 5, "tags": ["fast"]})
    await world.settle()

    assert order["state"] == "completed"
    points = await runner.get(f"/v1/points/runners/{runner.id}")
    assert points["balance_cp"] == 100 + 50 + 20 + 20
