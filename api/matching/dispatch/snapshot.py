"""The moment a round looks at: open jobs, runners with their routes, how fast one gets about.

Places are metres on the office's sheet, times are minutes since any zero that all of them share.
Runners and counters are named by their rows, jobs by the caller's numbers.
"""

from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

NOBODY = -1


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things take: ways, and the service at a counter and at a door.

    Half of a service comes before the handover and half after it. ``whole_minutes`` rounds each
    way up, as the public instances do.
    """

    metres_per_min: float
    pickup_min: float
    stop_min: float
    whole_minutes: bool = False

    def way_min(self, one: Floats, other: Floats) -> Floats:
        """Minutes from each place to each other one; the last axis is (x, y)."""
        dx = one[..., 0] - other[..., 0]
        dy = one[..., 1] - other[..., 1]
        return self.minutes(np.sqrt(dx * dx + dy * dy))

    def minutes(self, metres: Floats) -> Floats:
        """How long so many metres take."""
        minutes = metres / self.metres_per_min
        return np.ceil(minutes) if self.whole_minutes else minutes


@dataclass(frozen=True, slots=True)
class Jobs:
    """Open jobs, a row each: one counter, then one door or a fixed chain of doors.

    ``key`` is the caller's number, by which visits and offers name them. ``merchant`` numbers the
    counter: equal numbers are fetched in one visit; ``building`` numbers where the first door is.
    ``door_xy`` is the first stop and ``leave_xy``
    the last, ``inner_min`` the way and the services between them. ``due_min`` is what was
    promised.
    """

    key: Ints
    pickup_xy: Floats
    door_xy: Floats
    leave_xy: Floats
    inner_min: Floats
    merchant: Ints
    building: Ints
    ready_min: Floats
    due_min: Floats
    load: Ints

    def __len__(self) -> int:
        return len(self.key)

    def rows(self, which: Ints | Flags) -> "Jobs":
        """Some of them, in the order asked for."""
        return Jobs(*(getattr(self, field.name)[which] for field in fields(self)))


class Visit(NamedTuple):
    """One place of a runner's route; a pickup may serve several jobs, a stop serves one.

    ``kind`` is ``pickup``, ``stop`` or ``move``; ``ready_min`` is when there is something to get.
    """

    kind: str
    xy: tuple[float, float]
    leave_xy: tuple[float, float]
    jobs: tuple[int, ...] = ()
    merchant: int = NOBODY
    ready_min: float = 0.0
    inner_min: float = 0.0


@dataclass(frozen=True, slots=True)
class Runners:
    """Runners on duty, a row each; ``from_min`` is when and ``xy`` where each may set out.

    ``routes`` holds what is still to be visited. Where ``under_way``, the first of it has begun and
    nothing may come before it. ``weight`` is how much dearer (above 1) or cheaper a runner seems:
    the inverse of quality times fairness. After ``off_min`` nothing is picked up.
    """

    xy: Floats
    from_min: Floats
    off_min: Floats
    capacity_left: Ints
    weight: Floats
    routes: tuple[tuple[Visit, ...], ...]
    under_way: Flags

    def __len__(self) -> int:
        return len(self.from_min)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything a round may know.

    ``may`` says by (job, runner) who may be given what: the one predicate of matching, and who has
    not declined it already; ``None`` lets everybody. ``counters_xy`` are places where work may
    come up, for idle runners to wait at.
    """

    now_min: float
    jobs: Jobs
    runners: Runners
    pace: Pace
    may: Flags | None = None
    counters_xy: Floats | None = None
