"""Keyset pages: a cursor names the last row seen, so that a page costs the same however deep."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar, cast
from uuid import UUID

import orjson
from pydantic import Field

from api.errors import malformed
from api.kit.http.fields import Body

Row = TypeVar("Row")

LIMIT_MAX = 100
Limit = Annotated[int, Field(ge=1, le=LIMIT_MAX, description="Rows per page, 1–100.")]
Cursor = Annotated[
    str,
    Field(min_length=1, max_length=200, description="`next_cursor` of the page before."),
]


class PageQuery(Body):
    """Which page of a list: a statement asks for ``limit + 1`` rows beyond ``last_id``, and what
    it brings is ``cut``."""

    limit: Limit = 20
    cursor: Cursor | None = None

    @property
    def last_id(self) -> UUID | None:
        """The last row of the page before, where lists are in the order of ids.

        Raises:
            AppError: malformed_request, the cursor is not one of ours.
        """
        return cast("UUID", decode_cursor(self.cursor, (UUID,))[0]) if self.cursor else None

    @property
    def last_number(self) -> int | None:
        """The same, where lists are in the order of a number."""
        return cast("int", decode_cursor(self.cursor, (int,))[0]) if self.cursor else None

    def cut(
        self, rows: Sequence[Row], *, by: Callable[[Row], UUID | int | None]
    ) -> tuple[list[Row], str | None]:
        """What to show of ``limit + 1`` rows, and the cursor of the next page if there is one;
        ``by``: what the list is in the order of, which no row shown lacks."""
        shown = list(rows[: self.limit])
        if len(rows) <= self.limit:
            return shown, None
        last = by(shown[-1])
        return shown, encode_cursor(last if isinstance(last, int) else str(last))


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
        raise malformed(field, "not a cursor of this list") from error


def _read(part: object, kind: type[int] | type[str] | type[UUID]) -> object:
    if kind is int:
        # What our lists sort by are counts and millimetres: they fit every integer column.
        if type(part) is not int or not 0 <= part < 2**31:
            raise ValueError(part)
        return part
    if type(part) is not str or "\x00" in part:
        raise ValueError(part)
    return UUID(part) if kind is UUID else part
