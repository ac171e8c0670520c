"""Accepts per second over HTTP beside pgbench doing the same statements, in one run."""

import asyncio
import random
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median

from api.cli.bench import queries
from api.cli.bench.load import Load, run_load
from api.cli.bench.pgbench import run_pgbench
from api.cli.bench.server import (
    Serving,
    cores,
    environment,
    fresh_stores,
    running_api,
    settings_for,
)
from api.cli.bench.world import (
    FIRST,
    JOBS_PER_RUNNER,
    People,
    job_id,
    make_jobs_by_runner,
    make_people,
    make_places,
    runner_token,
    seeding,
)
from api.embedded import StoreUrls
from api.migrations.apply import migrate

CLIENTS = 32
TARGET = 0.33
PGBENCH = "pgbench"
# What is measured against: only its size matters, it is stored as the answer under the key.
ANSWER = (
    b'{"job_id":"019a0000-0000-7000-8000-000000000000","state":"accepted",'
    b'"accepted_at":"2026-01-01T08:00:00.123456+00:00","distance_m":182.4,"fee_fen":350,'
    b'"due_at":"2026-01-01T08:40:00.123456+00:00","version":3}'
)


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is done: ``blocks`` of each kind, each of some ``block_s``, after ``warm_up``."""

    runners: int = 60_000
    blocks: int = 3
    block_s: float = 5.0
    warm_up: int = 3_200


@dataclass(slots=True)
class Measured:
    """What was found; rates are accepts per second, by how the accepts were made."""

    plan: Plan
    rates: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    loads: list[Load] = field(default_factory=list[Load])
    pgbench_done: int = 0
    counted: dict[str, int] = field(default_factory=dict[str, int])
    # Processor time of the API processes for each accept, in microseconds.
    cpu_us: dict[str, float] = field(default_factory=dict[str, float])
    durability: str = ""
    server: str = ""

    def rate(self, kind: str) -> float:
        """The median of the blocks."""
        return median(self.rates[kind])

    def ratio(self, kind: str) -> float:
        """The median, over the rounds, of this kind's rate in parts of pgbench's."""
        return median(a / b for a, b in zip(self.rates[kind], self.rates[PGBENCH], strict=True))

    @property
    def http_ok(self) -> int:
        """Accepts that HTTP clients were told of."""
        return sum(load.statuses.get("200", 0) for load in self.loads)


def kinds() -> dict[str, int]:
    """The ways of serving that are measured, and with how many API processes each."""
    return {"one process": 1} | ({f"{cores()} processes": cores()} if cores() > 1 else {})


def judged_kind() -> str:
    """The way that the target is about, chosen before measuring: one process to a core."""
    return list(kinds())[-1]


def measure_accept(plan: Plan) -> Measured:
    """Fill fresh stores, then let HTTP and pgbench take turns on them."""
    with fresh_stores() as urls:
        people = People(plan.runners)
        asyncio.run(_seed(urls, people))
        found = Measured(plan)
        _take_turns(urls, found)
        asyncio.run(_count(urls, found))
    _check(found)
    return found


def accept_requests(numbers: list[int], *, port: int) -> list[bytes]:
    """Raw requests for these jobs, each by the runner beside it."""
    return [accept_request(n, runner=n // JOBS_PER_RUNNER, port=port) for n in numbers]


def accept_request(job: int, *, runner: int, port: int) -> bytes:
    """A raw request for a job by a runner, under a key of its own."""
    return (
        f"POST /v1/jobs/{job_id(job)}/accept HTTP/1.1\r\n"
        f"Host: 127.0.0.1:{port}\r\n"
        f"Authorization: Bearer {runner_token(runner)}\r\n"
        f"Idempotency-Key: {FIRST + job}\r\n"
        "Content-Length: 0\r\n\r\n"
    ).encode()


class _Numbers:
    """Hands out jobs, none twice."""

    def __init__(self, count: int) -> None:
        self._count = count
        self.taken = 0

    def take(self, count: int) -> range:
        first, self.taken = self.taken, self.taken + count
        assert self.taken <= self._count, "the plan has too few jobs for this machine"
        return range(first, self.taken)


def _take_turns(urls: StoreUrls, found: Measured) -> None:
    plan = found.plan
    numbers = _Numbers(plan.runners * JOBS_PER_RUNNER)
    told = environment(urls)
    with ExitStack() as running:
        served = {k: running.enter_context(running_api(told, processes=n))
                  for k, n in kinds().items()}  # fmt: skip
        sizes = {k: _size(plan, _by_http(found, numbers, api, plan.warm_up))
                 for k, api in served.items()}  # fmt: skip
        sizes[PGBENCH] = _size(plan, _by_pgbench(found, numbers, urls, plan.warm_up))
        found.rates = {kind: [] for kind in sizes}
        used_s = {kind: -api.cpu_s() for kind, api in served.items()}
        for _ in range(plan.blocks):
            for kind, api in served.items():
                found.rates[kind].append(_by_http(found, numbers, api, sizes[kind]))
            found.rates[PGBENCH].append(_by_pgbench(found, numbers, urls, sizes[PGBENCH]))
        for kind, api in served.items():
            used_s[kind] += api.cpu_s()
            found.cpu_us[kind] = used_s[kind] * 1e6 / (plan.blocks * sizes[kind])


def _size(plan: Plan, per_s: float) -> int:
    """As many accepts as fill a block at this rate, in whole rounds of all clients.

    Where the machine is too fast for the seeded jobs, the blocks are shorter.
    """
    blocks = plan.blocks * (len(kinds()) + 1)
    fair_share = (plan.runners * JOBS_PER_RUNNER - 4 * plan.warm_up) // blocks
    return max(1, min(round(plan.block_s * per_s), fair_share) // CLIENTS) * CLIENTS


def _by_http(found: Measured, numbers: _Numbers, api: Serving, count: int) -> float:
    shuffled = list(numbers.take(count))
    random.Random(count).shuffle(shuffled)  # noqa: S311  (an order, not a secret)
    requests = accept_requests(shuffled, port=api.port)
    load = run_load(requests, port=api.port, connections=CLIENTS)
    found.loads.append(load)
    return load.ok_per_s


def _by_pgbench(found: Measured, numbers: _Numbers, urls: StoreUrls, count: int) -> float:
    first = numbers.take(count)[0]
    done = run_pgbench(
        urls.database_url, clients=CLIENTS, each=count // CLIENTS, first=first, answer=ANSWER
    )
    found.pgbench_done += done.done
    return done.per_s


async def _seed(urls: StoreUrls, people: People) -> None:
    await migrate(urls.database_url)
    await make_places(settings_for(urls))
    async with seeding(urls.database_url) as connection:
        await make_people(connection, people, spread_m=6_000)
        await make_jobs_by_runner(connection, people)
        await connection.execute(queries.CHECKPOINT_SQL)


async def _count(urls: StoreUrls, found: Measured) -> None:
    async with seeding(urls.database_url) as connection:
        row = await connection.fetchrow(queries.ACCEPTED_SQL)
        assert row is not None
        found.counted = {name: int(row[name]) for name in ("events", "jobs", "load", "keys")}
        found.durability = await connection.fetchval(queries.DURABILITY_SQL)
        found.server = await connection.fetchval(queries.VERSION_SQL)


def _check(found: Measured) -> None:
    """Every accept that was counted is in the database, with its event and its key, once."""
    told = found.http_ok + found.pgbench_done
    differing = {name: n for name, n in found.counted.items() if n != told}
    if differing:
        raise RuntimeError(f"{told} accepts were counted, the database holds {differing}")


def statuses(loads: list[Load]) -> Iterator[tuple[str, int]]:
    """All answers over HTTP by status, and by code where they refuse."""
    for kind in ("statuses", "refusals"):
        names = sorted({name for load in loads for name in getattr(load, kind)})
        for name in names:
            yield name, sum(getattr(load, kind).get(name, 0) for load in loads)
