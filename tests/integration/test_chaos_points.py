"""At every named point the process may fail: clients ask again, and every effect happens once."""

import pytest

from api.bootstrap import build
from api.kit.chaos import POINTS
from api.settings import Settings
from tests.fixtures.builders.money import payments_of, refunded
from tests.fixtures.builders.recovery import recover
from tests.fixtures.builders.servers import another_server
from tests.fixtures.builders.sql import rows
from tests.fixtures.builders.stubborn import stubborn
from tests.fixtures.builders.worlds import World, order_on, point

# Strikes now and then, so that whoever asks again gets through: about every other time.
SEED, PROBABILITY = 7, 0.5
ONCE = {
    "order.placed": 2,
    "order.activated": 2,
    "payment.opened": 2,
    "payment.paid": 2,
    "job.accepted": 1,
    "job.picked_up": 1,
    "job.delivered": 1,
    "order.completed": 1,
    "order.cancelled": 1,
    "refund.requested": 1,
    "refund.succeeded": 1,
}
_COUNT_SQL = "SELECT name, count(*) FROM events WHERE name = ANY ($1::text[]) GROUP BY name"


@pytest.mark.parametrize("name", sorted(POINTS))
async def test_an_errand_survives_a_failure_at(world: World, settings: Settings, name: str) -> None:
    """One order carried to its end, one cancelled and refunded, each step counted once."""
    plain_resident, plain_runner = await world.person("resident1"), await world.runner()
    chaos = f"{SEED}:{PROBABILITY}:raise:{name}"
    parts = build(settings.model_copy(update={"chaos": chaos}))
    await parts.open()
    try:
        async with another_server(settings, chaos=chaos) as (http, _):
            resident, runner = stubborn(plain_resident, http), stubborn(plain_runner, http)
            orders: list[str] = []
            for _ in range(2):
                asked = {"kind": "fetch", "pickup": point(), "dropoff": point(200)}
                quote = await resident.post("/v1/quotes", asked)
                order = await resident.post("/v1/orders", order_on(quote["id"]))
                prepared = await resident.post("/v1/payments", {"order_id": order["id"]})
                await resident.post(f"/v1/sandbox/payments/{prepared['payment_id']}/pay")
                orders.append(order["id"])
            kept, dropped = orders
            await resident.post(f"/v1/orders/{dropped}/cancel", {"reason": "changed_mind"})
            order = await resident.get(f"/v1/orders/{kept}")
            job = f"/v1/jobs/{order['job_id']}"
            await runner.post(f"{job}/accept")
            await runner.post(f"{job}/pick-up", {"code": order["pickup_code"]})
            await runner.post(f"{job}/stops/1/deliver", {"code": order["receipt_code"]})
            done = await resident.post(f"/v1/orders/{kept}/confirm")
        await recover(parts)
    finally:
        await parts.close()

    assert "completed" == done["state"]
    assert ONCE == dict(list(await rows(world.parts, _COUNT_SQL, list(ONCE))))
    assert (done["fee_fen"], 1) == await refunded(world, dropped)
    assert [("paid", True)] == await payments_of(world, kept)
    points = await plain_runner.get(f"/v1/points/runners/{plain_runner.id}")
    # They joined, and carried once.
    assert 2 == points["entries"]
