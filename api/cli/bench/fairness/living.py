"""Lets a world live through its days, under dispatch and under nearest-first."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import mean, median

from api.cli.bench.fairness.world import World
from api.cli.dispatch.day import Day, Play, Solve
from api.cli.replay.instance import Instance
from api.matching.dispatch.objective import Objective
from scoring.dispatch import fairness_weight
from scoring.rules.judging import DispatchRules

# Income counts over so many days.
WINDOW_DAYS = 14
# What is never delivered counts as having taken so long, or leaving it out would be a gain.
UNDELIVERED_MIN = 120.0


@dataclass(slots=True)
class Life:
    """What came of it: pay by online hour over all days, and minutes from click to door."""

    pay_per_h: dict[str, float] = field(default_factory=dict[str, float])
    delivery_min: float = 0.0
    undelivered: int = 0


def live(world: World, solve: Solve, objective: Objective, rules: DispatchRules | None) -> Life:
    """All days, one after the other; without rules nobody is weighed."""
    recent: deque[tuple[Mapping[str, int], Mapping[str, float]]] = deque(maxlen=WINDOW_DAYS)
    whole: list[tuple[Mapping[str, int], Mapping[str, float]]] = []
    minutes: list[float] = []
    undelivered = 0
    for instance in world.days:
        weights = _weights(world, recent, rules) if rules else {}
        day = Play(instance, objective, solve, weights).run()
        worked = _worked(instance, day)
        recent.append(worked)
        whole.append(worked)
        placed = {order.name: order.placed_min for order in instance.orders}
        minutes += [each.dropoff_min - placed[each.order] for each in day.deliveries]
        left = len(instance.orders) - len(day.deliveries)
        minutes += [UNDELIVERED_MIN] * left
        undelivered += left
    return Life(_pay_per_h(whole), mean(minutes), undelivered)


def _worked(instance: Instance, day: Day) -> tuple[dict[str, int], dict[str, float]]:
    """Orders delivered, each paid alike, and hours online, by runner."""
    orders = {line.name: 0 for line in instance.couriers}
    for each in day.deliveries:
        orders[each.courier] += 1
    hours = {line.name: (line.off_min - line.on_min) / 60 for line in instance.couriers}
    return orders, hours


def _pay_per_h(
    worked: deque[tuple[Mapping[str, int], Mapping[str, float]]]
    | list[tuple[Mapping[str, int], Mapping[str, float]]],
) -> dict[str, float]:
    names = worked[0][0]
    return {
        name: sum(orders[name] for orders, _ in worked) / sum(hours[name] for _, hours in worked)
        for name in names
    }


def _weights(
    world: World,
    recent: deque[tuple[Mapping[str, int], Mapping[str, float]]],
    rules: DispatchRules,
) -> dict[str, float]:
    """How much dearer each runner seems: the inverse of quality times fairness."""
    typical = median(runner.quality for runner in world.runners)
    pay = _pay_per_h(recent) if recent else {}
    middle = median(pay.values()) if pay else 0.0
    return {
        runner.name: 1
        / (
            _clipped(1 + rules.slope * (runner.quality - typical), rules.least, rules.most)
            * fairness_weight(rules, pay.get(runner.name, 0.0), middle)
        )
        for runner in world.runners
    }


def _clipped(value: float, least: float, most: float) -> float:
    return min(most, max(least, value))
