"""What `linli bench scoring` prints: rates beside bare loops, equality, and growth."""

import orjson
import typer
from rich.console import Console
from rich.table import Table

from api.cli.bench.scoring.measuring import (
    BATCH,
    DISPATCH,
    ENGINE,
    PAGE,
    READ_AND_SORT,
    TARGET,
    Measured,
)

_console = Console(width=110)
_PAIRS = ((BATCH, READ_AND_SORT), (ENGINE, DISPATCH))


def print_scoring(found: Measured, *, as_json: bool) -> None:
    """The table, and one line of JSON for programs."""
    table = Table("facts per second of processor time", "rate", "bare loop", "ratio", "target", "")
    for kind, bare in _PAIRS:
        ratio = found.ratio(kind, bare)
        table.add_row(
            kind, f"{found.per_s(kind):,.0f}", f"{found.per_s(bare):,.0f} ({bare})",
            f"{ratio:.2f}", f"{TARGET}", "met" if ratio >= TARGET else "MISSED",
        )  # fmt: skip
    plan = found.plan
    _console.print(
        f"{plan.facts:,} facts of {plan.runners} runners as lines of JSON, {plan.rounds} rounds; "
        f"reading them, the latter two in pages of {PAGE}, is in all four rates."
    )
    _console.print(table)
    equal = "equal to the last bit" if found.are_equal else "DIFFERENT"
    _console.print(f"Batch and incremental: {equal}, points and floats of quality.")
    _console.print(
        f"Update alone, without reading: {plan.facts / found.update_only_s:,.0f} facts per second. "
        f"One fact costs {found.early_us:.1f} µs and {found.early_bytes:,.0f} bytes in the first "
        f"quarter, {found.late_us:.1f} µs and {found.late_bytes:,.0f} bytes in the last."
    )
    if as_json:
        typer.echo(orjson.dumps(_json(found)).decode())


def _json(found: Measured) -> dict[str, object]:
    return {
        "facts": found.plan.facts,
        "target": TARGET,
        "equal": found.are_equal,
        "per_s": {kind: round(found.per_s(kind)) for pair in _PAIRS for kind in pair},
        "ratios": {kind: round(found.ratio(kind, bare), 3) for kind, bare in _PAIRS},
        "update_only_per_s": round(found.plan.facts / found.update_only_s),
        "us_per_fact": {"first": round(found.early_us, 2), "last": round(found.late_us, 2)},
        "bytes_per_fact": {"first": round(found.early_bytes), "last": round(found.late_bytes)},
    }
