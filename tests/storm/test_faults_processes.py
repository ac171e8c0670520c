"""F1 to F4: API and worker are killed, stopped, or die of their work."""

import asyncio
import os
import random
import time
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from api.cli.processes import stop_all, worker_process
from api.doctor import examine
from api.settings import Settings
from tests.fixtures.builders.crowds import crowd_of_people
from tests.fixtures.builders.lags import reaction_lags_ms
from tests.fixtures.builders.money import refunded
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.processes import environment, running_api, running_worker
from tests.fixtures.builders.racing import until
from tests.fixtures.builders.sql import change, value
from tests.fixtures.builders.syncing import follow
from tests.fixtures.builders.worlds import World, point
from tests.fixtures.storms.crowd import writers
from tests.fixtures.storms.draining import drained
from tests.fixtures.storms.figures import Figures
from tests.fixtures.storms.load import Load
from tests.fixtures.storms.refusing import normal_quotes, slow_quotes, until_statements
from tests.fixtures.storms.sockets import Line, lines_to, raw
from tests.fixtures.storms.supervising import kept_alive
from tests.fixtures.working import drain

pytestmark = [pytest.mark.storm, pytest.mark.timeout(300)]

SEED = os.environ.get("LINLI_STORM_SEED", "20261121")
KILLS = 10
FLYING = WAITING = 200
SYNCS_AT_ONCE = 8
PLACES = ("task.claimed", "task.before_commit", "gateway.before_call", "gateway.after_call")
CHAOS_EXIT = 86
OTHERS = 18
MIND = {"reason": "changed_mind"}

_POISON = "task = 'payments.unwind_cancelled' AND state <> 'done'"
_SKIP_TRIES_SQL = f"UPDATE reactions SET attempts = 10 WHERE {_POISON} AND attempts > 2"
_RUSH_SQL = f"""
UPDATE reactions SET next_at = clock_timestamp() - interval '1 s'
WHERE {_POISON} AND attempts > 9 AND state = 'pending'
"""
_DEAD_SQL = "SELECT count(*) FROM reactions WHERE state = 'dead'"
_REVIVE_SQL = "UPDATE reactions SET state = 'pending', attempts = 0 WHERE state = 'dead'"


async def test_f1_an_api_killed_mid_request(
    world: World, settings: Settings, figures: Figures, tmp_path: Path
) -> None:
    """Killed ten times in about a minute (the sheet: thirty times in three), twelve in flight."""
    chance = random.Random(SEED)
    first_s: list[float] = []
    with (
        running_api(settings, log=tmp_path / "api.log") as (api, url),
        running_worker(settings, log=tmp_path / "worker.log"),
    ):
        load = Load(url, await writers(world))
        async with load.running():
            for _ in range(KILLS):
                await load.acknowledges(chance.randint(20, 300))
                api.kill()
                api.start()
                started_s = time.monotonic()
                first_s.append(await load.succeeds_after(started_s))
            await load.acknowledges(100)
        drain_s = await drained(world.parts)
    verdict = await load.verdict(world.parts)

    figures.told("seed", SEED)
    figures.at_least("kills", KILLS, KILLS)
    figures.told("acknowledged writes", verdict.acknowledged)
    figures.exactly("LOST", verdict.lost, 0)
    figures.exactly("DUP", verdict.doubled, 0)
    figures.exactly("5xx that are no 503 with Retry-After", len(load.broken()), 0)
    figures.at_most("first success after a restart, at most", max(first_s), 3.0, "s")
    figures.told("longest gap", load.longest_gap_s(), "s")
    figures.told("all consequences done after", drain_s, "s")
    figures.judge("F1")


