"""Told to stop, a process ends what it has begun, takes nothing new, and is gone."""

import asyncio
import time

import httpx

from api.settings import Settings
from tests.fixtures.builders.processes import running_api, running_worker
from tests.fixtures.builders.racing import until, until_blocked
from tests.fixtures.builders.servers import at
from tests.fixtures.builders.sql import value
from tests.fixtures.builders.syncing import follow
from tests.fixtures.builders.worlds import World, point

_IN_FLIGHT = 8
_LOCK_SQL = "LOCK TABLE quotes IN ACCESS EXCLUSIVE MODE"


async def test_an_api_told_to_stop_answers_what_it_began(world: World, settings: Settings) -> None:
    """F2: writes in flight are answered and kept; who waits for a change is answered too."""
    resident = await world.person("resident1")
    asked = {"kind": "fetch", "pickup": point(), "dropoff": point(200)}
    limits = httpx.Limits(max_connections=50)
    with running_api(settings) as (process, url):
        async with httpx.AsyncClient(base_url=url, timeout=20, limits=limits) as http:
            caller = at(resident, http)
            # Idle connections, kept alive.
            await asyncio.gather(*(caller.get("/v1/me") for _ in range(_IN_FLIGHT)))
            cursor = (await follow(caller)).cursor
            asked_on = {"after": cursor, "wait": 20}
            waiting = asyncio.create_task(caller.call("GET", "/v1/sync", params=asked_on))
            async with world.parts.database.engine.begin() as holding:
                await holding.exec_driver_sql(_LOCK_SQL)
                flying = [
                    asyncio.create_task(caller.call("POST", "/v1/quotes", json=asked))
                    for _ in range(_IN_FLIGHT)
                ]
                await until_blocked(world.parts, count=_IN_FLIGHT)
                process.ask_to_stop()
                told_at = time.monotonic()
            answers = await asyncio.gather(*flying)
            let_go = await waiting
            assert process.running is not None
            code = await asyncio.to_thread(process.running.wait, 10)
            took_s = time.monotonic() - told_at

    assert [201] * _IN_FLIGHT == [a.status_code for a in answers]
    assert _IN_FLIGHT == await value(world.parts, "SELECT count(*) FROM quotes")
    assert (200, []) == (let_go.status_code, let_go.json()["items"])
    assert took_s < 8
    assert code in (0, -15)


async def test_a_worker_told_to_stop_is_gone_at_once(world: World, settings: Settings) -> None:
    """Nothing in hand: no reason to stay; what comes next waits for the next worker."""
    resident = await world.person("resident1")
    with running_worker(settings) as process:
        await world.paid(resident)

        async def has_begun() -> bool:
            sql = "SELECT count(*) FROM events WHERE pumped_at IS NULL"
            return await value(world.parts, sql) == 0

        await until(has_begun, within_s=20)
        process.ask_to_stop()
        told_at = time.monotonic()
        assert process.running is not None
        code = await asyncio.to_thread(process.running.wait, 10)

    assert time.monotonic() - told_at < 10
    assert code in (0, -15)
