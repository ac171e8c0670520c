"""Which job a courier takes: pure, from nothing but what the hall shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from api.cli.replay.instance import Spot

# A minute that a job waits beyond its promise makes up for so many minutes of the courier's time:
# enough that a far counter is served before its orders are given up.
PATIENCE_PER_MIN = 0.25
# At the counter: what is ready so soon after, and turns the way so little, comes along.
TOGETHER_WITHIN_MIN = 8.0
TOGETHER_DETOUR_MIN = 8.0
_SAME_COUNTER_M = 2.0


@dataclass(frozen=True, slots=True)
class Offered:
    """A line of the hall, in minutes of the day and metres of the instance."""

    job_id: str
    pickup: Spot
    dropoff: Spot
    distance_m: float
    adds_m: float
    ready_min: float
    due_min: float


@dataclass(frozen=True, slots=True)
class Legs:
    """How fast somebody is."""

    metres_per_min: float

    def minutes(self, metres: float) -> int:
        """Whole minutes, rounded up: rule 1 of the instances."""
        return ceil(round(metres, 3) / self.metres_per_min)


def ranked(hall: Sequence[Offered], *, legs: Legs, now_min: float) -> list[Offered]:
    """The best first: least of the courier's own time until the food is in hand; overdue counts."""

    def cost_min(job: Offered) -> float:
        until_food = max(legs.minutes(job.distance_m), job.ready_min - now_min)
        return until_food - PATIENCE_PER_MIN * max(0.0, now_min - job.due_min)

    return sorted(hall, key=cost_min)


def goes_together(job: Offered, *, counter: Spot, legs: Legs, leave_min: float) -> bool:
    """Whether to take it along from the counter one stands at, leaving at ``leave_min``."""
    return (
        job.pickup.metres_to(counter) <= _SAME_COUNTER_M
        and job.ready_min <= leave_min + TOGETHER_WITHIN_MIN
        and job.adds_m / legs.metres_per_min <= TOGETHER_DETOUR_MIN
    )


def offered(item: dict[str, Any], *, spot: Any, minute: Any) -> Offered:
    """A line of the hall as it came; ``spot`` and ``minute`` translate points and moments."""
    return Offered(
        job_id=item["job_id"],
        pickup=spot(item["pickup"]["point"]["lat"], item["pickup"]["point"]["lng"]),
        dropoff=spot(item["dropoff"]["point"]["lat"], item["dropoff"]["point"]["lng"]),
        distance_m=item["distance_m"],
        adds_m=item["adds_m"],
        ready_min=minute(item["ready_at"]),
        due_min=minute(item["due_at"]),
    )
