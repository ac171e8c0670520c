"""Field types of requests: every one bounded, strict, and safe to store."""

import re
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
)
from pydantic.types import StrictStr

from api.errors import AppError
from api.kit.geo import Point, gcj02_from_wgs84, is_in_china, rounded

# Line breaks and tabs are text; other control characters, marks that turn or hide text, and halves
# of surrogate pairs are not. The joiner U+200D stays: emoji are made with it.
_FORBIDDEN = {c for c in range(0x20) if c not in (0x09, 0x0A)} | {
    0x7F,
    *range(0x80, 0xA0),
    0x061C,
    0x200B,
    0x200E,
    0x200F,
    *range(0x2028, 0x202F),
    *range(0x2060, 0x2070),
    0xFEFF,
    *range(0xFFF9, 0xFFFC),
}
# Area code, seven or eight digits, an extension.
_FIXED_LINE = re.compile(r"0[0-9]{2,3}-?[0-9]{7,8}(?:-[0-9]{1,6})?", re.ASCII)
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)


def _clean(text: str) -> str:
    if any(ord(c) in _FORBIDDEN or 0xD800 <= ord(c) <= 0xDFFF for c in text):
        raise ValueError("holds characters that are not text")
    return text


def _visible(text: str) -> str:
    if text and not any(c.isprintable() and not c.isspace() for c in text):
        raise ValueError("holds nothing that can be seen")
    return text


def _rfc3339(value: object) -> object:
    # pydantic would also take numbers, as seconds or milliseconds by their size.
    if not isinstance(value, datetime) and not (isinstance(value, str) and "T" in value.upper()):
        raise ValueError("not a time as 2026-11-21T12:00:00+08:00")
    return value


def _in_our_times(moment: datetime) -> datetime:
    if not _EARLIEST <= moment < _LATEST:
        raise ValueError("not between the years 2000 and 2200")
    return moment


def _phone(text: str) -> str:
    if not (len(text) == 11 and text.isascii() and text.isdigit() and "13" <= text[:2] <= "19"):
        raise ValueError("not a mainland mobile number")
    return text


def _telephone(text: str) -> str:
    if not _FIXED_LINE.fullmatch(text):
        return _phone(text)
    return text


CleanText = Annotated[StrictStr, AfterValidator(_clean)]
Label = Annotated[CleanText, AfterValidator(_visible), Field(min_length=1, max_length=60)]
Note = Annotated[CleanText, Field(max_length=300)]
Phone = Annotated[StrictStr, AfterValidator(_phone), Field(examples=["13800138000"])]
Telephone = Annotated[
    StrictStr, AfterValidator(_telephone), Field(max_length=20, examples=["021-12345678"])
]
Fen = Annotated[int, Field(strict=True, ge=0, le=100_000_00)]
Count = Annotated[int, Field(strict=True, ge=0, le=10_000)]
Grams = Annotated[int, Field(strict=True, ge=0, le=200_000)]
Metres = Annotated[float, Field(strict=True, ge=0, le=100_000, allow_inf_nan=False)]
Moment = Annotated[AwareDatetime, BeforeValidator(_rfc3339), AfterValidator(_in_our_times)]


class Body(BaseModel):
    """A request body: unknown fields are refused, so that no mistake is silently ignored."""

    model_config = ConfigDict(extra="forbid", str_max_length=2000, allow_inf_nan=False)


class Answer(BaseModel):
    """A response body."""

    model_config = ConfigDict(from_attributes=True)


class GeoPoint(Body):
    """A point in degrees; ``coord`` says in which system, and is never guessed."""

    lat: Annotated[float, Field(strict=True, ge=-90, le=90, examples=[31.175304])]
    lng: Annotated[float, Field(strict=True, ge=-180, le=180, examples=[121.531542])]
    coord: Annotated[
        Literal["gcj02", "wgs84"],
        Field(description="Coordinate system; answers are always `gcj02`.", examples=["gcj02"]),
    ]

    def as_point(self) -> Point:
        """The point in GCJ-02, six decimals.

        Raises:
            AppError: outside_china.
        """
        if not is_in_china(self.lat, self.lng):
            raise AppError("outside_china")
        if self.coord == "wgs84":
            return rounded(*gcj02_from_wgs84(self.lat, self.lng))
        return rounded(self.lat, self.lng)

    @staticmethod
    def of(lat: float, lng: float) -> "GeoPoint":
        """A stored point as it leaves."""
        return GeoPoint(lat=lat, lng=lng, coord="gcj02")


def rfc3339(moment: datetime | None) -> str | None:
    """A moment as it leaves where no model serialises it."""
    return None if moment is None else moment.isoformat()
