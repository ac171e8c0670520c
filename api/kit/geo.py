"""Points and distances: GCJ-02 in degrees, metres on the ellipsoid, a flat sheet for the index.

Distance is the geodesic over the stored numbers, taken as if they were WGS-84. The formula for
the local ellipsoid at the mid-latitude is within three micrometres of it below a kilometre and 165
times cheaper, so geopy decides only where a result lies within a metre of an edge, or sets a price.
"""

from dataclasses import dataclass
from math import cos, floor, hypot, isfinite, pi, radians, sin, sqrt

from geopy.distance import geodesic  # pyright: ignore[reportMissingTypeStubs]

# WGS-84.
_A_M = 6378137.0
_E2 = 6.69437999014e-3
# Krasovsky 1940, which the published form of GCJ-02 uses.
_GCJ_A_M = 6378245.0
_GCJ_E2 = 0.00669342162296594323

# Where GCJ-02 is defined: a crude box, wider than the country.
LAT_RANGE = (0.8293, 55.8271)
LNG_RANGE = (72.004, 137.8347)
EDGE_M = 1.0
# Up to here the cheap formula is within two centimetres (measured from Sanya to Mohe).
_CHEAP_UP_TO_M = 20_000.0
# One office to a sheet; sheets lie so far apart that a nearest-neighbour search never crosses.
SHEET_WIDTH_M = 10_000_000.0


@dataclass(frozen=True, slots=True)
class Point:
    """A place on earth in GCJ-02 degrees, six decimals (0.11 m)."""

    lat: float
    lng: float

    def __post_init__(self) -> None:
        assert isfinite(self.lat)
        assert isfinite(self.lng)


def rounded(lat: float, lng: float) -> Point:
    """The point as it is stored: six decimals."""
    return Point(round(lat, 6), round(lng, 6))


def is_in_china(lat: float, lng: float) -> bool:
    """Whether GCJ-02 is defined here."""
    return LAT_RANGE[0] <= lat <= LAT_RANGE[1] and LNG_RANGE[0] <= lng <= LNG_RANGE[1]


def gcj02_from_wgs84(lat: float, lng: float) -> tuple[float, float]:
    """Shift WGS-84 degrees to GCJ-02; outside China the numbers stay as they are."""
    if not is_in_china(lat, lng):
        return lat, lng
    x, y = lng - 105.0, lat - 35.0
    wave_x = (20 * sin(6 * pi * x) + 20 * sin(2 * pi * x)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + wave_x
    north += (20 * sin(pi * y) + 40 * sin(pi * y / 3)) * 2 / 3
    north += (160 * sin(pi * y / 12) + 320 * sin(pi * y / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + wave_x
    east += (20 * sin(pi * x) + 40 * sin(pi * x / 3)) * 2 / 3
    east += (150 * sin(pi * x / 12) + 300 * sin(pi * x / 30)) * 2 / 3
    bend = 1 - _GCJ_E2 * sin(radians(lat)) ** 2
    d_lat = north * 180 / ((_GCJ_A_M * (1 - _GCJ_E2)) / (bend * sqrt(bend)) * pi)
    d_lng = east * 180 / (_GCJ_A_M / sqrt(bend) * cos(radians(lat)) * pi)
    return lat + d_lat, lng + d_lng


def wgs84_from_gcj02(lat: float, lng: float) -> tuple[float, float]:
    """The inverse by fixed-point iteration, within a micrometre.

    Four rounds do nearly everywhere, six along 105° E and 35° N, where the roots have their cusp.
    """
    guess_lat, guess_lng = lat, lng
    for _ in range(8):
        seen_lat, seen_lng = gcj02_from_wgs84(guess_lat, guess_lng)
        guess_lat, guess_lng = guess_lat + lat - seen_lat, guess_lng + lng - seen_lng
    return guess_lat, guess_lng


def metres_per_degree(lat: float) -> tuple[float, float]:
    """Metres of one degree north and of one degree east on WGS-84 at this latitude."""
    s = sin(radians(lat))
    w = 1 - _E2 * s * s
    meridian_m = _A_M * (1 - _E2) / (w * sqrt(w))
    transverse_m = _A_M / sqrt(w)
    return meridian_m * pi / 180, transverse_m * cos(radians(lat)) * pi / 180


def local_distance_m(a_lat: float, a_lng: float, b_lat: float, b_lng: float) -> float:
    """Metres on the ellipsoid that touches the middle; for nearby points only."""
    # `metres_per_degree` once more: a call and a pair less, where dozens are measured at once.
    middle = radians((a_lat + b_lat) / 2)
    s = sin(middle)
    w = 1 - _E2 * s * s
    root = sqrt(w)
    north_m = _A_M * (1 - _E2) / (w * root) * pi / 180
    east_m = _A_M / root * cos(middle) * pi / 180
    return hypot((b_lat - a_lat) * north_m, (b_lng - a_lng) * east_m)


def geodesic_m(a: Point, b: Point) -> float:
    """The distance that decides and prices, in metres (geopy, Karney 2013)."""
    return float(geodesic((a.lat, a.lng), (b.lat, b.lng)).meters)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]


def is_within_m(a: Point, b: Point, limit_m: float) -> bool:
    """Whether the geodesic between two points is at most ``limit_m``; exact at the edge."""
    cheap_m = local_distance_m(a.lat, a.lng, b.lat, b.lng)
    if is_decided(cheap_m, limit_m):
        return cheap_m <= limit_m
    return geodesic_m(a, b) <= limit_m


def is_decided(cheap_m: float, limit_m: float) -> bool:
    """Whether the cheap formula's result lies so clear of the limit that it decides."""
    return cheap_m <= _CHEAP_UP_TO_M and abs(cheap_m - limit_m) > EDGE_M


def surely_within_m(limit_m: float) -> float:
    """Below this the cheap formula decides, and decides that it is within ``limit_m``."""
    return min(limit_m - EDGE_M, _CHEAP_UP_TO_M)


def walking_distance_m(a: Point, b: Point) -> float:
    """Metres for estimates that neither decide nor price."""
    return local_distance_m(a.lat, a.lng, b.lat, b.lng)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The flat plane of one office: metres east and north of its own point.

    Ten kilometres from the origin a distance on the sheet is off by at most one part in a thousand,
    which `SHEET_SLACK` covers several times over.
    """

    number: int
    origin: Point

    def xy(self, point: Point) -> tuple[float, float]:
        """Metres on the sheet, rounded to a millimetre."""
        north_m, east_m = metres_per_degree(self.origin.lat)
        x = (point.lng - self.origin.lng) * east_m + self.number * SHEET_WIDTH_M
        y = (point.lat - self.origin.lat) * north_m
        return floor(x * 1000 + 0.5) / 1000, floor(y * 1000 + 0.5) / 1000


def sheet_point_sql(*, lat: str, lng: str, origin_lat: str, origin_lng: str, number: str) -> str:
    """`Sheet.xy` as an expression in SQL, unrounded: for a search in the statement that finds who.

    The arguments are column names. Good for selecting by the index only, as a sheet is.
    """
    bend = f"(1 - {_E2} * sin(radians({origin_lat})) ^ 2)"
    north_m = f"{_A_M * (1 - _E2) * pi / 180} / ({bend} * sqrt({bend}))"
    east_m = f"{_A_M * pi / 180} * cos(radians({origin_lat})) / sqrt({bend})"
    return (
        f"point(({lng} - {origin_lng}) * {east_m} + {number} * {SHEET_WIDTH_M},"
        f" ({lat} - {origin_lat}) * {north_m})"
    )


SHEET_SLACK = 0.01
