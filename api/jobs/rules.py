"""Pure rules of jobs: codes, the order to walk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from api.kit.geo import Point, walking_distance_m

CODE_DIGITS = 4
WRONG_CODES_MAX = 5
LOCK_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class CodeTry:
    """What trying a code leads to: taken, or the count and lock to store."""

    is_right: bool
    wrong_codes: int
    locked_until: datetime | None

    @property
    def refusal(self) -> str:
        """The error of a wrong one."""
        return "code_locked" if self.locked_until else "code_wrong"


def is_locked(locked_until: datetime | None, *, now: datetime) -> bool:
    """Whether codes may not be tried at the moment."""
    return locked_until is not None and now < locked_until


def try_code(*, given: str, expected: str, wrong_codes: int, now: datetime) -> CodeTry:
    """Compare a code; every fifth wrong one locks for ten minutes and starts counting anew."""
    if given == expected:
        return CodeTry(True, 0, None)
    if wrong_codes + 1 >= WRONG_CODES_MAX:
        return CodeTry(False, 0, now + LOCK_FOR)
    return CodeTry(False, wrong_codes + 1, None)


# A proof that was made without a signal: within so long of the token that was issued while there
# was one, and sent so soon after it. No claim can therefore lie further back than the second.
PROOF_WINDOW = timedelta(minutes=15)
PROOF_SEND_WITHIN = timedelta(minutes=30)
Verdict = Literal["counted", "outside_window", "sent_too_late", "held"]


def judge_late_proof(
    *, issued_at: datetime, client_at: datetime, now: datetime
) -> tuple[datetime, Verdict]:
    """When a late proof counts from: the phone's time inside the token's window, else now."""
    if now > issued_at + PROOF_SEND_WITHIN:
        return now, "sent_too_late"
    if not issued_at <= client_at <= min(issued_at + PROOF_WINDOW, now):
        return now, "outside_window"
    return client_at, "counted"


@dataclass(frozen=True, slots=True)
class Errand:
    """A job at hand as a walk: where to fetch (none: fetched already), which stops are left."""

    job_id: UUID
    pickup: Point | None
    dropoffs: tuple[tuple[int, Point], ...]


@dataclass(frozen=True, slots=True)
class Leg:
    """One visit of the walk: the pickup (``stop`` 0) or a stop of a job, and how far it is."""

    job_id: UUID
    stop: int
    point: Point
    walk_m: float


def walking_order(start: Point, errands: Sequence[Errand]) -> list[Leg]:
    """Always the nearest visit that is possible: a stop only after its job's pickup.

    At most 20 jobs are at hand, so the plain rule is fast enough; dispatch plans better ones.
    """
    waiting: list[tuple[UUID, int, Point]] = []
    after_pickup: dict[UUID, list[tuple[UUID, int, Point]]] = {}
    for errand in errands:
        stops = [(errand.job_id, n, p) for n, p in errand.dropoffs]
        if errand.pickup is None:
            waiting += stops
        else:
            waiting.append((errand.job_id, 0, errand.pickup))
            after_pickup[errand.job_id] = stops
    here, legs = start, list[Leg]()
    while waiting:
        best = min(waiting, key=lambda v: (walking_distance_m(here, v[2]), str(v[0]), v[1]))
        waiting.remove(best)
        job_id, stop, point = best
        legs.append(Leg(job_id, stop, point, walking_distance_m(here, point)))
        waiting += after_pickup.pop(job_id, []) if stop == 0 else []
        here = point
    return legs


def added_m(start: Point, route: Sequence[Point], pickup: Point, dropoff: Point) -> float:
    """What fetching and bringing adds to a route by the cheapest insertion, in metres."""
    nodes = [start, *route]
    best = float("inf")
    for i in range(len(nodes)):
        to_pickup = _insert_m(nodes, i, pickup)
        with_pickup = [*nodes[: i + 1], pickup, *nodes[i + 1 :]]
        for j in range(i + 1, len(with_pickup)):
            best = min(best, to_pickup + _insert_m(with_pickup, j, dropoff))
    return best


def _insert_m(nodes: Sequence[Point], after: int, point: Point) -> float:
    there = walking_distance_m(nodes[after], point)
    if after + 1 == len(nodes):
        return there
    onward = walking_distance_m(point, nodes[after + 1])
    return there + onward - walking_distance_m(nodes[after], nodes[after + 1])
