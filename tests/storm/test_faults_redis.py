"""F9 to F11: Redis is killed, emptied, hangs; PostgreSQL remembers everything."""

import asyncio
import math
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from api.settings import Settings
from tests.fixtures.builders.lags import percentile, reaction_lags_ms
from tests.fixtures.builders.worlds import World
from tests.fixtures.storms.draining import drained
from tests.fixtures.storms.figures import Figures
from tests.fixtures.storms.stores import Stores
from tests.fixtures.storms.town import Town, judge_writes, town

pytestmark = [pytest.mark.storm, pytest.mark.timeout(300)]

AWAY_S, HANGS_S = 3.0, 10.0
FLUSHES = 5
_LOGIN_EVERY_S = 0.5


@dataclass(slots=True)
class Newcomers:
    """People who sign in, one after the other."""

    url: str
    took_s: list[float] = field(default_factory=list[float])
    refused: list[int] = field(default_factory=list[int])

    @asynccontextmanager
    async def coming(self) -> AsyncGenerator[None]:
        """Sign in meanwhile."""
        async with httpx.AsyncClient(base_url=self.url, timeout=20) as http:
            coming = asyncio.create_task(self._come(http))
            try:
                yield
            finally:
                coming.cancel()
                await asyncio.gather(coming, return_exceptions=True)

    async def _come(self, http: httpx.AsyncClient) -> None:
        while True:
            began_s = time.monotonic()
            code = f"dev:resident{50 + len(self.took_s) % 20}"
            status = (await http.post("/v1/sessions", json={"code": code})).status_code
            self.took_s.append(time.monotonic() - began_s)
            if status != 201:
                self.refused.append(status)
            await asyncio.sleep(_LOGIN_EVERY_S)


async def _judge_availability(figures: Figures, at: Town, newcomers: Newcomers) -> None:
    """Nobody is refused for the loss of Redis: not who pays, not who signs in."""
    away = [t for t in at.load.tries if not 200 <= t.status < 300]
    share = 1 - len(away) / len(at.load.tries)
    figures.at_least("money paths available", share * 100, 100.0, "%")
    figures.told("people who signed in", len(newcomers.took_s))
    figures.exactly("of these refused", len(newcomers.refused), 0)
    figures.exactly("people logged out (401)", at.load.statuses()[401], 0)


async def test_f9_redis_is_killed(
    world: World, settings: Settings, stores_at_hand: Stores, figures: Figures, tmp_path: Path
) -> None:
    """SIGKILL, gone for three seconds, back and empty: orders and logins go on, work too."""
    async with town(world, settings, tmp_path) as at:
        newcomers = Newcomers(at.url)
        async with at.load.running(), newcomers.coming():
            await at.load.acknowledges(60)
            stores_at_hand.embedded.kill_redis()
            await asyncio.sleep(AWAY_S)
            await asyncio.to_thread(stores_at_hand.embedded.restart_redis)
            await at.load.acknowledges(200)
        await drained(world.parts)
    lags_ms = await reaction_lags_ms(world.parts, after_seq=at.seq)

    await judge_writes(figures, world, at.load)
    await _judge_availability(figures, at, newcomers)
    figures.at_most("longest delay of a consequence", lags_ms[-1] / 1000, 10.0, "s")
    figures.judge("F9")


async def test_f10_redis_is_emptied(
    world: World, settings: Settings, stores_at_hand: Stores, figures: Figures, tmp_path: Path
) -> None:
    """FLUSHALL five times under load: bells are rung again, nobody is logged out."""
    async with town(world, settings, tmp_path) as at:
        newcomers = Newcomers(at.url)
        async with at.load.running(), newcomers.coming():
            for _ in range(FLUSHES):
                await at.load.acknowledges(60)
                await world.parts.redis.client.flushall()
        drain_s = await drained(world.parts, within_s=120)

    await judge_writes(figures, world, at.load)
    await _judge_availability(figures, at, newcomers)
    figures.at_most("everything done after", drain_s, 60.0, "s")
    figures.judge("F10")


async def test_f11_redis_hangs(
    world: World, settings: Settings, stores_at_hand: Stores, figures: Figures, tmp_path: Path
) -> None:
    """Stopped in the middle for ten seconds: nobody waits for it longer than a moment."""
    async with town(world, settings, tmp_path) as at:
        newcomers = Newcomers(at.url)
        async with at.load.running(), newcomers.coming(), at.onlooker.looking():
            await at.load.acknowledges(60)
            with stores_at_hand.hanging_redis():
                began_s, logins = time.monotonic(), len(newcomers.took_s)
                await asyncio.sleep(HANGS_S)
                ended_s = time.monotonic()
                login_s = sorted(newcomers.took_s[logins:])
            await at.load.acknowledges(100)
    span = (began_s, ended_s)
    lags_ms = await reaction_lags_ms(world.parts, after_seq=at.seq)

    await judge_writes(figures, world, at.load)
    await _judge_availability(figures, at, newcomers)
    figures.at_most("writes, p99 meanwhile", at.load.slowest_s(0.99, between=span), 2.0, "s")
    figures.at_most("reads, p99 meanwhile", at.onlooker.p_s(0.99, between=span), 2.0, "s")
    figures.at_most("logins, p99 meanwhile", percentile(login_s or [math.inf], 0.99), 2.0, "s")
    figures.told("longest delay of a consequence", lags_ms[-1] / 1000, "s")
    figures.judge("F11")
