"""What a round decides, as values."""

from dataclasses import dataclass
from typing import NamedTuple

from api.matching.dispatch.snapshot import Visit


class Timed(NamedTuple):
    """A visit, the handover there and when the runner is free to leave, in minutes."""

    visit: Visit
    at_min: float
    free_min: float


@dataclass(frozen=True, slots=True)
class Offer:
    """Jobs for a runner, and the route that would follow from taking them.

    ``reason`` is a word and its numbers; texts for people are made elsewhere.
    """

    runner: int
    jobs: tuple[int, ...]
    route: tuple[Timed, ...]
    reason: "Reason"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why this runner: how long until the pickup, how many were compared, what was shared."""

    code: str
    pickup_in_min: float
    waits_min: float
    compared: int
    bundled: int


@dataclass(frozen=True, slots=True)
class Move:
    """An idle runner does better to wait at this counter (a row of ``counters_xy``)."""

    runner: int
    counter: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Offers to make now, moves to propose; every other job waits for the next round."""

    offers: tuple[Offer, ...]
    moves: tuple[Move, ...]
    held: tuple[int, ...] = ()
