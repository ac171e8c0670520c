"""Field types of requests: what they take and what they refuse."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from api.kit.http.fields import Body, CleanText, Fen, GeoPoint, Label, Metres, Moment, Note, Phone

AT = datetime(2026, 11, 21, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (CleanText, "桂花社区 3号楼\n第二行\t👩‍👩‍👧"),
        (CleanText, ""),
        (Label, "家"),
        (Label, "👩‍👩‍👧"),
        (Label, "字" * 60),
        (Note, "字" * 300),
        (Phone, "13800138000"),
        (Phone, "19912345678"),
        (Fen, 0),
        (Fen, 10_000_000),
        (Metres, 0),
        (Metres, 500),
        (Metres, 99_999.9),
    ],
)
def test_what_people_send_is_taken(kind: Any, value: object) -> None:
    """As it is, nothing trimmed or rounded."""
    assert value == TypeAdapter(kind).validate_python(value)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *[(CleanText, f"a{c}b") for c in "\x00\x01\r\x1b\x7f\x85\x9f\u061c\u200b\u200e\u200f"],
        *[(CleanText, f"a{c}b") for c in "\u2028\u2029\u202a\u202e\u2060\u2066\u2069\ufeff\ufff9"],
        *[(CleanText, v) for v in ("\ud800", "a\udfff", 5, True, None, b"a", ["a"])],
        *[(Label, v) for v in ("", " ", "\u3000", "\n", "\u200d\u200d", "字" * 61)],
        (Note, "字" * 301),
        *[(Phone, v) for v in ("", "1380013800", "138001380000", "12800138000", "23800138000")],
        *[(Phone, v) for v in ("+8613800138000", "138 0013800", "13800138000\n", "1380013800a")],
        *[
            (Phone, v)
            for v in ("1380013800０", "１３８００１３８０００", "1380013800²", 13800138000)
        ],
        *[(Fen, v) for v in (-1, 10_000_001, 1.0, "1", True, None, 2**31, 2**63)],
        *[(Metres, v) for v in (-0.1, 100_000.1, float("nan"), float("inf"), "1", True, None)],
    ],
)
def test_what_would_do_harm_is_refused(kind: Any, value: object) -> None:
    """Also what Python would gladly convert."""
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(value)


@pytest.mark.parametrize(
    "text", ["2026-11-21T12:00:00+08:00", "2026-11-21T04:00:00Z", "2026-11-20T18:30:00.000-09:30"]
)
def test_a_time_with_its_offset_is_taken(text: str) -> None:
    """RFC 3339, any offset."""
    assert AT == TypeAdapter(Moment).validate_python(text)


@pytest.mark.parametrize(
    "value",
    [
        "2026-11-21T12:00:00",
        "2026-11-21",
        "12:00:00Z",
        "1700000000",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "1999-12-31T23:59:59Z",
        "2200-01-01T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "T",
        "NaT",
        "",
        1_700_000_000,
        1.7e9,
        float("nan"),
        True,
        None,
        [],
    ],
)
def test_a_time_of_another_kind_is_refused(value: object) -> None:
    """No guessed offset, no seconds since anything, no year that overflows a calendar."""
    with pytest.raises(ValidationError):
        TypeAdapter(Moment).validate_python(value)


@pytest.mark.parametrize(
    "change",
    [
        {"lat": 90.1},
        {"lng": -180.1},
        {"lat": float("nan")},
        {"lng": float("inf")},
        {"lat": "31.2"},
        {"lat": True},
        {"coord": "bd09"},
        {"coord": None},
        {"coord": "GCJ02"},
        {"alt": 3.0},
    ],
)
def test_a_point_is_degrees_in_a_named_system_and_no_more(change: dict[str, object]) -> None:
    """The system is never guessed."""
    with pytest.raises(ValidationError):
        GeoPoint.model_validate({"lat": 31.2, "lng": 121.5, "coord": "gcj02", **change})


def test_a_point_in_wgs84_is_shifted_at_the_door() -> None:
    """Stored as GCJ-02, six decimals (facts/wechat.md §9)."""
    point = GeoPoint(lat=31.1774276, lng=121.5272106, coord="wgs84").as_point()

    assert (31.175304, 121.531542) == (point.lat, point.lng)


def test_a_body_refuses_what_it_does_not_know() -> None:
    """No mistake is silently ignored."""

    class Small(Body):
        a: int

    with pytest.raises(ValidationError):
        Small.model_validate({"a": 1, "state": "paid"})
