"""What the measurement of the console prints: a table for people, one line of JSON for programs."""

from dataclasses import asdict

import orjson
import typer
from rich.console import Console
from rich.table import Table

from api.cli.bench.console.measuring import PAGE_BYTES_MAX, PAINT_MS_MAX, Measured
from api.cli.bench.server import cores

_console = Console(width=100)


def print_console(found: Measured, *, as_json: bool) -> None:
    """How heavy, how soon."""
    table = Table("the desk, nothing cached", "measured", "limit")
    table.add_row("bytes on the wire, plan included", f"{found.page_bytes:,}",
                  f"{PAGE_BYTES_MAX:,} without it")  # fmt: skip
    table.add_row("first contentful paint, median", f"{found.paint_ms:,.0f} ms",
                  f"{PAINT_MS_MAX:,.0f} ms")  # fmt: skip
    table.add_row("first contentful paint, worst", f"{found.paint_worst_ms:,.0f} ms", "")
    table.add_row("a bare page in the same browser", f"{found.bare_ms:,.0f} ms", "")
    _console.print(table)
    _console.print(
        f"{found.rounds} rounds on the living demonstration; unpacked {found.unpacked_bytes:,}"
        f" bytes, of which the plan is {found.map_bytes:,}. {cores()} cores are shared by the"
        " browser, API, worker, stores and neighbours."
    )
    if as_json:
        limits = {"page_bytes_max": PAGE_BYTES_MAX, "paint_ms_max": PAINT_MS_MAX}
        told = {**asdict(found), **limits, "is_within": found.is_within}
        typer.echo(orjson.dumps(told).decode())
