"""Points and distances against published figures and an independent library."""

import pytest
from geopy.distance import geodesic

from api.kit.geo import (
    Point,
    Sheet,
    gcj02_from_wgs84,
    geodesic_m,
    is_in_china,
    is_within_m,
    local_distance_m,
    rounded,
    wgs84_from_gcj02,
)

# facts/wechat.md §9.
PUBLISHED = [
    ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
    ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
    ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
    ((30.657410, 104.065800), (30.654988376210316, 104.0683074919317)),
]
SANYA, MOHE = (18.2528, 109.5119), (53.4823, 122.5370)


@pytest.mark.parametrize(("wgs84", "gcj02"), PUBLISHED)
def test_the_published_points_come_out_to_the_last_digit(
    wgs84: tuple[float, float], gcj02: tuple[float, float]
) -> None:
    """The transform is the published one."""
    assert pytest.approx(gcj02, abs=1e-12) == gcj02_from_wgs84(*wgs84)


@pytest.mark.parametrize(("wgs84", "gcj02"), PUBLISHED)
def test_the_inverse_brings_the_published_points_back(
    wgs84: tuple[float, float], gcj02: tuple[float, float]
) -> None:
    """Back within a micrometre (1e-11 degrees)."""
    assert pytest.approx(wgs84, abs=1e-11) == wgs84_from_gcj02(*gcj02)


@pytest.mark.parametrize("outside", [(0.0, 0.0), (51.5, -0.1), (55.8272, 120.0), (30.0, 137.9)])
def test_outside_china_the_numbers_stay_as_they_are(outside: tuple[float, float]) -> None:
    """GCJ-02 is defined inside the box only."""
    assert outside == gcj02_from_wgs84(*outside)


@pytest.mark.parametrize(
    ("lat", "lng", "is_inside"),
    [
        (0.8293, 72.004, True),
        (55.8271, 137.8347, True),
        (0.82929, 100.0, False),
        (55.82711, 100.0, False),
        (30.0, 72.00399, False),
        (30.0, 137.83471, False),
        (float("nan"), 120.0, False),
        (31.0, float("inf"), False),
    ],
)
def test_the_box_of_china_includes_its_edge(lat: float, lng: float, is_inside: bool) -> None:
    """Border of the box, and what is no number at all."""
    assert is_inside is is_in_china(lat, lng)


def test_points_are_stored_with_six_decimals() -> None:
    """Eleven centimetres are enough."""
    assert Point(31.123457, 121.654321) == rounded(31.12345678, 121.65432111)


@pytest.mark.parametrize("metres", [1, 100, 500, 999])
@pytest.mark.parametrize("degrees", range(19))
def test_the_cheap_formula_keeps_to_geopy_from_sanya_to_mohe(degrees: int, metres: int) -> None:
    """Within 3 micrometres below a kilometre, at every latitude of the country."""
    share = degrees / 18
    lat = SANYA[0] + (MOHE[0] - SANYA[0]) * share
    lng = SANYA[1] + (MOHE[1] - SANYA[1]) * share
    there = geodesic(meters=metres).destination((lat, lng), bearing=degrees * 20)

    cheap_m = local_distance_m(lat, lng, there.latitude, there.longitude)

    assert pytest.approx(metres, abs=3e-6) == cheap_m


def test_a_long_way_is_measured_by_the_geodesic() -> None:
    """Beyond the cheap formula's reach geopy decides."""
    a, b = Point(*SANYA), Point(*MOHE)

    assert (True, False) == (
        is_within_m(a, b, geodesic_m(a, b)),
        is_within_m(a, b, geodesic_m(a, b) - 1e-6),
    )


def test_a_point_is_within_nothing_of_itself() -> None:
    """Distance zero, limit zero."""
    here = Point(31.2304, 121.4737)

    assert is_within_m(here, here, 0)


def test_sheets_of_two_offices_never_meet() -> None:
    """The same point lies ten thousand kilometres apart on two sheets."""
    here = Point(31.2304, 121.4737)
    first, second = Sheet(0, here).xy(here), Sheet(1, here).xy(here)

    assert ((0.0, 0.0), (10_000_000.0, 0.0)) == (first, second)
