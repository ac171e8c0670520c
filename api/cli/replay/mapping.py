"""From the flat metres of an instance to GCJ-02 and back, around one point of the earth."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from api.cli.replay.instance import Spot
from api.kit.geo import Point, local_distance_m, metres_per_degree

# People's Square; further replays on one database move away from it.
CITY = Point(31.230400, 121.473700)
_STEP_DEGREES = 0.25
_ROWS, _COLUMNS = 30, 60


@dataclass(frozen=True, slots=True)
class Mapping:
    """The plane through ``origin``, on which ``centre`` lies there; east is x, north is y."""

    origin: Point
    centre: Spot

    def point(self, spot: Spot) -> Point:
        """Where a spot lies, six decimals (0.11 m)."""
        north_m, east_m = metres_per_degree(self.origin.lat)
        return Point(
            round(self.origin.lat + (spot.y_m - self.centre.y_m) / north_m, 6),
            round(self.origin.lng + (spot.x_m - self.centre.x_m) / east_m, 6),
        )

    def spot(self, lat: float, lng: float) -> Spot:
        """Which spot lies there."""
        north_m, east_m = metres_per_degree(self.origin.lat)
        return Spot(
            self.centre.x_m + (lng - self.origin.lng) * east_m,
            self.centre.y_m + (lat - self.origin.lat) * north_m,
        )


@dataclass(frozen=True, slots=True)
class Circle:
    """Ground that a community holds already."""

    centre: Point
    radius_m: float


def free_origin(taken: Iterable[Circle], *, radius_m: float) -> Point:
    """The first point, from the city inland, around which nothing else reaches into the circle.

    Communities that overlap would take each other's orders: the nearest centre wins.
    """
    circles = list(taken)
    for point in _candidates():
        if all(_metres(point, c.centre) > radius_m + c.radius_m for c in circles):
            return point
    raise ValueError("there is no free ground left for another community")


def _candidates() -> Iterator[Point]:
    for row in range(_ROWS):
        for column in range(_COLUMNS):
            yield Point(
                round(CITY.lat - row * _STEP_DEGREES, 6),
                round(CITY.lng - column * _STEP_DEGREES, 6),
            )


def _metres(a: Point, b: Point) -> float:
    return local_distance_m(a.lat, a.lng, b.lat, b.lng)
