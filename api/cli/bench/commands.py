"""The commands of ``linli bench``."""

from typing import Annotated

import typer

from api.cli.bench.accept import Plan, measure_accept
from api.cli.bench.hall import HallPlan, measure_hall
from api.cli.bench.printing import print_accept, print_hall

bench = typer.Typer(
    no_args_is_help=True, help="Measure the hot write and the hot read, on fresh stores."
)
AsJson = Annotated[bool, typer.Option("--json", help="End with one line of JSON.")]


@bench.command()
def accept(as_json: AsJson = False) -> None:
    """Accepts per second over HTTP, beside pgbench doing the same statements."""
    print_accept(measure_accept(Plan()), as_json=as_json)


@bench.command()
def hall(as_json: AsJson = False) -> None:
    """Answers per second of the hall, beside the same route answering a constant page."""
    print_hall(measure_hall(HallPlan()), as_json=as_json)
