"""The commands of ``linli points``: the calculator asked from outside, the ledger checked."""

from pathlib import Path
from typing import Annotated, NoReturn

import orjson
import typer
from rich.console import Console
from rich.markup import escape

from api.cli.points.recomputing import lines_of, recompute_ledgers
from scoring.evaluating import CaseRefused, evaluate_cases
from scoring.rules import published_rules

points = typer.Typer(no_args_is_help=True, help="Points: ask the calculator, check the ledger.")
_stderr = Console(stderr=True)


@points.command()
def evaluate(
    file: Annotated[Path, typer.Argument(help='JSON: {"cases": [{"id", "fn", "input"}]}.')],
) -> None:
    """Points or quality of written cases, as one JSON object by case; exit 2 on bad input."""
    try:
        results = evaluate_cases(published_rules(), orjson.loads(file.read_bytes()))
    except OSError as error:
        _fail(f"{file} cannot be read: {error.strerror}")
    except orjson.JSONDecodeError as error:
        _fail(f"{file} is not JSON: {error}")
    except CaseRefused as refused:
        _fail(str(refused))
    typer.echo(orjson.dumps(results, option=orjson.OPT_INDENT_2).decode())


@points.command()
def recompute(
    check: Annotated[bool, typer.Option(help="Exit 1 where anything differs.")] = False,
) -> None:
    """Replay the stored ledger from the first entry, and compare it to the last digit."""
    found = recompute_ledgers()
    for line in lines_of(found):
        typer.echo(line)
    if check and found.mismatches:
        raise typer.Exit(1)


def _fail(line: str) -> NoReturn:
    _stderr.print(f"[red]linli:[/] {escape(line)}", highlight=False, soft_wrap=True)
    raise typer.Exit(2)
