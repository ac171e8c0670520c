"""Fresh stores and the API over them, started as in production, for as long as a measurement."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from api.cli.processes import Process, api_process, await_ready, stop_all
from api.cli.serve import free_port
from api.embedded import EmbeddedStores, StoreUrls
from api.settings import Settings

# All load comes from one address, which no real caller would be allowed; everything else is as
# in production. The limit itself is still counted.
_ONE_ADDRESS = str(10**9)


@dataclass(frozen=True, slots=True)
class Serving:
    """Running API processes behind one port."""

    port: int
    processes: tuple[Process, ...]

    def resident_kib(self) -> int:
        """Memory that they hold, in KiB."""
        return sum(_resident_kib(p.running.pid) for p in self.processes if p.running is not None)

    def cpu_s(self) -> float:
        """Processor time that they have used, in seconds."""
        return sum(_cpu_s(p.running.pid) for p in self.processes if p.running is not None)


@contextmanager
def fresh_stores() -> Generator[StoreUrls]:
    """Embedded stores in a new temporary folder, which is thrown away afterwards."""
    with mortal_stores() as (_, urls):
        yield urls


@contextmanager
def mortal_stores() -> Generator[tuple[EmbeddedStores, StoreUrls]]:
    """The same, for whoever kills one of them meanwhile."""
    folder = Path(tempfile.mkdtemp(prefix="linli-bench-"))
    stores = EmbeddedStores(folder)
    try:
        with stores as urls:
            yield stores, urls
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def environment(urls: StoreUrls) -> dict[str, str]:
    """What the API is told: production, on these stores."""
    return {
        "LINLI_ENVIRONMENT": "production",
        "DATABASE_URL": urls.database_url,
        "REDIS_URL": urls.redis_url,
        "LINLI_DATA_KEY": secrets.token_hex(32),
        "LINLI_INDEX_KEY": secrets.token_hex(32),
        "LINLI_DEV_LOGIN": "false",
        "LINLI_SANDBOX_PAYMENTS": "false",
        "LINLI_SIMULATED_CLOCK": "false",
        "LINLI_CHAOS": "",
        "LINLI_CALLS_PER_MINUTE_ADDRESS": _ONE_ADDRESS,
    }


def settings_for(urls: StoreUrls) -> Settings:
    """The same stores for this process, which only seeds them."""
    keys = {"data_key": "00" * 32, "index_key": "11" * 32}
    stores = {"DATABASE_URL": urls.database_url, "REDIS_URL": urls.redis_url}
    return Settings.model_validate({**stores, **keys})


@contextmanager
def running_api(told: dict[str, str], *, processes: int = 1) -> Generator[Serving]:
    """Ready API processes that share a port; they are stopped afterwards."""
    port = free_port()
    started = [api_process(port=port, share_port=processes > 1) for _ in range(processes)]
    yield from _running(started, told, port)


@contextmanager
def running_measured_api(told: dict[str, str]) -> Generator[Serving]:
    """The API with the constant pages of `constant` beside its own routes."""
    with running_module("api.cli.bench.constant", told) as api:
        yield api


@contextmanager
def running_module(module: str, told: dict[str, str]) -> Generator[Serving]:
    """A ready server of another module, whose ``main`` is given the port."""
    port = free_port()
    yield from _running([Process("api", module, (str(port),))], told, port)


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0))


def _running(started: list[Process], told: dict[str, str], port: int) -> Generator[Serving]:
    try:
        for process in started:
            process.environment = told
            process.start()
        for process in started:
            await_ready(f"http://127.0.0.1:{port}", process=process)
        yield Serving(port, tuple(started))
    finally:
        stop_all(started)


def _resident_kib(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split(None, 1)[0])


def _cpu_s(pid: int) -> float:
    """User and system time of a process: fields 14 and 15 of its line, in ticks (proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
