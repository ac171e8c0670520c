"""A made-up community: thirty runners of known quality, four busy hours a day, for thirty days.

Its size is that of the table in the points engine's facts; shapes and numbers are ours, chosen
once. Every draw comes from one seeded generator, so a seed is a world.
"""

from dataclasses import dataclass
from random import Random

from api.cli.replay.instance import CourierLine, Instance, OrderLine, Spot

RUNNERS, ORDERS, DAYS = 30, 330, 30
OPENS_MIN, HOURS = 600, 4
_SIDE_M = 1_000.0
_COUNTERS = 20
_TRIP_M = 360.0
# The least part of the four hours that a runner is online.
_ONLINE_LEAST = 0.6


@dataclass(frozen=True, slots=True)
class Runner:
    """Whoever works here; ``quality`` is what the estimate says by now, after many orders."""

    name: str
    quality: float


@dataclass(frozen=True, slots=True)
class World:
    """Runners, and the day for every number."""

    runners: tuple[Runner, ...]
    days: tuple[Instance, ...]


def make_world(seed: int, days: int = DAYS) -> World:
    """The world of a seed."""
    chance = Random(seed)  # noqa: S311  (a simulation, no secret)
    runners = tuple(
        Runner(f"r{number}", min(0.99, max(0.8, chance.gauss(0.924, 0.03))))
        for number in range(RUNNERS)
    )
    counters = {f"m{number}": _spot(chance) for number in range(_COUNTERS)}
    return World(runners, tuple(_day(chance, runners, counters) for _ in range(days)))


def _day(chance: Random, runners: tuple[Runner, ...], counters: dict[str, Spot]) -> Instance:
    return Instance(
        name="fairness",
        orders=tuple(sorted(_orders(chance, counters), key=lambda o: (o.placed_min, o.name))),
        couriers=tuple(sorted(_shifts(chance, runners), key=lambda c: (c.on_min, c.name))),
        restaurants=counters,
        metres_per_min=80.0,
        pickup_service_min=2.0,
        dropoff_service_min=2.0,
        target_min=40,
        maximum_min=90,
    )


def _orders(chance: Random, counters: dict[str, Spot]) -> list[OrderLine]:
    names, lines = list(counters), list[OrderLine]()
    for number in range(ORDERS):
        placed_min = OPENS_MIN + int(chance.random() * (HOURS * 60 - 20))
        counter = chance.choice(names)
        at = counters[counter]
        door = Spot(
            at.x_m + chance.gauss(0, _TRIP_M / 1.25), at.y_m + chance.gauss(0, _TRIP_M / 1.25)
        )
        ready_min = placed_min + chance.randint(2, 15)
        lines.append(OrderLine(f"o{number}", door, placed_min, counter, ready_min))
    return lines


def _shifts(chance: Random, runners: tuple[Runner, ...]) -> list[CourierLine]:
    lines: list[CourierLine] = []
    for runner in runners:
        online_min = int(HOURS * 60 * chance.uniform(_ONLINE_LEAST, 1))
        on_min = OPENS_MIN + chance.randint(0, HOURS * 60 - online_min)
        lines.append(CourierLine(runner.name, _spot(chance), on_min, on_min + online_min))
    return lines


def _spot(chance: Random) -> Spot:
    return Spot(chance.uniform(0, _SIDE_M), chance.uniform(0, _SIDE_M))
