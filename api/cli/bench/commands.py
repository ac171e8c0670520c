"""The commands of ``linli bench``."""

from typing import Annotated

import typer

from api.cli.bench.accept import Plan, measure_accept
from api.cli.bench.console.measuring import measure_console
from api.cli.bench.console.printing import print_console
from api.cli.bench.cycle import measuring as cycles
from api.cli.bench.cycle.printing import print_cycle
from api.cli.bench.dispatch.measuring import measure_dispatch
from api.cli.bench.dispatch.printing import print_dispatch
from api.cli.bench.fairness.measuring import measure_fairness
from api.cli.bench.fairness.printing import print_fairness
from api.cli.bench.hall import HallPlan, measure_hall
from api.cli.bench.live.measuring import Plan as LivePlan
from api.cli.bench.live.measuring import measure_live
from api.cli.bench.live.printing import print_live
from api.cli.bench.printing import print_accept, print_hall
from api.cli.bench.quality.printing import print_quality
from api.cli.bench.quality.running import measure_quality
from api.cli.bench.scoring.measuring import ScoringPlan, measure_scoring
from api.cli.bench.scoring.printing import print_scoring

bench = typer.Typer(
    no_args_is_help=True, help="Measure what is promised, each figure beside its limit."
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


@bench.command()
def cycle(
    households: Annotated[int, typer.Option(min=30, help="How many come.")] = 15_000,
    within_s: Annotated[float, typer.Option(min=1, help="In how many seconds.")] = 60.0,
    block_s: Annotated[float, typer.Option(min=0.1, help="Of measuring at full speed.")] = 4.0,
    kill: Annotated[int, typer.Option(min=0, help="Of API, Redis and worker, meanwhile.")] = 0,
    as_json: AsJson = False,
) -> None:
    """A crowd joins one vegetable cycle in a minute; then orders per second beside bare SQL."""
    plan = cycles.Plan(households, within_s, block_s=block_s, kills=kill)
    print_cycle(cycles.measure_cycle(plan), as_json=as_json)


@bench.command()
def dispatch(as_json: AsJson = False) -> None:
    """What a dispatch round costs at three sizes, beside a bare assignment of its candidates."""
    print_dispatch(measure_dispatch(), as_json=as_json)


@bench.command()
def fairness(
    seeds: Annotated[int, typer.Option(min=1, help="Worlds.")] = 20,
    as_json: AsJson = False,
) -> None:
    """How evenly dispatch spreads income in simulated worlds, beside nearest-first; minutes."""
    found = measure_fairness(seeds=seeds, tell=lambda line: typer.echo(line, err=True))
    print_fairness(found, as_json=as_json)


@bench.command()
def live(as_json: AsJson = False) -> None:
    """2,000 clients on the line: how soon all are told, beside bare WebSockets; memory of each."""
    print_live(measure_live(LivePlan()), as_json=as_json)


@bench.command()
def console(as_json: AsJson = False) -> None:
    """The console's first page in a real Chromium: its bytes and its first paint."""
    print_console(measure_console(), as_json=as_json)


@bench.command()
def quality(
    seeds: Annotated[int, typer.Option(min=2, help="Ordinary worlds, and as many stairs.")] = 20,
    drifting: Annotated[int, typer.Option(min=2, help="Worlds in which skills drift.")] = 12,
    as_json: AsJson = False,
) -> None:
    """How well Q finds known quality in simulated worlds, beside two plain scores; minutes."""
    found = measure_quality(
        seeds=seeds, drifting=drifting, tell=lambda line: typer.echo(line, err=True)
    )
    print_quality(found, as_json=as_json)


@bench.command()
def scoring(as_json: AsJson = False) -> None:
    """Facts scored per second, all at once and one by one, beside loops that do not score."""
    print_scoring(measure_scoring(ScoringPlan()), as_json=as_json)
