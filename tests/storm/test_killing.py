"""API and worker die again and again; clients insist; nothing is lost or doubled."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from api.settings import Settings
from tests.fixtures.builders.crowds import crowd_of_runners
from tests.fixtures.builders.money import refunded
from tests.fixtures.builders.processes import running_api, running_worker
from tests.fixtures.builders.recovery import recover
from tests.fixtures.builders.sql import rows
from tests.fixtures.builders.stubborn import Stubborn, stubborn
from tests.fixtures.builders.worlds import World, order_on, point
from tests.fixtures.serving import client_of
from tests.fixtures.storms.reviving import keep_alive

pytestmark = [pytest.mark.storm, pytest.mark.timeout(600)]

SEED = os.environ.get("LINLI_STORM_SEED", "20261121")
ROUNDS = int(os.environ.get("LINLI_STORM_ROUNDS", "10"))
CLIENTS = 4
KILL_SHARE = 0.01
_COUNT_SQL = """
SELECT name, count(*) FROM events
WHERE name IN ('order.placed', 'order.activated', 'order.completed', 'order.cancelled',
               'job.accepted', 'refund.succeeded') GROUP BY name
"""


async def play(resident: Stubborn, runner: Stubborn) -> tuple[list[str], list[str]]:
    """Errands to their end, every third one cancelled: completed and cancelled orders."""
    completed: list[str] = []
    cancelled: list[str] = []
    for n in range(ROUNDS):
        asked = {"kind": "fetch", "pickup": point(), "dropoff": point(200)}
        quote = await resident.post("/v1/quotes", asked)
        order = await resident.post("/v1/orders", order_on(quote["id"]))
        prepared = await resident.post("/v1/payments", {"order_id": order["id"]})
        await resident.post(f"/v1/sandbox/payments/{prepared['payment_id']}/pay")
        if n % 3 == 2:
            path = f"/v1/orders/{order['id']}/cancel"
            await resident.post(path, {"reason": "changed_mind"})
            cancelled.append(order["id"])
            continue
        order = await resident.get(f"/v1/orders/{order['id']}")
        job = f"/v1/jobs/{order['job_id']}"
        await runner.call("PUT", "/v1/runners/me/position", json={"point": point()}, expect=204)
        await runner.post(f"{job}/accept")
        await runner.post(f"{job}/pick-up", {"code": order["pickup_code"]})
        await runner.post(f"{job}/stops/1/deliver", {"code": order["receipt_code"]})
        await resident.post(f"/v1/orders/{order['id']}/confirm")
        completed.append(order["id"])
    return completed, cancelled


async def test_whatever_dies_nothing_is_lost_or_doubled(
    world: World, settings: Settings, tmp_path: Path
) -> None:
    """Every acknowledged order is final afterwards, every effect counted once, the doctor clean."""
    residents = [await world.person(f"resident{n}") for n in range(CLIENTS)]
    runners = await crowd_of_runners(world, CLIENTS)
    deaths: list[str] = []
    chaos = f"{SEED}:{KILL_SHARE}:kill"
    with (
        running_api(settings, log=tmp_path / "api.log", chaos=chaos) as (api, url),
        running_worker(settings, log=tmp_path / "worker.log", chaos=chaos) as worker,
    ):
        keepers = [
            asyncio.create_task(keep_alive(api, url, deaths, seed=SEED, share=KILL_SHARE)),
            asyncio.create_task(keep_alive(worker, None, deaths, seed=SEED, share=KILL_SHARE)),
        ]
        async with client_of(url) as http:
            played = await asyncio.gather(
                *(
                    play(stubborn(a, http), stubborn(b, http))
                    for a, b in zip(residents, runners, strict=True)
                )
            )
        for keeper in keepers:
            keeper.cancel()
        await asyncio.gather(*keepers, return_exceptions=True)
    await recover(world.parts)

    died = f"API died {deaths.count('api')}, worker {deaths.count('worker')} times"
    sys.stdout.write(f"seed {SEED}: {died}\n")
    completed = [o for c, _ in played for o in c]
    cancelled = [o for _, c in played for o in c]
    counted = dict(list(await rows(world.parts, _COUNT_SQL)))
    total = len(completed) + len(cancelled)
    assert {
        "order.placed": total,
        "order.activated": total,
        "order.completed": len(completed),
        "order.cancelled": len(cancelled),
        "job.accepted": len(completed),
        "refund.succeeded": len(cancelled),
    } == counted
    stored = await rows(world.parts, "SELECT id, state, fee_fen FROM orders")
    states = {str(r[0]): r[1] for r in stored}
    assert dict.fromkeys(completed, "completed") | dict.fromkeys(cancelled, "cancelled") == states
    for order_id in cancelled:
        assert (await refunded(world, order_id))[1] == 1
    assert deaths, "nothing died: raise LINLI_STORM_ROUNDS"
