"""The demonstration's people over HTTP: a town is founded once, and an errand is lived through."""

import asyncio
from datetime import timedelta
from urllib.parse import urlsplit

from api.bootstrap import Parts
from api.cli.living.errands import live_errand
from api.cli.living.founding import find_shop, found
from api.cli.living.gentle import GentleWire
from api.cli.living.people import begin_early
from api.cli.living.playing import make_life
from api.cli.living.runners import Runner
from api.cli.living.script import WISHES, Errand
from api.cli.replay.client import must
from api.cli.seed import seed
from api.doctor import examine
from api.kit.clock import china, wall_utc
from api.kit.db import read_now

_SPEED = 120.0


async def test_a_town_is_founded_and_lives(parts: Parts, url: str) -> None:
    """A past morning by the real clock; shop, tiers, homes; ordered, carried, rated, tipped."""
    await begin_early(parts)
    await seed(parts)
    said: list[str] = []
    host = urlsplit(url)
    wire = GentleWire(host=host.hostname or "", port=host.port or 0, per_s=1000)
    life = await make_life(parts, wire, speed=_SPEED, say=said.append)
    town, pace = life.town, life.town.pace
    assert pace.at(pace.now_min) < china(wall_utc()) - timedelta(hours=4)

    await town.enter()
    assert not await find_shop(town)
    await found(town)
    assert await find_shop(town)
    runner = Runner(town, await town.person("runner2"))
    carrying = asyncio.create_task(
        runner.live(until_min=pace.now_min + 60, gone_min=pace.now_min + 90)
    )
    await live_errand(town, Errand(0, 2, WISHES[6], False, True, 5, 200))
    carrying.cancel()
    await asyncio.gather(carrying, return_exceptions=True)

    resident = await town.person("resident3")
    [order] = must(await resident.get("/v1/orders"), "looking").data["items"]
    assert ("buy", "completed") == (order["kind"], order["state"])
    async with parts.database.session() as session:
        before = await read_now(session)
    await begin_early(parts)
    async with parts.database.session() as session:
        assert timedelta() <= await read_now(session) - before < timedelta(hours=1)
    wire.close()
    assert [] == said
    assert [] == await examine(parts.database)


async def test_a_gentle_line_lets_only_so_many_through(url: str) -> None:
    """Ten at once at fifty a second take the time of nine turns."""
    host = urlsplit(url)
    wire = GentleWire(host=host.hostname or "", port=host.port or 0, per_s=50)
    loop = asyncio.get_running_loop()

    began = loop.time()
    answers = await asyncio.gather(*(wire.send("GET", "/healthz", {}, b"") for _ in range(10)))

    assert {200} == {answer.status for answer in answers}
    assert 9 / 50 <= loop.time() - began
    wire.close()
