"""How long consequences take on an idle system, and while Redis hangs."""

import asyncio
import os
import signal
import sys

import pytest

from api.bootstrap import build
from api.embedded import EmbeddedStores, StoreUrls
from api.settings import Settings
from tests.fixtures.builders.lags import percentile, reaction_lags_ms
from tests.fixtures.builders.processes import running_worker
from tests.fixtures.builders.racing import until
from tests.fixtures.builders.recovery import left
from tests.fixtures.builders.sql import value
from tests.fixtures.builders.worlds import World
from workers.runner import work

pytestmark = [pytest.mark.storm, pytest.mark.timeout(300)]

SAMPLES = 200
LAG_MAX_MS = 250


async def cancelled_unpaid(world: World) -> None:
    """An order placed and cancelled: one event with one consequence."""
    resident = await world.person("resident1")
    order = await world.place(resident)
    await resident.post(f"/v1/orders/{order['id']}/cancel", {"reason": "changed_mind"})


async def test_a_consequence_follows_within_a_quarter_of_a_second(
    world: World, settings: Settings
) -> None:
    """From the commit of an event to the end of its reaction, by a worker process of its own."""

    async def is_quiet() -> bool:
        return await left(world.parts) == 0

    with running_worker(settings):
        await cancelled_unpaid(world)
        await until(is_quiet, within_s=30)
        warm_seq = await value(world.parts, "SELECT max(seq) FROM events")
        for _ in range(SAMPLES):
            await cancelled_unpaid(world)
            await until(is_quiet)
    lags = await reaction_lags_ms(world.parts, after_seq=warm_seq)

    p50, p99 = percentile(lags, 0.50), percentile(lags, 0.99)
    sys.stdout.write(f"commit to reaction, {len(lags)} samples: p50 {p50:.0f}, p99 {p99:.0f} ms\n")
    assert p99 < LAG_MAX_MS


async def test_reactions_happen_while_redis_hangs(
    world: World,
    settings: Settings,
    running_stores: tuple[StoreUrls, EmbeddedStores | None],
) -> None:
    """Stopped but not gone: nobody waits for it longer than a moment."""
    _, embedded = running_stores
    if embedded is None:
        pytest.skip("Redis of the environment is not ours to stop")
    assert embedded._redis is not None
    assert embedded._redis.child is not None
    pid = embedded._redis.child.process.pid
    parts, stopping = build(settings), asyncio.Event()
    working = asyncio.create_task(work(parts, stopping=stopping))

    async def is_quiet() -> bool:
        return await left(world.parts) == 0

    try:
        await cancelled_unpaid(world)
        await until(is_quiet, within_s=20)
        os.kill(pid, signal.SIGSTOP)
        await cancelled_unpaid(world)
        await until(is_quiet, within_s=20)
    finally:
        os.kill(pid, signal.SIGCONT)
        stopping.set()
        await working
