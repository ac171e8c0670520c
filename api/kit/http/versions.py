"""Versions of what people edit: ``ETag`` out, ``If-Match`` in."""

from typing import Annotated

from fastapi import Header, Response

from api.errors import AppError

IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", max_length=40, description='读到的 `version`,如 `"3"`。'),
]


def read_version(if_match: str | None) -> int:
    """The version that an ``If-Match`` names.

    Raises:
        AppError: version_required, where it is missing; version_changed, where it is none of ours.
    """
    if if_match is None:
        raise AppError("version_required")
    digits = if_match.strip().strip('"')
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9:
        raise AppError("version_changed")
    return int(digits)


def show_version(response: Response, version: int) -> None:
    """Let the answer carry its version."""
    response.headers["ETag"] = f'"{version}"'
