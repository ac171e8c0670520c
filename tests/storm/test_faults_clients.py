"""F18 to F20: clients that are slow, that send rubbish, that send bombs; others must not notice."""

import asyncio
import os
import time
from collections import Counter
from contextlib import AsyncExitStack

import httpx
import orjson
import pytest

from api.settings import Settings
from tests.fixtures.builders.images import animated_png_mark, claiming_png, png_of, send
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.processes import running_api
from tests.fixtures.builders.servers import at
from tests.fixtures.builders.worlds import World, point
from tests.fixtures.storms.crowd import Onlooker, writers
from tests.fixtures.storms.figures import Figures
from tests.fixtures.storms.rubbish import oversized, rubbish
from tests.fixtures.storms.slowness import (
    Slow,
    most_sockets,
    seconds_until_sockets,
    sockets_of,
)
from tests.fixtures.storms.sockets import Line
from tests.fixtures.storms.stores import forget_peak, memory_mb
from tests.fixtures.working import drain

pytestmark = [pytest.mark.storm, pytest.mark.timeout(300)]

SEED = os.environ.get("LINLI_STORM_SEED", "20261121")
SLOW_EACH, DRIP_S = 334, 5.0
CALM_S, SLOW_S = 6.0, 20.0
RUBBISH, SENDERS = 4_000, 8
BOMBS, BOMBS_PER_S = 60, 20
QUOTE = orjson.dumps({"kind": "fetch", "pickup": point(), "dropoff": point(200)})


async def test_f18_a_thousand_slow_clients(
    world: World, settings: Settings, figures: Figures
) -> None:
    """A third each with a slow head, a slow body, and slow to read; others go on as before."""
    stranger, person = await world.person("resident99"), await world.person("resident1")
    with running_api(settings) as (api, url):
        assert api.running is not None
        pid = api.running.pid
        onlooker, slow = Onlooker(url, stranger), Slow(url, DRIP_S)
        async with onlooker.looking():
            calm_s = time.monotonic()
            await asyncio.sleep(CALM_S)
            before, begun_s = sockets_of(pid), time.monotonic()
            dripping = asyncio.create_task(slow.drip())
            try:
                await slow.come(person, each=SLOW_EACH)
                come_s = time.monotonic()
                # Connecting is over before the server has taken them all in.
                held = await most_sockets(pid, of=before + 3 * SLOW_EACH, within_s=5) - before
                await seconds_until_sockets(pid, at_most=before + 20, within_s=60)
                cut_s = time.monotonic() - come_s
                ended_s = max(time.monotonic(), come_s + SLOW_S)
                await asyncio.sleep(ended_s - time.monotonic())
            finally:
                dripping.cancel()
                slow.leave()
        await drain(world.parts)
        normal_s = onlooker.p_s(0.95, between=(calm_s, begun_s))
        meanwhile_s = onlooker.p_s(0.95, between=(begun_s, ended_s))

    figures.told("slow clients held at once, at most", held)
    figures.at_most("all cut after the last one came", cut_s, 15.0, "s")
    figures.told("others' p95 before", normal_s * 1000, "ms")
    figures.at_most("others' p95 meanwhile", meanwhile_s * 1000, 2 * normal_s * 1000, "ms")
    figures.exactly("others refused", onlooker.failed(between=(begun_s, ended_s)), 0)
    figures.judge("F18")


async def test_f19_bad_bodies(world: World, settings: Settings, figures: Figures) -> None:
    """4,000 of nine kinds (the sheet: 10,000), then the largest: refused early, nothing grows."""
    people = await writers(world, SENDERS)
    sent: Counter[tuple[str, int]] = Counter()
    bodies = rubbish(QUOTE, count=RUBBISH, seed=SEED)
    with running_api(settings) as (api, url):
        assert api.running is not None
        pid = api.running.pid
        await asyncio.gather(*(_send_all([("good", QUOTE)] * 20, p, url, sent) for p in people))
        before_mb = memory_mb(pid)
        forget_peak(pid)
        shares: list[list[tuple[str, bytes]]] = [[] for _ in people]
        for n, body in enumerate(bodies):
            shares[n % len(shares)].append(body)
        await asyncio.gather(
            *(_send_all(share, p, url, sent) for share, p in zip(shares, people, strict=True))
        )
        large = {name: await _send_one(people[0], body, url) for name, body in oversized().items()}
        peak_mb, after_mb = memory_mb(pid, peak=True), memory_mb(pid)
    await drain(world.parts)
    statuses: Counter[int] = Counter()
    for (_, status), count in sent.items():
        statuses[status] += count

    figures.told("seed", SEED)
    figures.told("bodies sent", sum(statuses.values()) + len(large))
    figures.told("2xx, 4xx", f"{_class(statuses, 2)}, {_class(statuses, 4)}")
    figures.exactly("5xx", _class(statuses, 5) + sum(s >= 500 for s, _ in large.values()), 0)
    figures.exactly("no answer", statuses[0], 0)
    figures.exactly("oversized: 413 or cut", sorted({s for s, _ in large.values()} - {0}), [413])
    figures.at_most("oversized: slowest", max(s for _, s in large.values()), 2.0, "s")
    figures.at_most("memory grew by", after_mb - before_mb, 50.0, "MB")
    figures.at_most("at its peak by", peak_mb - before_mb, 50.0, "MB")
    figures.judge("F19")


