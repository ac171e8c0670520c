"""F5 to F8 and F21 to F23: PostgreSQL restarts, crashes, hangs, is cut off, is used up, refuses."""

import asyncio
import time
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path

import asyncpg
import httpx
import pytest
from pydantic import SecretStr

from api.kit.db import connect_arguments
from api.settings import Settings
from api.wechat.push_signing import signature
from tests.fixtures.builders.processes import running_api
from tests.fixtures.builders.racing import until
from tests.fixtures.builders.sql import change, value
from tests.fixtures.builders.worlds import World, point
from tests.fixtures.storms.crowd import writers
from tests.fixtures.storms.figures import Figures
from tests.fixtures.storms.link import link_to
from tests.fixtures.storms.refusing import (
    accepted_commits,
    normal_quotes,
    refused_commits,
    slow_quotes,
    until_statements,
)
from tests.fixtures.storms.sockets import Line, lines_to, raw
from tests.fixtures.storms.stores import Stores, memory_mb
from tests.fixtures.storms.town import judge_writes, town
from tests.fixtures.working import drain

pytestmark = [pytest.mark.storm, pytest.mark.timeout(300)]

RESTARTS = 5
CRASHES, KILLS = 3, 5
HANGS_S = 20.0
CUTS_S = (6.0, 20.0)
BURST = 40
VANISHING, RETURNING = 400, 4
REFUSED_AMONG, RETRIES = 1000, 3
PUSH_TOKEN = "storm-token"
QUOTE = {"kind": "fetch", "pickup": point(), "dropoff": point(200)}

