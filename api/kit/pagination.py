"""Keyset pages: a cursor names the last row seen, so that a page costs the same however deep."""

import base64
import binascii
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import orjson
from pydantic import Field

from api.errors import AppError, FieldError

LIMIT_MAX = 100
Limit = Annotated[int, Field(ge=1, le=LIMIT_MAX, description="Rows per page, 1–100.")]
Cursor = Annotated[
    str,
    Field(min_length=1, max_length=200, description="`next_cursor` of the page before."),
]


def encode_cursor(*parts: int | str) -> str:
    """An opaque cursor holding the sort key of the last row."""
    return base64.urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")


def decode_cursor(
    cursor: str, kinds: Sequence[type[int] | type[str] | type[UUID]], *, field: str = "cursor"
) -> list[object]:
    """The parts of a cursor; ``field``: what the request calls it.

    Raises:
        AppError: malformed_request, the cursor is not one of ours.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        parts = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if not isinstance(parts, list) or len(parts) != len(kinds):  # pyright: ignore[reportUnknownArgumentType]
            raise ValueError(cursor)
        return [_read(part, kind) for part, kind in zip(parts, kinds, strict=True)]  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    except (ValueError, binascii.Error) as error:
        wrong = FieldError(field, "not a cursor of this list")
        raise AppError("malformed_request", fields=(wrong,)) from error


def _read(part: object, kind: type[int] | type[str] | type[UUID]) -> object:
    if kind is int:
        # What our lists sort by are counts and millimetres: they fit every integer column.
        if type(part) is not int or not 0 <= part < 2**31:
            raise ValueError(part)
        return part
    if type(part) is not str or "\x00" in part:
        raise ValueError(part)
    return UUID(part) if kind is UUID else part
