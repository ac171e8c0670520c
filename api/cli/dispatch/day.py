"""The clock and the physics of a day: orders appear, rounds are held, couriers carry out.

The dispatcher is the service's own and sees one moment at a time; an offer is accepted at once.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from api.cli.dispatch.courier import Courier
from api.cli.replay.instance import Instance, Spot
from api.matching.dispatch.objective import Objective
from api.matching.dispatch.plan import Plan
from api.matching.dispatch.snapshot import Jobs, Pace, Runners, Snapshot, Visit

Solve = Callable[[Snapshot, Objective], Plan]
# Nobody carries so much; the public instances set no bound.
UNBOUNDED = 1_000
# A day ends by itself when nothing is left to do; this only bounds it.
_AFTER_MIN = 24 * 60


@dataclass(frozen=True, slots=True)
class Delivery:
    """One order brought to its door."""

    order: str
    courier: str
    collection: str
    decided_min: float
    pickup_min: float
    dropoff_min: float


@dataclass(frozen=True, slots=True)
class Repositioning:
    """A courier sent to a counter without an order."""

    courier: str
    at_min: float
    restaurant: str


@dataclass(frozen=True, slots=True)
class Round:
    """What one round cost."""

    at_min: float
    open_orders: int
    couriers: int
    cpu_ms: float


@dataclass(slots=True)
class Day:
    """All that happened."""

    deliveries: list[Delivery] = field(default_factory=list[Delivery])
    moves: list[Repositioning] = field(default_factory=list[Repositioning])
    rounds: list[Round] = field(default_factory=list[Round])


class Play:
    """One instance, played forward minute by minute."""

    def __init__(
        self,
        instance: Instance,
        objective: Objective,
        solve: Solve,
        weights: Mapping[str, float] | None = None,
    ) -> None:
        """Nothing has happened yet; ``weights`` is by courier how much dearer each seems."""
        self._weights = weights or {}
        self._instance, self._objective, self._solve = instance, objective, solve
        self._pace = Pace(
            metres_per_min=instance.metres_per_min,
            pickup_min=instance.pickup_service_min,
            stop_min=instance.dropoff_service_min,
            whole_minutes=True,
        )
        self._counters = list(instance.restaurants)
        self._counters_xy = np.array([_xy(s) for s in instance.restaurants.values()])
        self._orders = _orders(instance)
        self._decided_min: dict[int, float] = {}
        self._waiting: list[int] = []
        self._duty: list[Courier] = []
        self._off_duty = list(reversed(instance.couriers))
        self._day = Day()

    def run(self) -> Day:
        """The whole day, until nothing can be delivered any more."""
        instance = self._instance
        last_min = instance.ends_min + _AFTER_MIN
        coming = list(range(len(instance.orders)))[::-1]
        now_min = instance.begins_min
        ended: list[Courier] = []
        while now_min <= last_min:
            while coming and instance.orders[coming[-1]].placed_min <= now_min:
                self._waiting.append(coming.pop())
            self._begin_shifts(now_min)
            for courier in self._duty:
                courier.advance(now_min, self._pace)
            ended += [c for c in self._duty if not c.route and c.off_min < now_min]
            self._duty = [c for c in self._duty if c.route or c.off_min >= now_min]
            if not (self._duty or self._off_duty):
                break
            if self._duty:
                self._round(now_min)
            now_min += 1
        for courier in ended:
            self._tell(courier)
        self._day.deliveries.sort(key=lambda d: (d.dropoff_min, d.order))
        return self._day

    def _begin_shifts(self, now_min: int) -> None:
        while self._off_duty and self._off_duty[-1].on_min <= now_min:
            line = self._off_duty.pop()
            self._duty.append(Courier(line.name, _xy(line.start), now_min, line.off_min))

    def _round(self, now_min: int) -> None:
        began = time.process_time()
        plan = self._solve(self._snapshot(now_min), self._objective)
        spent_ms = (time.process_time() - began) * 1000
        self._day.rounds.append(Round(now_min, len(self._waiting), len(self._duty), spent_ms))
        for offer in plan.offers:
            self._duty[offer.runner].route = tuple(each.visit for each in offer.route)
            self._decided_min.update(dict.fromkeys(offer.jobs, now_min))
        self._waiting = [order for order in self._waiting if order not in self._decided_min]
        for move in plan.moves:
            courier = self._duty[move.runner]
            spot = _xy(self._instance.restaurants[self._counters[move.counter]])
            courier.route = (Visit("move", spot, spot),)
            self._day.moves.append(
                Repositioning(courier.name, now_min, self._counters[move.counter])
            )

    def _snapshot(self, now_min: int) -> Snapshot:
        duty = self._duty
        runners = Runners(
            xy=np.array([c.xy for c in duty]).reshape(-1, 2),
            from_min=np.array([c.free_min for c in duty]),
            off_min=np.array([c.off_min for c in duty]),
            capacity_left=np.full(len(duty), UNBOUNDED),
            weight=np.array([self._weights.get(c.name, 1.0) for c in duty]),
            routes=tuple(c.route for c in duty),
            under_way=np.array([c.is_under_way(now_min) for c in duty]),
        )
        return Snapshot(
            now_min=now_min,
            jobs=self._orders.rows(np.array(self._waiting, dtype=np.int64)),
            runners=runners,
            pace=self._pace,
            counters_xy=self._counters_xy,
        )

    def _tell(self, courier: Courier) -> None:
        """Turn a courier's handovers into deliveries."""
        pickups: dict[int, tuple[str, float]] = {}
        collections = 0
        for each in courier.done:
            if each.visit.kind == "pickup":
                collections += 1
                collection = f"{courier.name}n{collections}"
                pickups.update(dict.fromkeys(each.visit.jobs, (collection, each.at_min)))
            elif each.visit.kind == "stop":
                [order] = each.visit.jobs
                collection, pickup_min = pickups[order]
                self._day.deliveries.append(
                    Delivery(
                        order=self._instance.orders[order].name,
                        courier=courier.name,
                        collection=collection,
                        decided_min=self._decided_min[order],
                        pickup_min=pickup_min,
                        dropoff_min=each.at_min,
                    )
                )


def _orders(instance: Instance) -> Jobs:
    """All orders of the day as rows; a round is shown those that were placed."""
    numbers = {name: number for number, name in enumerate(instance.restaurants)}
    orders = instance.orders
    doors = np.array([_xy(o.door) for o in orders])
    return Jobs(
        key=np.arange(len(orders)),
        pickup_xy=np.array([_xy(instance.restaurants[o.restaurant]) for o in orders]),
        door_xy=doors,
        leave_xy=doors,
        inner_min=np.zeros(len(orders)),
        merchant=np.array([numbers[o.restaurant] for o in orders]),
        building=np.arange(len(orders)),
        ready_min=np.array([float(o.ready_min) for o in orders]),
        due_min=np.array([float(o.placed_min + instance.target_min) for o in orders]),
        load=np.ones(len(orders), dtype=np.int64),
    )


def _xy(spot: Spot) -> tuple[float, float]:
    return spot.x_m, spot.y_m
