"""Something happens at a place: how soon all its staff on the line are told, beside the limit."""

import asyncio
import resource
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median

import orjson

from api.cli.bench import queries
from api.cli.bench.live.bare import FRAME
from api.cli.bench.server import (
    Serving,
    environment,
    fresh_stores,
    running_api,
    running_module,
    settings_for,
)
from api.cli.bench.world import (
    PERSON_PREFIX,
    People,
    make_people,
    make_places,
    runner_token,
    seeding,
)
from api.cli.processes import stop_all, worker_process
from api.embedded import StoreUrls
from api.migrations.apply import migrate

# Beside the connections a process needs files for its stores and its modules.
_FILES_MORE = 1_000
LIVE, BARE = "live", "bare"


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is done: in turn so many blocks of each kind."""

    connections: int = 2_000
    rounds: int = 20
    blocks: int = 2


@dataclass(slots=True)
class Measured:
    """Of each kind: the latencies of each round in milliseconds, sorted; memory of a connection."""

    plan: Plan
    files: int
    rounds_ms: dict[str, list[list[float]]] = field(default_factory=lambda: {LIVE: [], BARE: []})
    connection_kib: dict[str, float] = field(default_factory=dict[str, float])
    cpu_us: dict[str, float] = field(default_factory=dict[str, float])
    connected_s: float = 0
    frame_bytes: int = 0

    def quantile_ms(self, kind: str, q: float) -> float:
        """Over all that anybody was told."""
        told = sorted(ms for one in self.rounds_ms[kind] for ms in one)
        return told[min(len(told) - 1, int(len(told) * q))]

    def last_ms(self, kind: str) -> float:
        """Until the last was told, the median of the rounds."""
        return median(one[-1] for one in self.rounds_ms[kind])


def measure_live(plan: Plan) -> Measured:
    """Start everything anew, connect, and let things happen."""
    found = Measured(plan, files=_raise_file_limit(plan.connections + _FILES_MORE))
    with fresh_stores() as urls:
        asyncio.run(_seed(urls, plan))
        told = environment(urls)
        worker = worker_process()
        worker.environment = told
        worker.start()
        try:
            with running_api(told) as api:
                frame = _block(found, LIVE, api, _shifts(plan, api.port))
                bare = "api.cli.bench.live.bare"
                with running_module(bare, {**told, FRAME: frame}) as limit:
                    fire = [b"POST /fire HTTP/1.1\r\nHost: bench\r\ncontent-length: 0\r\n\r\n"]
                    for n in range(plan.blocks):
                        _block(found, BARE, limit, fire)
                        if n + 1 < plan.blocks:
                            _block(found, LIVE, api, _shifts(plan, api.port))
        finally:
            stop_all([worker])
    return found


async def _seed(urls: StoreUrls, plan: Plan) -> None:
    await migrate(urls.database_url)
    await make_places(settings_for(urls))
    async with seeding(urls.database_url) as connection:
        # One more, who is on no line and makes things happen.
        await make_people(connection, People(plan.connections + 1), spread_m=500)
        await connection.execute(queries.STAFF_SQL, PERSON_PREFIX)
        await connection.execute(queries.VACUUM_SQL)


def _shifts(plan: Plan, port: int) -> list[bytes]:
    """A runner takes a break, and ends it."""
    return [
        (
            f"PUT /v1/runners/me/shift HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Authorization: Bearer {runner_token(plan.connections)}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        ).encode()
        for body in ('{"shift":"break"}', '{"shift":"online"}')
    ]


def _block(found: Measured, kind: str, server: Serving, requests: list[bytes]) -> str:
    """One block; a frame as it was told."""
    plan = found.plan
    with _crowd(server.port, plan, requests) as crowd:
        empty_kib = server.resident_kib()
        line = _read_line(crowd)
        if line != "connected":
            raise RuntimeError(f"the crowd did not get on the line: {line}")
        held = (server.resident_kib() - empty_kib) / plan.connections
        # Later blocks find memory that an earlier one gave back.
        found.connection_kib.setdefault(kind, held)
        before_s = server.cpu_s()
        assert crowd.stdin is not None
        crowd.stdin.write("go\n")
        crowd.stdin.flush()
        told = orjson.loads(_read_line(crowd))
        spent_s = server.cpu_s() - before_s
    found.rounds_ms[kind] += [[1000 * s for s in one] for one in told["rounds"]]
    found.cpu_us.setdefault(kind, 1e6 * spent_s / plan.rounds / plan.connections)
    if kind == LIVE:
        found.connected_s = told["connected_s"]
        found.frame_bytes = len(told["sample"])
    return told["sample"]


@contextmanager
def _crowd(port: int, plan: Plan, requests: list[bytes]) -> Generator["subprocess.Popen[str]"]:
    with tempfile.NamedTemporaryFile(prefix="linli-bench-") as file:
        file.write(b"\0".join(requests))
        file.flush()
        arguments = [str(port), str(plan.connections), str(plan.rounds), file.name]
        with subprocess.Popen(  # noqa: S603  (our own command)
            [sys.executable, "-m", "api.cli.bench.live.crowd", *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        ) as crowd:  # fmt: skip
            try:
                yield crowd
            finally:
                crowd.kill()


def _read_line(crowd: "subprocess.Popen[str]") -> str:
    assert crowd.stdout is not None
    return crowd.stdout.readline().strip()


def _raise_file_limit(wanted: int) -> int:
    """Let this process and its children open so many files; how many they may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft >= wanted:
        return soft
    if hard != resource.RLIM_INFINITY and hard < wanted:
        raise RuntimeError(f"{wanted:,} files are needed and {hard:,} allowed: raise `ulimit -Hn`")
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted
