"""What the measurement of the line prints: a table for people, one line of JSON for programs."""

import orjson
import typer
from rich.console import Console
from rich.table import Table

from api.cli.bench.live.measuring import BARE, LIVE, Measured
from api.cli.bench.server import cores

_console = Console(width=110)
_NAMES = {LIVE: "an event at a place, told to its staff", BARE: "bare: the same frame, only sent"}


def print_live(found: Measured, *, as_json: bool) -> None:
    """How soon everybody was told."""
    plan = found.plan
    table = Table("ms from the request", "p50", "p99", "last of a round", "KiB each", "CPU each")
    for kind, name in _NAMES.items():
        table.add_row(
            name, f"{found.quantile_ms(kind, 0.5):,.0f}", f"{found.quantile_ms(kind, 0.99):,.0f}",
            f"{found.last_ms(kind):,.0f}", f"{found.connection_kib[kind]:,.0f}",
            f"{found.cpu_us[kind]:,.0f} µs",
        )  # fmt: skip
    _console.print(table)
    _console.print(
        f"{plan.connections:,} connections to one process, {len(found.rounds_ms[LIVE])} rounds of"
        f" each in turn, frames of {found.frame_bytes} bytes; all got on the line in"
        f" {found.connected_s:.1f} s. The request, its transaction, the worker's look (every 20 ms)"
        f" and Redis are in the first figure. {cores()} cores are shared by clients, API, worker"
        f" and stores; {found.files:,} files may be open."
    )
    if as_json:
        typer.echo(orjson.dumps(_json(found)).decode())


def _json(found: Measured) -> dict[str, object]:
    figures = {
        kind: {
            "p50_ms": round(found.quantile_ms(kind, 0.5), 1),
            "p99_ms": round(found.quantile_ms(kind, 0.99), 1),
            "last_ms": round(found.last_ms(kind), 1),
            "connection_kib": round(found.connection_kib[kind], 1),
            "cpu_us": round(found.cpu_us[kind], 1),
        }
        for kind in _NAMES
    }
    return {
        "connections": found.plan.connections,
        "rounds": len(found.rounds_ms[LIVE]),
        "ratio_p99": round(found.quantile_ms(LIVE, 0.99) / found.quantile_ms(BARE, 0.99), 2),
        **figures,
    }
