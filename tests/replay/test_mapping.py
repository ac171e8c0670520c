"""The way from metres to GCJ-02 and back."""

from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.cli.replay.instance import Spot
from api.cli.replay.mapping import CITY, Circle, Mapping, free_origin
from api.kit.geo import Point, geodesic_m, is_in_china

_MAPPING = Mapping(CITY, Spot(5000.0, -300.0))
_metres = st.floats(-30_000, 30_000)


@given(_metres, _metres)
def test_a_spot_comes_back_within_a_step_of_the_sixth_decimal(x_m: float, y_m: float) -> None:
    """Six decimals are 0.11 m: that is all the mapping may lose."""
    point = _MAPPING.point(Spot(x_m, y_m))

    back = _MAPPING.spot(point.lat, point.lng)

    assert hypot(back.x_m - x_m, back.y_m - y_m) < 0.08


@given(_metres, _metres, _metres, _metres)
def test_distances_on_earth_are_those_of_the_map_within_a_hundredth(
    ax: float, ay: float, bx: float, by: float
) -> None:
    """The hundredth is what `Instance.reach_m` has to spare."""
    a, b = Spot(ax, ay), Spot(bx, by)

    on_earth_m = geodesic_m(_MAPPING.point(a), _MAPPING.point(b))

    assert on_earth_m == pytest.approx(a.metres_to(b), rel=0.01, abs=0.3)


def test_the_first_community_stands_in_the_city() -> None:
    """Where nothing is taken, the fixed point is used, so that a replay can be looked up."""
    assert CITY == free_origin([], radius_m=500)


@pytest.mark.parametrize("radius_m", [500, 12_000, 60_000])
def test_replays_on_one_database_never_overlap(radius_m: float) -> None:
    """Each next community finds ground that no other one reaches, all of it in China."""
    taken: list[Circle] = [Circle(Point(31.23, 121.4), 2000)]
    for _ in range(10):
        taken.append(Circle(free_origin(taken, radius_m=radius_m), radius_m))

    for n, circle in enumerate(taken):
        assert is_in_china(circle.centre.lat, circle.centre.lng)
        for other in taken[:n]:
            apart_m = geodesic_m(circle.centre, other.centre)
            assert apart_m > (circle.radius_m + other.radius_m) * 0.99


def test_a_full_country_is_said() -> None:
    """Where no ground is left the caller learns it."""
    with pytest.raises(ValueError, match="no free ground"):
        free_origin([Circle(CITY, 10_000_000)], radius_m=500)
