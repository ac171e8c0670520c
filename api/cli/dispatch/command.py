"""The command itself: read a day, play it, write what happened."""

from dataclasses import dataclass, replace
from pathlib import Path

from api.cli.dispatch.day import Day, Play
from api.cli.dispatch.writing import write_day
from api.cli.replay.instance import Instance, InstanceUnusable, read_instance
from api.matching.dispatch.objective import Objective, published_objective
from api.matching.dispatch.solving import solve


class DispatchRefused(Exception):
    """What was asked cannot be played or written; one line says why."""


@dataclass(frozen=True, slots=True)
class Dispatched:
    """A played day in figures; minutes are means over the delivered orders."""

    instance: str
    objective: str
    orders: int
    delivered: int
    click_to_door_min: float
    ready_to_pickup_min: float
    rounds: int
    round_max_ms: float


def dispatch(folder: Path, out: Path, *, mixes_merchants: bool) -> Dispatched:
    """Play the day in a folder and write its files.

    Raises:
        DispatchRefused: the folder holds no instance, or the files cannot be written.
    """
    try:
        instance = read_instance(folder)
    except InstanceUnusable as error:
        raise DispatchRefused(str(error)) from error
    objective = objective_for(mixes_merchants=mixes_merchants)
    day = Play(instance, objective, solve).run()
    try:
        write_day(day, out)
    except OSError as error:
        raise DispatchRefused(f"{out} cannot be written: {error.strerror}") from error
    return _figures(instance, objective, day)


def objective_for(*, mixes_merchants: bool) -> Objective:
    """The published objective; goods of several counters on one trip only where asked for."""
    published = published_objective()
    looking = replace(published.looking, mixes_merchants=mixes_merchants)
    return replace(published, looking=looking)


def _figures(instance: Instance, objective: Objective, day: Day) -> Dispatched:
    orders = {order.name: order for order in instance.orders}
    done = max(1, len(day.deliveries))
    return Dispatched(
        instance=instance.name,
        objective=objective.version,
        orders=len(orders),
        delivered=len(day.deliveries),
        click_to_door_min=sum(d.dropoff_min - orders[d.order].placed_min for d in day.deliveries)
        / done,
        ready_to_pickup_min=sum(d.pickup_min - orders[d.order].ready_min for d in day.deliveries)
        / done,
        rounds=len(day.rounds),
        round_max_ms=max((each.cpu_ms for each in day.rounds), default=0.0),
    )