async def test_f20_image_bombs(world: World, settings: Settings, figures: Figures) -> None:
    """Twenty a second for three seconds: refused from the header, nothing is unfolded."""
    people = await writers(world, BOMBS_PER_S)
    stranger = await world.person("resident99")
    bombs = (
        png_of(8_000, 8_000),
        png_of(13_000, 13_000),
        claiming_png(2**31 - 1, 2**31 - 1),
        png_of(64, 64, before=animated_png_mark()),
    )
    async with AsyncExitStack() as opened:
        api, url = opened.enter_context(running_api(settings))
        http = await opened.enter_async_context(httpx.AsyncClient(base_url=url, timeout=20))
        assert api.running is not None
        pid, onlooker = api.running.pid, Onlooker(url, stranger, per_s=20)
        await opened.enter_async_context(onlooker.looking())
        # Warm: the first of everything costs more.
        for bomb in bombs:
            await send(at(people[0], http), bomb)
        calm_s = time.monotonic()
        await asyncio.sleep(CALM_S)
        before_mb = memory_mb(pid)
        forget_peak(pid)
        begun_s = time.monotonic()
        answers = await asyncio.gather(
            *(
                _bomb(at(people[n % len(people)], http), bombs[n % len(bombs)], n / BOMBS_PER_S)
                for n in range(BOMBS)
            )
        )
        ended_s = time.monotonic()
        peak_mb = memory_mb(pid, peak=True)
        # Alone, what a refusal costs is seen without the queue.
        alone = [await _bomb(at(people[0], http), bomb, 0) for bomb in bombs * 3]
    await drain(world.parts)
    normal_s = onlooker.p_s(0.95, between=(calm_s, begun_s))
    meanwhile_s = onlooker.p_s(0.95, between=(begun_s, ended_s))
    alone_ms = sorted(took_s * 1000 for _, took_s in alone)

    figures.exactly(
        "refused from the header (422)", {s for s, _ in answers + alone} == {422}, bar=True
    )
    figures.at_most("a refusal over HTTP, median", alone_ms[len(alone_ms) // 2], 50.0, "ms")
    figures.told("a refusal over HTTP, slowest", alone_ms[-1], "ms")
    figures.at_most("memory at its peak grew by", peak_mb - before_mb, 20.0, "MB")
    figures.told("others' p95 before", normal_s * 1000, "ms")
    figures.at_most("others' p95 meanwhile", meanwhile_s * 1000, 2 * normal_s * 1000, "ms")
    figures.exactly("others refused", onlooker.failed(between=(begun_s, ended_s)), 0)
    figures.judge("F20")


async def _bomb(person: Person, bomb: bytes, after_s: float) -> tuple[int, float]:
    """Status, and seconds until it came."""
    await asyncio.sleep(after_s)
    began_s = time.monotonic()
    status = (await send(person, bomb, name="a.png", declared="image/png")).status_code
    return status, time.monotonic() - began_s


async def _send_all(
    bodies: list[tuple[str, bytes]], person: Person, url: str, sent: Counter[tuple[str, int]]
) -> None:
    """One after the other on one connection, a new one where the server ended it."""
    line = await Line.to(url)
    for kind, body in bodies:
        if line.is_over:
            line.close()
            line = await Line.to(url)
        line.send(_post(person, body, is_packed=kind == "packed"))
        sent[kind, await line.status()] += 1
    line.close()


async def _send_one(person: Person, body: bytes, url: str) -> tuple[int, float]:
    """Status and seconds of one large body; the server may answer before it has all of it."""
    line = await Line.to(url)
    began_s = time.monotonic()
    answering = asyncio.create_task(line.status())
    try:
        line.send(_post(person, body))
        await asyncio.wait(
            (asyncio.create_task(line.flush()), answering), return_when="FIRST_COMPLETED"
        )
        return await answering, time.monotonic() - began_s
    finally:
        line.drop()


def _post(person: Person, body: bytes, *, is_packed: bool = False) -> bytes:
    head = f"POST /v1/quotes HTTP/1.1\r\nHost: storm\r\nAuthorization: Bearer {person.token}\r\n"
    head += "Content-Type: application/json\r\n"
    if is_packed:
        head += "Content-Encoding: gzip\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def _class(statuses: Counter[int], hundreds: int) -> int:
    return sum(count for status, count in statuses.items() if status // 100 == hundreds)
