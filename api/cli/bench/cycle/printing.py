"""What the storm on a cycle prints: a table for people, one line of JSON for programs."""

from statistics import median

import orjson
import typer
from rich.console import Console
from rich.table import Table

from api.cli.bench.cycle.measuring import CLIENTS, TARGET, Measured
from api.cli.bench.server import cores

_console = Console(width=110)


def print_cycle(found: Measured, *, as_json: bool) -> None:
    """The crowd, and the rates beside each other."""
    storm, plan = found.storm, found.plan
    table = Table("the crowd", "")
    gone = ", ".join(f"{n:,} × {code}" for code, n in sorted(storm.refusals.items()))
    table.add_row("households", f"{storm.buyers:,} within {plan.within_s:g} s")
    table.add_row("with a definite answer", f"{storm.definite:,}; {storm.within_90s:,} within 90 s")
    table.add_row("orders placed", f"{storm.placed:,} told, {found.orders:,} in the database")
    table.add_row("refused", gone or "nobody")
    table.add_row("told to come again", f"{storm.shed:,} times")
    table.add_row("server errors, broken", f"{storm.server_errors:,}, {storm.broken:,}")
    table.add_row("p50, p99, longest", " ".join(
        f"{ms:,.0f} ms" for ms in (storm.p50_ms, storm.p99_ms, storm.max_ms)))  # fmt: skip
    table.add_row("oversold", f"{found.oversold:,}; {found.few_left:,} of the few left")
    table.add_row("broken invariants", ", ".join(found.broken_invariants) or "none")
    _console.print(table)
    rates = Table("orders per second", "median", "blocks")
    for name, values in (("HTTP", found.http_rates), ("bare statements", found.bare_rates)):
        blocks = " ".join(f"{v:,.0f}" for v in values)
        rates.add_row(name, f"{median(values):,.0f}", blocks)
    _console.print(rates)
    verdict = "met" if found.limit_ratio >= TARGET else "MISSED"
    _console.print(
        f"Target {TARGET}, {verdict}: {found.limit_ratio:.2f} of the same statements driven bare"
        f" by pgbench, whose best number of clients is {found.bare_clients}; {CLIENTS} over HTTP,"
        f" {cores()} API processes on as many cores, which load, API, worker and PostgreSQL share."
    )
    if as_json:
        typer.echo(orjson.dumps(_json(found)).decode())


def _json(found: Measured) -> dict[str, object]:
    storm = found.storm
    return {
        "oversold": found.oversold,
        "server_errors": storm.server_errors,
        "buyers": storm.buyers,
        "definite": storm.definite,
        "p99_ms": round(storm.p99_ms, 1),
        "limit_ratio": round(found.limit_ratio, 3),
        "shed": storm.shed,
        "broken": storm.broken,
        "placed": storm.placed,
        "orders": found.orders,
        "refusals": storm.refusals,
        "within_90s": storm.within_90s,
        "p50_ms": round(storm.p50_ms, 1),
        "max_ms": round(storm.max_ms, 1),
        "http_per_s": round(median(found.http_rates), 1),
        "bare_per_s": round(median(found.bare_rates), 1),
        "target": TARGET,
        "broken_invariants": found.broken_invariants,
    }
