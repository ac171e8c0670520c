"""What `linli bench fairness` prints: each figure beside nearest-first and its limit."""

import orjson
import typer
from rich.console import Console
from rich.table import Table

from api.cli.bench.fairness.living import UNDELIVERED_MIN
from api.cli.bench.fairness.measuring import Fairness
from api.cli.bench.fairness.world import ORDERS, RUNNERS

_console = Console(width=110)


def print_fairness(found: Fairness, *, as_json: bool) -> None:
    """The table, and one line of JSON for programs."""
    table = Table("figure, mean over worlds", "dispatch", "nearest first", "limit", "")
    for each in found.figures:
        table.add_row(
            each.name, f"{each.dispatch:.3f}", f"{each.nearest:.3f}", each.limit,
            "met" if each.is_met else "MISSED",
        )  # fmt: skip
    _console.print(
        f"{found.seeds} worlds of {RUNNERS} runners, {ORDERS} orders in four hours, "
        f"{found.days} days; {found.undelivered} orders undelivered ({found.nearest_undelivered} "
        f"by nearest first), each counted as {UNDELIVERED_MIN:g} minutes."
    )
    _console.print(table)
    _console.print("Our own worlds, our own shapes: to fail here refutes, to pass proves little.")
    if as_json:
        typer.echo(orjson.dumps(_json(found)).decode())


def _json(found: Fairness) -> dict[str, object]:
    return {
        "seeds": found.seeds,
        "days": found.days,
        "undelivered": found.undelivered,
        "nearest_first_undelivered": found.nearest_undelivered,
        "figures": [
            {
                "name": each.name,
                "dispatch": round(each.dispatch, 4),
                "nearest_first": round(each.nearest, 4),
                "limit": each.limit,
                "met": each.is_met,
            }
            for each in found.figures
        ],
    }
