"""The summary of a replay: a table to read, and one JSON object for machines."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import mean, median
from typing import Any

from rich.console import Console
from rich.table import Table

from api.cli.history import Call
from api.cli.replay.queries import Outcome

# Behind by more than this the day was not the one that was asked for.
LAG_TOLERATED_MIN = 1.0


@dataclass(frozen=True, slots=True)
class Result:
    """Everything a replay found out."""

    name: str
    speed: float
    radius_m: float
    target_min: int
    duration_s: float
    kills: int
    kill_seed: str
    orders: int
    refused: Mapping[str, int]
    outcomes: Sequence[Outcome]
    calls: Sequence[Call]
    dropped_calls: int
    gave_up: Sequence[str]
    violations: Mapping[str, Sequence[str]]
    lags_min: Sequence[float]
    # Real seconds for which the day went slower than wished.
    slowed_s: float
    # Events and reactions that were still to be worked off when the patience was over.
    unsettled: int
    broken_invariants: Sequence[str] = field(default_factory=tuple[str, ...])

    @property
    def not_final(self) -> int:
        """Orders that are neither completed nor cancelled."""
        return sum(o.state not in ("completed", "cancelled") for o in self.outcomes)

    @property
    def lost(self) -> int:
        """Acknowledged writes that are absent, and orders that never ended."""
        return len(self.violations.get("H1", ())) + self.not_final

    @property
    def is_good(self) -> bool:
        """Nothing lost, every order final, no check violated, nobody gave up, all worked off."""
        return not (self.lost or self.unsettled or self.gave_up or any(self.violations.values()))

    def as_json(self) -> dict[str, Any]:
        """The object of the last line."""
        outcomes, took = (
            self.outcomes,
            [o.took_min for o in self.outcomes if o.took_min is not None],
        )
        expired = sum(o.cancel_reason == "job_expired" for o in outcomes)
        placed, delivered = len(outcomes), sum(o.is_delivered for o in outcomes)
        return {
            "instance": self.name,
            "orders": self.orders,
            "refused": dict(self.refused),
            "placed": placed,
            "accepted": sum(o.is_accepted for o in outcomes),
            "delivered": delivered,
            "delivered_percent": round(100 * delivered / placed, 2) if placed else 0.0,
            "expired": expired,
            "cancelled": sum(o.state == "cancelled" for o in outcomes) - expired,
            "completed": sum(o.state == "completed" for o in outcomes),
            "not_final": self.not_final,
            "lost": self.lost,
            "unknown": len(self.gave_up),
            "unsettled": self.unsettled,
            "server_errors": sum(c.status >= 500 and c.status != 503 for c in self.calls),
            "busy": sum(c.status == 503 for c in self.calls),
            "no_answer": sum(c.status == 0 for c in self.calls),
            "violations": {name: len(lines) for name, lines in self.violations.items()},
            "first_problems": self.first_problems,
            "broken_invariants": list(self.broken_invariants),
            "click_to_door_min": _figures(took),
            "late_percent": _late_percent(took, self.target_min),
            "lag_min": _figures(self.lags_min),
            "kept_up": self.kept_up,
            "slowed_s": round(self.slowed_s, 1),
            "duration_s": round(self.duration_s, 1),
            "speed": self.speed,
            "radius_m": round(self.radius_m),
            "kills": self.kills,
            "kill_seed": self.kill_seed,
            "calls": len(self.calls),
            "dropped_calls": self.dropped_calls,
            "routes": {
                route: {"count": len(times), "p50_ms": _at(times, 50), "p99_ms": _at(times, 99)}
                for route, times in latencies_ms(self.calls).items()
            },
        }

    @property
    def kept_up(self) -> bool:
        """Whether this machine kept to the schedule: half of what was due was done within the
        minute. The mean would blame the machine for the minutes that a kill costs.
        """
        return not self.lags_min or median(self.lags_min) <= LAG_TOLERATED_MIN

    @property
    def first_problems(self) -> list[str]:
        """A few lines of each kind of violation, and of who gave up."""
        lines = [f"{h} {line}" for h, found in self.violations.items() for line in found[:3]]
        return lines + [f"gave up {line}" for line in self.gave_up[:3]]


def latencies_ms(calls: Sequence[Call]) -> dict[str, list[float]]:
    """Sorted milliseconds of all answered calls, by route."""
    found: dict[str, list[float]] = defaultdict(list)
    for call in calls:
        if call.status:
            found[f"{call.method} {call.route}"].append((call.ended - call.started) * 1000)
    return {route: sorted(found[route]) for route in sorted(found)}


def show(result: Result, console: Console) -> None:
    """The readable part."""
    figures = result.as_json()
    console.print(_routes(result))
    console.print(
        f"[bold]{result.name}[/]: {figures['orders']} orders, {figures['placed']} placed, "
        f"{figures['delivered']} delivered ({figures['delivered_percent']} %), "
        f"{figures['expired']} expired, {figures['cancelled']} cancelled otherwise, "
        f"{figures['completed']} completed, {result.not_final} not final"
    )
    if result.refused:
        console.print(f"not taken by the API: {dict(result.refused)}")
    took = figures["click_to_door_min"]
    console.print(
        f"click to door: mean {took['mean']}, p50 {took['p50']}, p99 {took['p99']} minutes; "
        f"{figures['late_percent']} % later than {result.target_min}"
    )
    lag = figures["lag_min"]
    behind = "" if result.kept_up else "  [red]this machine could not keep up: lower --speed[/]"
    console.print(
        f"behind schedule: mean {lag['mean']}, p99 {lag['p99']} minutes of the day; "
        f"slowed down for {figures['slowed_s']} s{behind}"
    )
    console.print(
        f"{figures['duration_s']} s at {result.speed:g} times the pace, {figures['calls']} calls "
        f"({figures['dropped_calls']} not kept), {result.kills} kills"
    )
    for line in result.first_problems:
        console.print(f"[red]{line}[/]", highlight=False)
    for line in result.broken_invariants:
        console.print(f"[red]doctor[/] {line}", highlight=False)
    console.print(f"lost: {result.lost}", style="green" if result.is_good else "red")


def _routes(result: Result) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in ("route", "calls", "p50 ms", "p99 ms", "answers"):
        table.add_column(column, justify="left" if column in ("route", "answers") else "right")
    answers: dict[str, Counter[int]] = defaultdict(Counter)
    for call in result.calls:
        answers[f"{call.method} {call.route}"][call.status] += 1
    for route, times in latencies_ms(result.calls).items():
        told = ", ".join(f"{s or 'none'}: {n}" for s, n in sorted(answers[route].items()))
        table.add_row(route, str(len(times)), str(_at(times, 50)), str(_at(times, 99)), told)
    return table


def _figures(values: Sequence[float]) -> dict[str, float]:
    times = sorted(values)
    return {
        "mean": round(mean(times), 2) if times else 0.0,
        "p50": _at(times, 50),
        "p99": _at(times, 99),
    }


def _late_percent(took: Sequence[float], target_min: int) -> float:
    return round(100 * sum(t > target_min for t in took) / len(took), 2) if took else 0.0


def _at(ordered: Sequence[float], percent: int) -> float:
    """The nearest-rank percentile."""
    if not ordered:
        return 0.0
    return round(ordered[max(0, -(-len(ordered) * percent // 100) - 1)], 2)
