"""Field types of requests: every one bounded, strict, and safe to store."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    JsonValue,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic.types import StrictStr
from pydantic_core import CoreSchema
from pydantic_core.core_schema import no_info_before_validator_function

from api.errors import AppError
from api.kit.geo import LAT_RANGE, LNG_RANGE, Point, gcj02_from_wgs84, is_in_china, rounded

# Line breaks and tabs are text; other control characters and marks that turn or hide text are not.
# The joiner U+200D stays: emoji are made with it. Each pattern is also what the document says, in
# the words that JavaScript, Python and Rust share.
_FORBIDDEN = (
    r"\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e"
    r"\u2060-\u206f\ufeff\ufff9-\ufffb"
)
# Spaces, and what only shapes its neighbours.
_UNSEEN = (
    r"\u0009\u000a\u0020\u00a0\u00ad\u0600-\u0605\u06dd\u070f\u115f\u1160\u1680\u180e"
    r"\u2000-\u200a\u200c\u200d\u202f\u205f\u3000\u3164\ufe00-\ufe0f\uffa0"
)
TEXT_PATTERN = f"^[^{_FORBIDDEN}]*$"
VISIBLE_PATTERN = f"^[{_UNSEEN}]*[^{_FORBIDDEN}{_UNSEEN}][^{_FORBIDDEN}]*$"
_MOBILE = "1[3-9][0-9]{9}"
# Area code, seven or eight digits, an extension.
_FIXED_LINE = "0[0-9]{2,3}-?[0-9]{7,8}(-[0-9]{1,6})?"
# RFC 3339 without its leap seconds, in the years 2000 to 2199 as written.
DAY_PATTERN = "^2[01][0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]"
_MOMENT_PATTERN = f"{DAY_PATTERN[:-1]}[Tt]{_CLOCK}:[0-5][0-9]([.][0-9]{{1,9}})?([Zz]|[+-]{_CLOCK})$"


# Half of a surrogate pair: no document could say it, and no database would take it.
_HALF = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a text must match, said in the document in the words that are checked."""

    pattern: str
    message: str

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Look before the text becomes anything else."""
        compiled = re.compile(self.pattern.removeprefix("^").removesuffix("$"))

        def check(value: object) -> object:
            if isinstance(value, str):
                is_right = compiled.fullmatch(value) and not _HALF.search(value)
            else:
                # pydantic would take numbers for times, as seconds or milliseconds by their size.
                is_right = not isinstance(value, int | float)
            if not is_right:
                raise ValueError(self.message)
            return value

        return no_info_before_validator_function(check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """The schema of the type with the pattern beside."""
        return {**handler(schema), "pattern": self.pattern}


CleanText = Annotated[StrictStr, Pattern(TEXT_PATTERN, "holds characters that are not text")]
Label = Annotated[
    StrictStr,
    Pattern(VISIBLE_PATTERN, "holds nothing that can be seen, or characters that are not text"),
    Field(min_length=1, max_length=60),
]
Note = Annotated[CleanText, Field(max_length=300)]
Phone = Annotated[
    StrictStr,
    Pattern(f"^{_MOBILE}$", "not a mainland mobile number"),
    Field(examples=["13800138000"]),
]
Telephone = Annotated[
    StrictStr,
    Pattern(f"^({_MOBILE}|{_FIXED_LINE})$", "not a telephone number of the mainland"),
    Field(max_length=20, examples=["021-12345678"]),
]
Fen = Annotated[int, Field(strict=True, ge=0, le=100_000_00)]
Count = Annotated[int, Field(strict=True, ge=0, le=10_000)]
Grams = Annotated[int, Field(strict=True, ge=0, le=200_000)]
Metres = Annotated[float, Field(strict=True, ge=0, le=100_000, allow_inf_nan=False)]
Moment = Annotated[
    AwareDatetime,
    Pattern(_MOMENT_PATTERN, "not a time of our century as 2026-11-21T12:00:00+08:00"),
]


class Body(BaseModel):
    """A request body: unknown fields are refused, so that no mistake is silently ignored."""

    model_config = ConfigDict(extra="forbid", str_max_length=2000, allow_inf_nan=False)


class Answer(BaseModel):
    """A response body."""

    model_config = ConfigDict(from_attributes=True)


def bounds(range_: tuple[float, float]) -> dict[str, JsonValue]:
    """Narrower bounds for the document than those that are checked."""
    return {"minimum": range_[0], "maximum": range_[1]}


class GeoPoint(Body):
    """A point in degrees; ``coord`` says in which system, and is never guessed."""

    # What is on the globe but not in China has a code of its own: `outside_china`.
    lat: Annotated[
        float,
        Field(
            strict=True, ge=-90, le=90, examples=[31.175304], json_schema_extra=bounds(LAT_RANGE)
        ),
    ]
    lng: Annotated[
        float,
        Field(
            strict=True, ge=-180, le=180, examples=[121.531542], json_schema_extra=bounds(LNG_RANGE)
        ),
    ]
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
