"""``If-Match``: what a client read before it changes something, so that no change is lost."""

from typing import Annotated

from fastapi import Header

from api.errors import AppError

IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", max_length=40, description='读到的 `version`,如 `"3"`。'),
]


def read_version(if_match: str | None) -> int:
    """The version that the client saw.

    Raises:
        AppError: version_required, version_changed.
    """
    if if_match is None:
        raise AppError("version_required")
    digits = if_match.strip().strip('"')
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9:
        raise AppError("version_changed")
    return int(digits)
