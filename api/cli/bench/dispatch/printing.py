"""What `linli bench dispatch` prints: cost beside a bare assignment, gain beside nearest-first."""

from statistics import median

import orjson
import typer
from rich.console import Console
from rich.table import Table

from api.cli.bench.dispatch.measuring import RATIO_MAX, Measured

_console = Console(width=120)


def print_dispatch(found: list[Measured], *, as_json: bool) -> None:
    """The table, and one line of JSON for programs."""
    table = Table("round", "jobs × runners", "ms", "limit ms", "bare ms", "ratio", "limit",
                  "", "goods wait, min", "nearest first")  # fmt: skip
    for each in found:
        is_met = each.ratio <= RATIO_MAX and median(each.solve_ms) <= each.limit_ms
        table.add_row(
            each.size.name, f"{each.size.jobs:,} × {each.size.runners:,}",
            f"{median(each.solve_ms):,.1f}", f"{each.limit_ms:,.0f}",
            f"{median(each.bare_ms):,.2f}", f"{each.ratio:.1f}", f"{RATIO_MAX:g}",
            "met" if is_met else "MISSED", f"{each.waits_min:.2f}", f"{each.nearest_waits_min:.2f}",
        )  # fmt: skip
    _console.print(table)
    _console.print(
        "Processor time, medians. Bare: the ways of all allowed pairs and one "
        "linear_sum_assignment of them; no bundles, routes or reasons."
    )
    if as_json:
        typer.echo(orjson.dumps([_json(each) for each in found]).decode())


def _json(each: Measured) -> dict[str, object]:
    return {
        "jobs": each.size.jobs,
        "runners": each.size.runners,
        "round_ms": [round(ms, 3) for ms in each.solve_ms],
        "bare_ms": [round(ms, 3) for ms in each.bare_ms],
        "ratio": round(each.ratio, 2),
        "ratio_max": RATIO_MAX,
        "limit_ms": each.limit_ms,
        "jobs_offered": each.offered,
        "waits_min": round(each.waits_min, 3),
        "nearest_first_waits_min": round(each.nearest_waits_min, 3),
    }
