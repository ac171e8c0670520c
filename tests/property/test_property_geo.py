"""Laws of points and distances over the whole country."""

from math import hypot

from geopy.distance import geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from api.kit.geo import (
    SHEET_SLACK,
    Point,
    Sheet,
    gcj02_from_wgs84,
    is_within_m,
    local_distance_m,
    wgs84_from_gcj02,
)

lats = st.floats(18.1, 53.6)
lngs = st.floats(73.5, 135.0)
bearings = st.floats(0, 360)


@given(lats, lngs)
def test_the_inverse_returns_to_a_micrometre(lat: float, lng: float) -> None:
    """Shifting back and forth ends where it began."""
    back = wgs84_from_gcj02(*gcj02_from_wgs84(lat, lng))

    assert local_distance_m(lat, lng, *back) < 1e-6


@given(lats, lngs)
def test_the_shift_is_one_that_the_country_knows(lat: float, lng: float) -> None:
    """18 to 700 metres (facts/wechat.md §9)."""
    shift_m = local_distance_m(lat, lng, *gcj02_from_wgs84(lat, lng))

    assert 15 < shift_m < 750


@given(lats, lngs, bearings, st.floats(1, 60_000), st.floats(-2, 2))
@settings(max_examples=300)
def test_within_is_what_geopy_says_also_at_the_very_edge(
    lat: float, lng: float, bearing: float, limit_m: float, beside_m: float
) -> None:
    """Points within two metres of the limit, where the cheap formula may not decide."""
    there = geodesic(meters=max(0.0, limit_m + beside_m)).destination((lat, lng), bearing)
    a, b = Point(lat, lng), Point(there.latitude, there.longitude)

    expected = geodesic((a.lat, a.lng), (b.lat, b.lng)).meters <= limit_m

    assert expected is is_within_m(a, b, limit_m)


@given(lats, lngs, lats, lngs, st.floats(0, 100_000))
def test_within_is_what_geopy_says_of_any_two_points(
    a_lat: float, a_lng: float, b_lat: float, b_lng: float, limit_m: float
) -> None:
    """Anywhere, any limit a community may set."""
    expected = geodesic((a_lat, a_lng), (b_lat, b_lng)).meters <= limit_m

    assert expected is is_within_m(Point(a_lat, a_lng), Point(b_lat, b_lng), limit_m)


@given(lats, lngs, bearings, st.floats(0, 10_000), bearings, st.floats(1, 2_000))
def test_distances_on_a_sheet_keep_within_its_slack(
    lat: float, lng: float, bearing: float, from_m: float, towards: float, apart_m: float
) -> None:
    """Ten kilometres from the office, between two points that a runner could walk."""
    one = geodesic(meters=from_m).destination((lat, lng), bearing)
    two = geodesic(meters=apart_m).destination(one, towards)
    sheet = Sheet(3, Point(lat, lng))
    x1, y1 = sheet.xy(Point(one.latitude, one.longitude))
    x2, y2 = sheet.xy(Point(two.latitude, two.longitude))

    off_m = abs(hypot(x2 - x1, y2 - y1) - apart_m)

    # Two corners rounded to a millimetre, and the slack.
    assert off_m <= apart_m * SHEET_SLACK + 0.002
