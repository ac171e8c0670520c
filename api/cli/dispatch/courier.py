"""A courier of the simulated day: where they are, what lies ahead, what they handed over."""

from dataclasses import dataclass, field

from api.matching.dispatch.plan import Timed
from api.matching.dispatch.snapshot import Pace, Visit
from api.matching.dispatch.timing import XY, timed


@dataclass(slots=True)
class Courier:
    """``free_min`` is when the first leg of the route begins, or might."""

    name: str
    xy: XY
    free_min: float
    off_min: float
    route: tuple[Visit, ...] = ()
    done: list[Timed] = field(default_factory=list[Timed])

    def advance(self, now_min: float, pace: Pace) -> None:
        """Let happen what happens by now; a pickup in this very minute may still be joined."""
        for each in timed(self.xy, self.free_min, self.route, pace):
            if each.at_min > now_min or (each.visit.kind == "pickup" and each.at_min == now_min):
                break
            self.done.append(each)
            self.route = self.route[1:]
            self.xy, self.free_min = each.visit.leave_xy, each.free_min
        if not self.route:
            # Nobody sets out in the past.
            self.free_min = max(self.free_min, now_min)

    def is_under_way(self, now_min: float) -> bool:
        """The first leg has begun and is not turned round; in the very minute it may yet change."""
        return bool(self.route) and self.free_min < now_min
