"""What `linli bench quality` prints: each figure beside two plain scores and its limit."""

import orjson
import typer
from rich.console import Console
from rich.table import Table

from api.cli.bench.quality.judging import LAST, PLAIN, Q
from api.cli.bench.quality.running import Figure, Quality

_console = Console(width=110)


def print_quality(found: Quality, *, as_json: bool) -> None:
    """The table, and one line of JSON for programs."""
    table = Table("figure, mean over worlds", Q, "± se", PLAIN, LAST, "limit for Q", "")
    for figure in found.figures:
        table.add_row(
            figure.name, _cell(figure, Q), f"{figure.error:.3f}", _cell(figure, PLAIN),
            _cell(figure, LAST), figure.limit, "met" if figure.is_met else "MISSED",
        )  # fmt: skip
    _console.print(
        f"{found.seeds} ordinary worlds ({found.orders:,} orders, {found.ratings:,} ratings), "
        f"{found.seeds} with stairs, {found.drifting} in which skills drift."
    )
    _console.print(table)
    _console.print("Our own worlds, our own shapes: to fail here refutes, to pass proves little.")
    if as_json:
        typer.echo(orjson.dumps(_json(found)).decode())


def _cell(figure: Figure, score: str) -> str:
    return f"{figure.means[score]:.3f}" if score in figure.means else ""


def _json(found: Quality) -> dict[str, object]:
    return {
        "seeds": found.seeds,
        "drifting": found.drifting,
        "orders": found.orders,
        "figures": [
            {
                "name": figure.name.strip(),
                "means": {name: round(mean, 4) for name, mean in figure.means.items()},
                "standard_error": round(figure.error, 4),
                "limit": figure.limit,
                "met": figure.is_met,
            }
            for figure in found.figures
        ],
    }