_BUSY_SQL = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
  AND backend_type = 'client backend' AND state """
_IDLE_SQL = _BUSY_SQL + "LIKE 'idle in transaction%'"
_AT_WORK_SQL = _BUSY_SQL + "<> 'idle'"


async def _ready_after(url: str, *, since_s: float) -> float:
    """Seconds since a moment until the API says that it can serve."""
    async with httpx.AsyncClient(base_url=url, timeout=5) as http:

        async def is_ready() -> bool:
            return (await http.get("/readyz")).status_code == 200

        await until(is_ready, within_s=60)
    return time.monotonic() - since_s


async def test_f5_postgres_restarts(
    world: World, settings: Settings, stores_at_hand: Stores, figures: Figures, tmp_path: Path
) -> None:
    """Five times in a row (`-m fast`) while twelve write."""
    ready_s: list[float] = []
    async with town(world, settings, tmp_path) as at, at.load.running():
        for _ in range(RESTARTS):
            await at.load.acknowledges(60)
            await asyncio.to_thread(stores_at_hand.restart_postgres)
            back_s = time.monotonic()
            ready_s.append(await _ready_after(at.url, since_s=back_s))
            ready_s.append(await at.load.succeeds_after(back_s))
        await at.load.acknowledges(60)

    await judge_writes(figures, world, at.load)
    figures.at_most("ready and writing after PostgreSQL is, at most", max(ready_s), 5.0, "s")
    figures.judge("F5")


async def test_f6_postgres_crashes(
    world: World, settings: Settings, stores_at_hand: Stores, figures: Figures, tmp_path: Path
) -> None:
    """Three immediate stops, five SIGKILLs of all its processes (the sheet: ten; 10,000 acks)."""
    async with town(world, settings, tmp_path) as at, at.load.running():
        for crash in [stores_at_hand.crash_postgres] * CRASHES + [
            stores_at_hand.kill_postgres
        ] * KILLS:
            await at.load.acknowledges(120)
            await asyncio.to_thread(crash)
            await asyncio.to_thread(stores_at_hand.restart_postgres)
            await at.load.acknowledges()
        await at.load.acknowledges(120)

    await judge_writes(figures, world, at.load)
    figures.judge("F6")


async def test_f7_postgres_hangs(
    world: World, settings: Settings, stores_at_hand: Stores, figures: Figures, tmp_path: Path
) -> None:
    """Stopped in the middle for twenty seconds: everybody is answered, nothing piles up."""
    async with town(world, settings, tmp_path) as at, at.load.running(), at.onlooker.looking():
        await at.load.acknowledges(100)
        before_mb = memory_mb(at.api_pid)
        with stores_at_hand.hanging_postgres():
            began_s = time.monotonic()
            health = await _health_meanwhile(at.url, for_s=HANGS_S)
            after_mb = memory_mb(at.api_pid)
        ended_s = time.monotonic()
        back_s = await at.load.succeeds_after(ended_s)
        await at.load.acknowledges(60)

    span = (began_s - 10, ended_s)
    await judge_writes(figures, world, at.load)
    figures.at_most("slowest write", at.load.slowest_s(between=span), 8.0, "s")
    figures.at_most("slowest read of somebody else", at.onlooker.p_s(1, between=span), 8.0, "s")
    figures.exactly("alive; ready, meanwhile", health, "200; 503")
    figures.at_most("memory grew by", after_mb - before_mb, 20.0, "MB")
    figures.at_most("writing again after", back_s, 5.0, "s")
    figures.judge("F7")


async def test_f7_a_table_is_locked(
    world: World, settings: Settings, figures: Figures, tmp_path: Path
) -> None:
    """`LOCK TABLE orders` for twenty seconds: orders wait by their deadline, others are served."""
    async with town(world, settings, tmp_path) as at, at.load.running(), at.onlooker.looking():
        await at.load.acknowledges(100)
        before_mb = memory_mb(at.api_pid)
        arguments = connect_arguments(settings.database_url, statement_s=60)
        holder = await asyncpg.connect(**{**arguments, "server_settings": {}})
        try:
            async with holder.transaction():
                await holder.execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE")
                began_s = time.monotonic()
                await _health_meanwhile(at.url, for_s=HANGS_S)
                after_mb = memory_mb(at.api_pid)
        finally:
            await holder.close()
        ended_s = time.monotonic()
        back_s = await at.load.succeeds_after(ended_s)
        await at.load.acknowledges(60)

    span = (began_s, ended_s)
    await judge_writes(figures, world, at.load)
    figures.at_most("slowest write", at.load.slowest_s(between=span), 8.0, "s")
    figures.told("reads of somebody else meanwhile", at.onlooker.count(between=span))
    figures.exactly("of these refused", at.onlooker.failed(between=span), 0)
    figures.told("their p95", at.onlooker.p_s(0.95, between=span), "s")
    figures.at_most("memory grew by", after_mb - before_mb, 20.0, "MB")
    figures.at_most("writing again after", back_s, 5.0, "s")
    figures.judge("F7")


async def test_f8_the_line_to_postgres_is_cut(
    world: World, settings: Settings, figures: Figures, tmp_path: Path
) -> None:
    """Nothing passes for six seconds, then for twenty (the sheet: sixty), and nobody is told."""
    back_s: list[float] = []
    spans: list[tuple[float, float]] = []
    async with AsyncExitStack() as opened:
        link = opened.enter_context(link_to(settings.database_url))
        afar = settings.model_copy(update={"database_url": link.url(settings.database_url)})
        at = await opened.enter_async_context(town(world, afar, tmp_path))
        async with at.load.running():
            before_mb = memory_mb(at.api_pid)
            for seconds in CUTS_S:
                await at.load.acknowledges(60)
                link.cut()
                began_s = time.monotonic()
                health = await _health_meanwhile(at.url, for_s=seconds)
                link.mend()
                spans.append((began_s - 10, time.monotonic()))
                back_s.append(await at.load.succeeds_after(spans[-1][1]))
            await at.load.acknowledges(60)
            after_mb = memory_mb(at.api_pid)

    await judge_writes(figures, world, at.load)
    slowest_s = max(at.load.slowest_s(between=span) for span in spans)
    figures.at_most("slowest write", slowest_s, 8.0, "s")
    figures.exactly("alive; ready, during the longer cut", health, "200; 503")
    figures.at_most("memory grew by", after_mb - before_mb, 20.0, "MB")
    figures.at_most("writing again after", max(back_s), 5.0, "s")
    figures.judge("F8")


async def test_f21_more_requests_than_connections(
    world: World, settings: Settings, figures: Figures
) -> None:
    """Forty statements of two seconds for ten connections: the rest is refused within a second."""
    people = await writers(world)
    await change(world.parts, *slow_quotes(seconds=2))
    # Ten for those who write; a quarter of all is left to those who only read.
    small = {"database_connections": "13", "requests_at_once": "64"}
    token = settings.model_copy(update={"wechat_push_token": SecretStr(PUSH_TOKEN)})
    async with AsyncExitStack() as opened:
        _, url = opened.enter_context(running_api(token, **small))
        lines = await opened.enter_async_context(lines_to(url, BURST))
        http = await opened.enter_async_context(httpx.AsyncClient(base_url=url, timeout=20))
        sent_s = time.monotonic()
        for n, line in enumerate(lines):
            line.send(raw("POST", "/v1/quotes", people[n % len(people)], QUOTE))
        answering = [asyncio.create_task(_timed(line, since_s=sent_s)) for line in lines]
        # While all ten are taken and thirty wait.
        await until_statements(world, count=10)
        beside = [await _timed_get(http, path) for path in ("/healthz", "/readyz", _push())]
        answers = await asyncio.gather(*answering)
    await change(world.parts, *normal_quotes())
    await drain(world.parts)
    statuses = Counter(status for status, _ in answers)
    stored = int(await value(world.parts, "SELECT count(*) FROM quotes"))
    served = statuses[201]

    figures.told("201, 503", f"{served}, {statuses[503]}")
    figures.exactly("any other answer", BURST - served - statuses[503], 0)
    figures.at_most(
        "slowest refusal", max((s for n, s in answers if n == 503), default=0.0), 1.0, "s"
    )
    for name, (status, seconds) in zip(("alive", "ready", "WeChat's door"), beside, strict=True):
        figures.exactly(f"{name}: status meanwhile", status, 200)
        figures.at_most(f"{name}: answered within", seconds, 1.0, "s")
    figures.exactly("LOST or DUP", stored - served, 0)
    figures.judge("F21")


async def test_f22_clients_vanish(world: World, settings: Settings, figures: Figures) -> None:
    """400 connections cut in the middle of a write; the pool is whole again within ten seconds."""
    people = await writers(world)
    requests = [raw("POST", "/v1/quotes", people[n % len(people)], QUOTE) for n in range(VANISHING)]
    await change(world.parts, *slow_quotes(seconds=1))
    with running_api(settings) as (_, url):
        for first in range(0, VANISHING, VANISHING // 2):
            async with lines_to(url, VANISHING // 2) as lines:
                for line, request in zip(lines, requests[first:], strict=False):
                    line.send(request)
                await until_statements(world, count=2)
                for line in lines:
                    line.drop()
        gone_s = time.monotonic()

        async def is_normal() -> bool:
            return int(await value(world.parts, _AT_WORK_SQL)) == 0

        await until(is_normal, within_s=60)
        normal_s = time.monotonic() - gone_s
        idle = int(await value(world.parts, _IDLE_SQL))
        await change(world.parts, *normal_quotes())
        # They come back under the same keys.
        again: Counter[int] = Counter()
        for first in range(0, VANISHING, RETURNING):
            async with lines_to(url, RETURNING) as lines:
                for line, request in zip(lines, requests[first:], strict=False):
                    line.send(request)
                again.update([await line.status() for line in lines])
    await drain(world.parts)
    stored = int(await value(world.parts, "SELECT count(*) FROM quotes"))

    figures.at_most("pool back to normal after", normal_s, 10.0, "s")
    figures.exactly("idle in transaction", idle, 0)
    figures.exactly("answered when they came back", again[201], VANISHING)
    figures.exactly("LOST or DUP", stored - VANISHING, 0)
    figures.judge("F22")


async def test_f23_commits_are_refused(
    world: World, settings: Settings, figures: Figures, tmp_path: Path
) -> None:
    """Deadlock, lock timeout, serialization failure in one of twenty commits, by PostgreSQL itself.

    A deferred trigger raises them at COMMIT, which the chaos points before and after it cannot.
    """
    async with town(world, settings, tmp_path) as at:
        await change(world.parts, *refused_commits(share=0.05))
        async with at.load.running():
            await at.load.acknowledges(REFUSED_AMONG, within_s=240)
        await change(world.parts, *accepted_commits())
    tries = at.load.tries_each()
    within = sum(n <= 1 + RETRIES for n in tries) / len(tries)

    await judge_writes(figures, world, at.load)
    refused = sum(t.status == 503 for t in at.load.tries) / len(at.load.tries)
    figures.at_least("share of tries refused", refused * 100, 2.0, "%")
    figures.at_least("done within three retries", within * 100, 99.9, "%")
    figures.judge("F23")


async def _timed(line: Line, *, since_s: float) -> tuple[int, float]:
    return await line.status(), time.monotonic() - since_s


async def _timed_get(http: httpx.AsyncClient, path: str) -> tuple[int, float]:
    began_s = time.monotonic()
    return (await http.get(path)).status_code, time.monotonic() - began_s


def _push() -> str:
    """WeChat asks whether our door is ours."""
    now, nonce, echo = str(int(time.time())), "storm", "hello"
    signed = signature(PUSH_TOKEN, now, nonce)
    return f"/v1/wechat/messages?signature={signed}&timestamp={now}&nonce={nonce}&echostr={echo}"


async def _health_meanwhile(url: str, *, for_s: float) -> str:
    """What the two questions of an operator are answered until the time is over: the worst."""
    until_s = time.monotonic() + for_s
    alive, ready = {200}, {200}
    async with httpx.AsyncClient(base_url=url, timeout=10) as http:
        while time.monotonic() < until_s:
            alive.add((await http.get("/healthz")).status_code)
            ready.add((await http.get("/readyz")).status_code)
            await asyncio.sleep(0.2)
    return f"{max(alive)}; {max(ready)}"
