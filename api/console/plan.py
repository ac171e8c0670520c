"""A plan of a community as a drawing: metres around its middle, no map and no tiles. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from api.kit.geo import metres_per_degree

# Nobody is drawn farther out than this, however far a position strays.
_REACH_MAX_M = 5_000
_MARGIN_M = 80
_STEP_M = 100


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something is drawn: metres east and south of the middle, as SVG counts."""

    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A square drawing around a point; ``reach_m`` from the middle to each edge."""

    lat: float
    lng: float
    reach_m: int

    @property
    def view_box(self) -> str:
        """What SVG shows: a metre is a unit."""
        return f"{-self.reach_m} {-self.reach_m} {2 * self.reach_m} {2 * self.reach_m}"

    @property
    def rings(self) -> range:
        """Radii of the rings that tell distances."""
        step = 500 if self.reach_m > 500 else 250
        return range(step, self.reach_m + 1, step)

    def spot(self, lat: float, lng: float) -> Spot:
        """A point on the drawing; what lies beyond stands at its edge."""
        east, south = _metres(self.lat, self.lng, lat, lng)
        return Spot(_within(east, self.reach_m), _within(south, self.reach_m))


def sheet_around(
    lat: float, lng: float, *, radius_m: int, points: Sequence[tuple[float, float]]
) -> Sheet:
    """A drawing that holds the circle of the community and every point, a round number wide."""
    distances = [max(map(abs, _metres(lat, lng, *point))) for point in points]
    reach = max([radius_m, *distances]) + _MARGIN_M
    return Sheet(lat, lng, min(_REACH_MAX_M, ceil(reach / _STEP_M) * _STEP_M))


def _metres(lat: float, lng: float, to_lat: float, to_lng: float) -> tuple[float, float]:
    north, east = metres_per_degree(lat)
    return (to_lng - lng) * east, (lat - to_lat) * north


def _within(value: float, reach: int) -> int:
    return round(max(-reach, min(reach, value)))
