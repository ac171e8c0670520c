"""The storm on one cycle, then orders per second over HTTP beside pgbench doing the same."""

import asyncio
import random
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from math import exp, log
from statistics import median

from api.cli.bench.cycle import queries
from api.cli.bench.cycle.bare import run_bare
from api.cli.bench.cycle.crowd import Arrival, Storm, run_crowd
from api.cli.bench.cycle.town import FEW, ITEMS, Town, cycle_id, join_request, make_town
from api.cli.bench.load import run_load
from api.cli.bench.server import Serving, cores, environment, mortal_stores, running_api
from api.cli.bench.world import seeding
from api.cli.processes import Process, stop_all, worker_process
from api.cycles.invariants import INVARIANTS as OF_CYCLES
from api.doctor import examine_patiently
from api.embedded import EmbeddedStores, StoreUrls
from api.kit.clock import monotonic_s
from api.ledger.invariants import INVARIANTS as OF_MONEY
from api.migrations.apply import migrate
from api.orders.invariants import INVARIANTS as OF_ORDERS
from api.settings import Settings

CLIENTS = 32
BARE_CLIENTS = (8, 16, 32)
TARGET = 0.25
# Households come fast at first: by half in the first twenty seconds of the minute.
_MEAN_PART = 0.5


@dataclass(frozen=True, slots=True)
class Plan:
    """How many come within how long; then ``blocks`` of each kind of ``block_s``."""

    households: int = 15_000
    within_s: float = 60.0
    blocks: int = 3
    block_s: float = 4.0
    warm_up: int = 1600
    # So often an API process, Redis or the worker is killed and started again meanwhile.
    kills: int = 0


@dataclass(slots=True)
class Measured:
    """What was found; rates are orders per second."""

    plan: Plan
    town: Town
    storm: Storm
    oversold: int = 0
    # Orders in the database, and the households that they are of: both as were acknowledged.
    orders: int = 0
    households: int = 0
    few_left: int = 0
    http_rates: list[float] = field(default_factory=list[float])
    bare_rates: list[float] = field(default_factory=list[float])
    bare_clients: int = 0
    broken_invariants: list[str] = field(default_factory=list[str])

    @property
    def limit_ratio(self) -> float:
        """The median, over the rounds, of HTTP in parts of the bare statements."""
        pairs = zip(self.http_rates, self.bare_rates, strict=True)
        return median(http / bare for http, bare in pairs)


def measure_cycle(plan: Plan) -> Measured:
    """Fill fresh stores, let the crowd come, then let HTTP and pgbench take turns."""
    town = Town(plan.households)
    with mortal_stores() as (stores, urls), ExitStack() as running:
        told = environment(urls)
        asyncio.run(migrate(urls.database_url))
        asyncio.run(make_town(_with_keys(urls, told), town))
        api = running.enter_context(running_api(told, processes=cores()))
        worker = worker_process()
        worker.environment = told
        worker.start()
        running.callback(stop_all, [worker])
        storm = _storm(plan, api, worker, stores)
        found = Measured(plan, town, storm)
        asyncio.run(_count(urls, found))
        # The worker has its own work; neither side is to pay for it.
        stop_all([worker])
        _take_turns(urls, found, port=api.port)
        asyncio.run(_examine(urls, found))
    return found


def _storm(plan: Plan, api: Serving, worker: Process, stores: EmbeddedStores) -> Storm:
    """Let the crowd come, and kill what is to be killed meanwhile, one after the other."""
    chance = random.Random(plan.kills)  # noqa: S311  (moments, not a secret)
    targets: list[Process | None] = [*api.processes, None, worker]
    moments = sorted(chance.uniform(0.1, 0.9) * plan.within_s for _ in range(plan.kills))
    with ThreadPoolExecutor(1) as pool:
        began = monotonic_s()
        coming = pool.submit(run_crowd, arrivals(plan, port=api.port), port=api.port)
        for n, at_s in enumerate(moments):
            time.sleep(max(0.0, began + at_s - monotonic_s()))
            target = targets[n % len(targets)]
            if target is None:
                stores.kill_redis()
                stores.restart_redis()
            else:
                target.kill()
                target.start()
        return coming.result()


