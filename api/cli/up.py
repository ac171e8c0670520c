"""``linli up``: everything in one command, until Ctrl-C."""

import asyncio
import signal
import time
from types import FrameType

from rich.console import Console
from rich.table import Table

from api.bootstrap import build
from api.cli.forking import forker
from api.cli.processes import Process, api_process, await_ready, stop_all, worker_process
from api.cli.seed import DEMO_PEOPLE, seed
from api.cli.serve import free_port, is_free
from api.cli.stores import DATA_FOLDER, open_stores
from api.migrations.apply import migrate
from api.settings import Settings

_WATCH_S = 0.2
_RESTART_AFTER_S = 1.0


def up(*, demo: bool, host: str, port: int) -> None:
    """Start stores, API and worker; restart what falls; stop all in order on a signal."""
    console = Console()
    stop = Stop()
    # It loads while the stores start.
    forker()
    with open_stores(toys=True) as stores:
        asyncio.run(_prepare(stores.settings, demo=demo))
        chosen = _choose_port(host, port, console)
        api, worker = api_process(port=chosen, host=host), worker_process()
        api.start()
        worker.start()
        try:
            url = f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{chosen}"  # noqa: S104
            await_ready(url, process=api)
            _say(console, url, demo=demo, is_embedded=stores.embedded is not None)
            _watch([api, worker], stop, console)
        finally:
            console.print("stopping …")
            stop_all([api, worker])
    console.print("stopped; the data stay where they are.")


async def _prepare(settings: Settings, *, demo: bool) -> None:
    await migrate(settings.database_url)
    if demo:
        parts = build(settings)
        await parts.open()
        try:
            await seed(parts)
        finally:
            await parts.close()


class Stop:
    """Whether a signal asked to stop. A plain flag: a handler must not touch a lock."""

    def __init__(self) -> None:
        self.is_asked = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.is_asked = True


def _choose_port(host: str, port: int, console: Console) -> int:
    """The port asked for, or a free one where somebody else has it."""
    if port and is_free(host, port):
        return port
    chosen = free_port()
    if port:
        console.print(f"[yellow]port {port} is taken; using {chosen}[/]")
    return chosen


def _watch(processes: list[Process], stop: Stop, console: Console) -> None:
    while not stop.is_asked:
        time.sleep(_WATCH_S)
        for process in processes:
            if process.has_ended and not stop.is_asked:
                console.print(f"[yellow]the {process.name} process ended; starting it again[/]")
                time.sleep(_RESTART_AFTER_S)
                process.start()


def _say(console: Console, url: str, *, demo: bool, is_embedded: bool) -> None:
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_row("API", f"{url}/v1")
    table.add_row("docs", f"{url}/docs")
    table.add_row("console", f"{url}/console")
    table.add_row("ready?", f"{url}/readyz")
    stores = f"embedded, in {DATA_FOLDER}" if is_embedded else "from the environment"
    table.add_row("stores", stores)
    console.print("\n[bold]邻里 Linli is up.[/]  Ctrl-C stops it.\n")
    console.print(table)
    if not demo:
        return
    console.print("\nSign in with a development code ([bold]POST /v1/sessions[/]):")
    people = Table(show_header=False, box=None, pad_edge=False)
    for code, who in DEMO_PEOPLE.items():
        people.add_row(f"  {code}", who)
    console.print(people)
    console.print(
        f"\n  curl -s {url}/v1/sessions -H 'content-type: application/json'"
        ' -d \'{"code": "dev:resident1"}\'\n',
        highlight=False,
        soft_wrap=True,
    )