async def test_f2_an_api_told_to_stop_with_a_full_house(
    world: World, settings: Settings, figures: Figures
) -> None:
    """SIGTERM with 200 writes in flight and 200 clients that wait at `/v1/sync`."""
    each = settings.sync_seats_each
    people, residents = await crowd_of_people(world, WAITING // each + 1), await writers(world)
    cursors = [(await follow(p)).cursor for p in people]
    asked = {"kind": "fetch", "pickup": point(), "dropoff": point(200)}
    async with AsyncExitStack() as opened:
        api, url = opened.enter_context(running_api(settings, database_connections="16"))
        waiting = await opened.enter_async_context(lines_to(url, WAITING))
        flying = await opened.enter_async_context(lines_to(url, FLYING))
        (fence,) = await opened.enter_async_context(lines_to(url, 1))
        for n, line in enumerate(waiting):
            path = f"/v1/sync?after={cursors[n // each]}&wait=20"
            line.send(raw("GET", path, people[n // each]))
            if n % SYNCS_AT_ONCE == 0:
                await _served(fence, people[0])
        await _served(fence, people[0])
        await change(world.parts, *slow_quotes(seconds=1))
        for n, line in enumerate(flying):
            line.send(raw("POST", "/v1/quotes", residents[n % len(residents)], asked))
        await until_statements(world, count=4)
        # What was sent last of all is answered at once, so all of them were read.
        fence.send(b"GET /healthz HTTP/1.1\r\nHost: storm\r\n\r\n")
        assert await fence.status() == 200
        api.ask_to_stop()
        told_at_s = time.monotonic()
        answering = [asyncio.create_task(line.status()) for line in (*flying, *waiting)]
        assert api.running is not None
        code = await asyncio.to_thread(api.running.wait, 30)
        took_s = time.monotonic() - told_at_s
        statuses = await asyncio.gather(*answering)
    writes, waits = Counter(statuses[:FLYING]), Counter(statuses[FLYING:])
    await change(world.parts, *normal_quotes())
    await drain(world.parts)
    stored = int(await value(world.parts, "SELECT count(*) FROM quotes"))

    figures.told("writes in flight: 201, 503", f"{writes[201]}, {writes[503]}")
    figures.told("waits: 200, 503", f"{waits[200]}, {waits[503]}")
    figures.exactly("writes reset", writes[0], 0)
    figures.exactly("waits reset", waits[0], 0)
    figures.exactly("answers by another status", _others(writes + waits), {})
    figures.exactly("LOST or DUP", stored - writes[201], 0)
    figures.exactly("ended by its own will", code in (0, -15), bar=True)
    figures.at_most("gone after", took_s, 10.0, "s")
    figures.judge("F2")


async def test_f3_a_worker_killed_mid_job(
    world: World, settings: Settings, figures: Figures
) -> None:
    """Killed at four places of a refund, then started again: done within a minute, once."""
    resident = await world.person("resident1")
    took_s: dict[str, float] = {}
    refunds: list[int] = []
    for place in PLACES:
        order = await world.paid(resident)
        await resident.post(f"/v1/orders/{order['id']}/cancel", MIND)
        with running_worker(settings, chaos=f"{SEED}:1:kill:{place}") as worker:
            assert worker.running is not None
            assert await asyncio.to_thread(worker.running.wait, 60) == CHAOS_EXIT
            worker.environment["LINLI_CHAOS"] = ""
            worker.start()
            began_s = time.monotonic()
            await drained(world.parts, within_s=90)
            took_s[place] = time.monotonic() - began_s
        refunds.append((await refunded(world, order["id"]))[1])

    for place, seconds in took_s.items():
        figures.at_most(f"effect after a death at {place}", seconds, 60.0, "s")
    figures.exactly("refunds of each order", f"{refunds}", f"{[1] * len(PLACES)}")
    figures.judge("F3")


async def test_f4_a_job_that_kills_every_worker(
    world: World, settings: Settings, figures: Figures, tmp_path: Path
) -> None:
    """Tried again at growing intervals, then parked and named; other work goes on.

    After three deaths at their natural times most of the other tries are skipped: all twelve would
    take half an hour.
    """
    resident = await world.person("resident1")
    poison, *others = [(await world.paid(resident))["id"] for _ in range(OTHERS + 1)]
    worker = worker_process()
    worker.module, worker.arguments = "tests.fixtures.storms.poisoned", (poison,)
    worker.environment, worker.log = environment(settings), tmp_path / "worker.log"
    worker.start()
    try:
        # It is at work, and what led up to here is done.
        await drained(world.parts)
        seq = int(await value(world.parts, "SELECT max(seq) FROM events"))
        async with kept_alive(worker) as deaths:
            await resident.post(f"/v1/orders/{poison}/cancel", MIND)
            for n, order_id in enumerate(others):
                if n % 6 == 0:
                    await _died(deaths, n // 6 + 1)
                await resident.post(f"/v1/orders/{order_id}/cancel", MIND)
            await change(world.parts, _SKIP_TRIES_SQL)

            async def is_parked() -> bool:
                await change(world.parts, _RUSH_SQL)
                return int(await value(world.parts, _DEAD_SQL)) == 1

            await until(is_parked, within_s=120)
            await drained(world.parts, within_s=120)
    finally:
        stop_all([worker])
    lags_ms = await reaction_lags_ms(world.parts, after_seq=seq)
    named = {f.invariant.name for f in await examine(world.parts.database)}
    refunds = [(await refunded(world, order_id))[1] for order_id in (poison, *others)]
    # The operator mends the code, and lets it be tried again.
    await change(world.parts, _REVIVE_SQL)
    with running_worker(settings):
        await drained(world.parts)

    figures.at_least("deaths of the worker", len(deaths), 5)
    figures.exactly("refunds: the poisoned one", refunds[0], 0)
    figures.exactly("refunds: others, each once", refunds[1:] == [1] * OTHERS, bar=True)
    figures.at_most("longest delay of other work", lags_ms[-1] / 1000, 30.0, "s")
    figures.exactly("named by the doctor", "E4" in named, bar=True)
    logged = (tmp_path / "worker.log").read_text()
    figures.exactly("said in the log", logged.count("reaction_dead"), 1)
    figures.exactly("done once the code is mended", (await refunded(world, poison))[1], 1)
    figures.judge("F4")


async def _served(line: Line, person: Person) -> None:
    """Somebody who comes now is answered, so whoever came before is past the gate."""

    async def is_so() -> bool:
        line.send(raw("GET", "/v1/me", person))
        return await line.status() == 200

    await until(is_so, within_s=60)


async def _died(deaths: list[float], times: int) -> None:
    async def is_so() -> bool:
        return len(deaths) >= times

    await until(is_so, within_s=90)


def _others(statuses: Counter[int]) -> dict[int, int]:
    return {status: n for status, n in statuses.items() if status not in (0, 200, 201, 503)}