def arrivals(plan: Plan, *, port: int) -> list[Arrival]:
    """Everybody at their moment, each wanting one item that is few and two that are not."""
    chance = random.Random(plan.households)  # noqa: S311  (a crowd, not a secret)
    mean_s = plan.within_s * _MEAN_PART
    whole = 1 - exp(-plan.within_s / mean_s)
    coming = list[Arrival]()
    for buyer in range(plan.households):
        at_s = -mean_s * log(1 - chance.random() * whole)
        plain = chance.sample(range(FEW, ITEMS), 2)
        items = (chance.randrange(FEW), *plain)
        request = join_request(buyer, cycle=0, items=items, key=f"storm-{buyer}", port=port)
        coming.append(Arrival(at_s, request))
    return sorted(coming, key=lambda one: one.at_s)


def _with_keys(urls: StoreUrls, told: dict[str, str]) -> Settings:
    """The same stores and keys for this process, which seals the doors that the API opens."""
    stores = {"DATABASE_URL": urls.database_url, "REDIS_URL": urls.redis_url}
    keys = {"data_key": told["LINLI_DATA_KEY"], "index_key": told["LINLI_INDEX_KEY"]}
    return Settings.model_validate({**stores, **keys})


class _Numbers:
    """Hands out numbers of orders, none twice."""

    def __init__(self) -> None:
        self._next = 0

    def take(self, count: int) -> int:
        first, self._next = self._next, self._next + count
        return first


def _take_turns(urls: StoreUrls, found: Measured, *, port: int) -> None:
    plan, numbers = found.plan, _Numbers()
    http = _size(plan, _by_http(urls, found, numbers.take(plan.warm_up), plan.warm_up, port))
    # The limit is what the statements do at their best: more clients than that only wait for
    # each other's rows.
    tried = dict[int, float]()
    for clients in BARE_CLIENTS:
        found.bare_clients = clients
        tried[clients] = _by_bare(urls, found, numbers.take(plan.warm_up), plan.warm_up, port)
    found.bare_clients = max(tried, key=lambda clients: tried[clients])
    bare = _size(plan, tried[found.bare_clients])
    for _ in range(plan.blocks):
        found.http_rates.append(_by_http(urls, found, numbers.take(http), http, port))
        found.bare_rates.append(_by_bare(urls, found, numbers.take(bare), bare, port))


def _size(plan: Plan, per_s: float) -> int:
    """As many orders as fill a block at this rate, in whole rounds of all clients."""
    return max(1, round(plan.block_s * per_s) // CLIENTS) * CLIENTS


def _by_http(_: StoreUrls, found: Measured, first: int, count: int, port: int) -> float:
    third, chance = ITEMS // 3, random.Random(first)  # noqa: S311  (an order, not a secret)
    requests = list[bytes]()
    for n in range(first, first + count):
        a = chance.randrange(third)
        items = (a, a + third, a + 2 * third)
        buyer = n % found.town.households
        requests.append(join_request(buyer, cycle=1, items=items, key=f"turn-{n}", port=port))
    load = run_load(requests, port=port, connections=CLIENTS)
    placed = load.statuses.get("201", 0)
    if placed != count:
        raise RuntimeError(f"{count} asked, {placed} placed: {load.statuses} {load.refusals}")
    return placed / load.elapsed_s


def _by_bare(urls: StoreUrls, found: Measured, first: int, count: int, _: int) -> float:
    clients = found.bare_clients
    done = run_bare(
        urls.database_url, clients=clients, each=count // clients, first=first,
        households=found.town.households,
    )  # fmt: skip
    return done.per_s


async def _count(urls: StoreUrls, found: Measured) -> None:
    async with seeding(urls.database_url) as connection:
        row = await connection.fetchrow(queries.AFTER_SQL, cycle_id(0))
    assert row is not None
    found.oversold, found.orders = int(row["oversold"]), int(row["orders"])
    found.households, found.few_left = int(row["households"]), int(row["few_left"])


async def _examine(urls: StoreUrls, found: Measured) -> None:
    """What does not hold of cycles, orders and money. (The people were made as rows.)"""
    asked = {i.name for i in (*OF_CYCLES, *OF_ORDERS, *OF_MONEY)}
    findings = await examine_patiently(urls.database_url)
    found.broken_invariants = [f.invariant.name for f in findings if f.invariant.name in asked]
