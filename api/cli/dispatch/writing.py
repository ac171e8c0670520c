"""The files of a run: deliveries, moves, and what each round cost."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from api.cli.dispatch.day import Day

DELIVERIES = ("order_id", "courier_id", "bundle_id", "decided_at", "pickup_time", "dropoff_time")
MOVES = ("courier_id", "decided_at", "depart_time", "to_id")
ROUNDS = ("sim_time", "open_orders", "couriers", "cpu_ms")


def write_day(day: Day, folder: Path) -> None:
    """Write the three files; all but the cost of rounds is the same whenever it is run."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(
        folder / "deliveries.csv",
        DELIVERIES,
        (
            (d.order, d.courier, d.collection, _minutes(d.decided_min), _minutes(d.pickup_min),
             _minutes(d.dropoff_min))
            for d in day.deliveries
        ),
    )  # fmt: skip
    moves = ((m.courier, _minutes(m.at_min), _minutes(m.at_min), m.restaurant) for m in day.moves)
    _write(folder / "moves.csv", MOVES, moves)
    rounds = (
        (_minutes(r.at_min), str(r.open_orders), str(r.couriers), f"{r.cpu_ms:.3f}")
        for r in day.rounds
    )
    _write(folder / "rounds.csv", ROUNDS, rounds)


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _minutes(value: float) -> str:
    return f"{value:.10g}"
