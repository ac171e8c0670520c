"""Answers per second of the hall at several sizes, beside a constant page of the same size."""

import asyncio
import random
import tempfile
import time
from dataclasses import dataclass, field
from statistics import median
from urllib.request import Request, urlopen

import orjson

from api.cli.bench import queries
from api.cli.bench.constant import PAGE_FILE
from api.cli.bench.load import Load, run_load
from api.cli.bench.server import environment, fresh_stores, running_measured_api, settings_for
from api.cli.bench.world import (
    People,
    Seeding,
    make_jobs_in_circle,
    make_jobs_in_ring,
    make_people,
    make_places,
    runner_token,
    seeding,
)
from api.embedded import StoreUrls
from api.kit.crypto import token_hash
from api.matching.queries import BATCHES, HALL_SQL
from api.migrations.apply import migrate

TARGET = 0.5
RADIUS_M = 500
HALL, CONSTANT, BARE = "hall", "constant", "bare"
_PATHS = {HALL: "/v1/hall", CONSTANT: "/v1/bench/constant", BARE: "/v1/bench/bare"}


@dataclass(frozen=True, slots=True)
class HallPlan:
    """How much is done: sizes in jobs, at so many to a square kilometre."""

    sizes: tuple[int, ...] = (10_000, 100_000, 1_000_000)
    dense: int = 5_000
    per_km2: int = 278
    runners: int = 2_000
    connections: int = 16
    blocks: int = 12
    block_s: float = 1.0


@dataclass(slots=True)
class Scene:
    """One size, and what was found there. Rates are answers, or queries, per second."""

    name: str
    jobs: int
    width_m: float
    page_bytes: int = 0
    items: int = 0
    loads: dict[str, list[Load]] = field(default_factory=dict[str, list[Load]])
    bare_query_per_s: float = 0

    def rate(self, kind: str) -> float:
        """The median of the blocks."""
        return median(load.ok_per_s for load in self.loads[kind])

    def ratios(self) -> list[float]:
        """The hall's rate in parts of the constant page's, round by round, sorted."""
        pairs = zip(self.loads[HALL], self.loads[CONSTANT], strict=True)
        return sorted(a.ok_per_s / b.ok_per_s for a, b in pairs)

    def ratio(self) -> float:
        """The median of the rounds: what else the machine does changes from round to round."""
        return median(self.ratios())

    def ratio_of_rates(self) -> float:
        """The same from the medians; where it differs much, the machine was too restless."""
        return self.rate(HALL) / self.rate(CONSTANT)


def measure_hall(plan: HallPlan) -> list[Scene]:
    """Fill fresh stores step by step, and measure at each size."""
    return asyncio.run(_measure(plan))


async def _measure(plan: HallPlan) -> list[Scene]:
    scenes: list[Scene] = []
    people = People(plan.runners)
    with fresh_stores() as urls:
        await migrate(urls.database_url)
        await make_places(settings_for(urls))
        async with seeding(urls.database_url) as connection:
            await make_people(connection, people, spread_m=0)
            seeded, inner_m = 0, 0.0
            for size in plan.sizes:
                outer_m = 1000 * (size / plan.per_km2) ** 0.5
                await make_jobs_in_ring(
                    connection, people, count=size - seeded, outer_m=outer_m, inner_m=inner_m
                )
                seeded, inner_m = size, outer_m
                scene = Scene(f"{size:,} open jobs", size, outer_m - 2 * RADIUS_M)
                scenes.append(await _measure_scene(plan, scene, urls, connection))
            await make_jobs_in_circle(connection, people, count=plan.dense, radius_m=RADIUS_M)
            scene = Scene(f"{plan.dense:,} in one circle", seeded + plan.dense, RADIUS_M / 2)
            scenes.append(await _measure_scene(plan, scene, urls, connection))
    return scenes


async def _measure_scene(
    plan: HallPlan, scene: Scene, urls: StoreUrls, connection: Seeding
) -> Scene:
    await connection.execute(queries.MOVE_RUNNERS_SQL, scene.width_m)
    await connection.execute(queries.VACUUM_SQL)
    await connection.execute(queries.CHECKPOINT_SQL)
    with tempfile.NamedTemporaryFile(prefix="linli-bench-") as file:
        told = {**environment(urls), PAGE_FILE: file.name}
        with running_measured_api(told) as api:
            page = _read_page(api.port)
        file.write(page)
        file.flush()
        scene.page_bytes, scene.items = len(page), len(orjson.loads(page)["items"])
        with running_measured_api(told) as api:
            _take_turns(plan, scene, api.port)
    async with seeding(urls.database_url) as fresh:
        scene.bare_query_per_s = await _bare_query(fresh, plan)
    return scene


def _take_turns(plan: HallPlan, scene: Scene, port: int) -> None:
    requests = {kind: _requests(path, plan.runners, port) for kind, path in _PATHS.items()}
    for kind in _PATHS:
        _ask(plan, requests[kind], port, seconds=plan.block_s / 2)
    scene.loads = {kind: [] for kind in _PATHS}
    for n in range(plan.blocks):
        # Each goes first as often as last, so that a drift favours none.
        order = list(_PATHS) if n % 2 == 0 else list(reversed(_PATHS))
        for kind in order:
            scene.loads[kind].append(_ask(plan, requests[kind], port, seconds=plan.block_s))


def _ask(plan: HallPlan, requests: list[bytes], port: int, *, seconds: float) -> Load:
    load = run_load(requests, port=port, connections=plan.connections, seconds=seconds)
    if set(load.statuses) != {"200"}:
        raise RuntimeError(f"not every answer was a page: {load.statuses} {load.refusals}")
    return load


def _requests(path: str, runners: int, port: int) -> list[bytes]:
    numbers = list(range(runners))
    random.Random(runners).shuffle(numbers)  # noqa: S311  (an order, not a secret)
    return [
        (
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Authorization: Bearer {runner_token(n)}\r\n\r\n"
        ).encode()
        for n in numbers
    ]


def _read_page(port: int) -> bytes:
    request = Request(
        f"http://127.0.0.1:{port}{_PATHS[HALL]}",
        headers={"Authorization": f"Bearer {runner_token(0)}"},
    )
    with urlopen(request, timeout=10) as answer:  # noqa: S310  (our own server)
        return answer.read()


async def _bare_query(connection: Seeding, plan: HallPlan) -> float:
    """The hall's statement a second, on one connection that does nothing else."""
    hashes = [token_hash(runner_token(n)) for n in range(plan.runners)]
    random.Random(plan.runners).shuffle(hashes)  # noqa: S311  (an order, not a secret)
    done, began = 0, time.perf_counter()
    while (now := time.perf_counter()) < began + plan.block_s:
        await connection.fetch(HALL_SQL[BATCHES[0]], hashes[done % len(hashes)])
        done += 1
    return done / (now - began)
