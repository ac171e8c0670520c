"""The sandbox is reconciled against its own book, as in production WeChat Pay against its bill."""

from datetime import time, timedelta

from tests.fixtures.builders.days import go_to, reconcile, today
from tests.fixtures.builders.worlds import World


async def test_a_day_of_the_sandbox_agrees_with_the_ledger(world: World) -> None:
    """Paid, completed, cancelled, refunded: every line is there, and nothing besides."""
    resident, runner = await world.person("resident1"), await world.runner()
    day = await today(world.parts) + timedelta(days=1)
    await go_to(world, day, time(9))
    await world.stands(runner, {"lat": 31.2304, "lng": 121.4737, "coord": "gcj02"})
    await world.completed(resident, runner)
    cancelled = await world.paid(resident)
    await resident.post(f"/v1/orders/{cancelled['id']}/cancel", {"reason": "changed_mind"})
    await world.settle()
    await go_to(world, day + timedelta(days=1), time(11))
    tried = await reconcile(world.parts)
    shown = (await world.admin.get("/v1/reconciliations"))["items"]

    assert 1 == tried
    assert [(day.isoformat(), "compared", 3, 0)] == [
        (d["day"], d["state"], d["lines"], d["differences_count"]) for d in shown
    ]
    assert shown[0]["theirs_paid_fen"] == shown[0]["ours_paid_fen"] > 0
    assert cancelled["fee_fen"] == shown[0]["theirs_refunded_fen"]
