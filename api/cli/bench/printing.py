"""What a measurement prints: a table for people, and one line of JSON for programs."""

from statistics import median

import orjson
import typer
from rich.console import Console
from rich.table import Table

from api.cli.bench import accept, hall
from api.cli.bench.server import cores

_console = Console(width=110)


def print_accept(found: accept.Measured, *, as_json: bool) -> None:
    """The hot write."""
    table = Table("accepts per second", "median", "blocks", "ratio to pgbench", "API CPU")
    for kind in accept.kinds():
        table.add_row(
            f"HTTP, {kind}", f"{found.rate(kind):,.0f}", _blocks(found.rates[kind]),
            f"{found.ratio(kind):.2f}", f"{found.cpu_us[kind]:,.0f} µs each",
        )  # fmt: skip
    rates = found.rates[accept.PGBENCH]
    table.add_row("pgbench -M prepared", f"{median(rates):,.0f}", _blocks(rates), "1")
    _console.print(
        f"{accept.CLIENTS} clients each, on {cores()} cores that load, API and PostgreSQL share.\n"
        f"PostgreSQL {found.server}: {found.durability}."
    )
    _console.print(table)
    answers = ", ".join(f"{n:,} × {name}" for name, n in accept.statuses(found.loads))
    counted = ", ".join(f"{n:,} {what}" for what, n in found.counted.items())
    _console.print(f"HTTP answers: {answers}; pgbench transactions: {found.pgbench_done:,}.")
    _console.print(f"Found in the database afterwards: {counted}.")
    judged = accept.judged_kind()
    _console.print(
        f"{_verdict(found.ratio(judged), accept.TARGET)} of pgbench with {judged}: "
        "one to a core on a shared port, as production runs it."
    )
    if as_json:
        typer.echo(orjson.dumps(_accept_json(found, judged)).decode())


def print_hall(scenes: list[hall.Scene], *, as_json: bool) -> None:
    """The hot read."""
    table = Table("scene", "hall /s", "constant /s", "ratio", "of rounds", "of rates",
                  "bare /s", "query /s", "p50 ms", "page bytes")  # fmt: skip
    for s in scenes:
        p50_ms = median(load.p50_ms for load in s.loads[hall.HALL])
        rounds = s.ratios()
        table.add_row(
            s.name, f"{s.rate(hall.HALL):,.0f}", f"{s.rate(hall.CONSTANT):,.0f}",
            f"{s.ratio():.2f}", f"{rounds[0]:.2f}–{rounds[-1]:.2f}", f"{s.ratio_of_rates():.2f}",
            f"{s.rate(hall.BARE):,.0f}", f"{s.bare_query_per_s:,.0f}", f"{p50_ms:.1f}",
            f"{s.page_bytes:,}",
        )  # fmt: skip
    _console.print(table)
    items = ", ".join(str(s.items) for s in scenes)
    _console.print(
        f"Jobs on a page: {items}. The bare query runs on one connection, one at a time."
    )
    worst = min(s.ratio() for s in scenes)
    _console.print(f"{_verdict(worst, hall.TARGET)} of the constant page, in the worst scene.")
    if as_json:
        answer = {"target": hall.TARGET, "scenes": [_scene_json(s) for s in scenes]}
        typer.echo(orjson.dumps(answer).decode())


def _accept_json(found: accept.Measured, judged: str) -> dict[str, object]:
    return {
        "http_per_s": round(found.rate(judged), 1),
        "pgbench_per_s": round(found.rate(accept.PGBENCH), 1),
        "ratio": round(found.ratio(judged), 3),
        "target": accept.TARGET,
        "clients": accept.CLIENTS,
        "processes": accept.kinds()[judged],
        "ratios": {kind: round(found.ratio(kind), 3) for kind in accept.kinds()},
        "blocks": {kind: [round(r, 1) for r in rates] for kind, rates in found.rates.items()},
        "answers": dict(accept.statuses(found.loads)),
        "found": found.counted,
    }


def _scene_json(scene: hall.Scene) -> dict[str, object]:
    return {
        "name": scene.name,
        "jobs": scene.jobs,
        "http_per_s": round(scene.rate(hall.HALL), 1),
        "constant_per_s": round(scene.rate(hall.CONSTANT), 1),
        "ratio": round(scene.ratio(), 3),
        "ratio_of_rates": round(scene.ratio_of_rates(), 3),
        "rounds": [round(r, 3) for r in scene.ratios()],
        "no_statement_per_s": round(scene.rate(hall.BARE), 1),
        "bare_query_per_s": round(scene.bare_query_per_s, 1),
        "items": scene.items,
        "page_bytes": scene.page_bytes,
    }


def _blocks(rates: list[float]) -> str:
    return " ".join(f"{rate:,.0f}" for rate in rates)


def _verdict(ratio: float, target: float) -> str:
    return f"Target {target}, {'met' if ratio >= target else 'MISSED'}: {ratio:.2f}"
