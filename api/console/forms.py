"""Forms: what a browser sends becomes the very body that the API would have read."""

import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from api.errors import AppError, malformed
from api.kit.http.problems import from_validation

FIELDS_MAX = 400
_TWO_DECIMALS = re.compile(r"[0-9]{1,6}(\.[0-9]{1,2})?")
_TYPE = "application/x-www-form-urlencoded"
Shape = TypeVar("Shape", bound=BaseModel)


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form, the last of a name; spaces at their ends are nobody's intent.

    Raises:
        AppError: unsupported_media_type, malformed_request.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _TYPE:
        raise AppError("unsupported_media_type")
    try:
        pairs = parse_qsl(
            (await request.body()).decode(), keep_blank_values=True, max_num_fields=FIELDS_MAX,
            errors="strict",
        )  # fmt: skip
    except (UnicodeDecodeError, ValueError) as error:
        raise AppError("malformed_request") from error
    return {name: value.strip().replace("\r\n", "\n") for name, value in pairs}


def filled(shape: type[Shape], form: Mapping[str, str], **given: Any) -> Shape:
    """A body of the API from a form: its fields by name, those left empty as if not sent.

    ``given``: what the page knows by itself, as text.

    Raises:
        AppError: malformed_request, naming the fields.
    """
    said = {name: form[name] for name in shape.model_fields if form.get(name)}
    with _naming_fields():
        return shape.model_validate_strings(said | given)


def made(shape: type[Shape], **values: Any) -> Shape:
    """A body of the API from values that are none of a form's texts, such as its lines.

    Raises:
        AppError: malformed_request, naming the fields.
    """
    with _naming_fields():
        return shape.model_validate(values)


def fen(form: Mapping[str, str], name: str) -> str:
    """A sum typed in yuan, in fen, as text; ``name`` is the field of the API.

    Raises:
        AppError: malformed_request.
    """
    return hundredths(form.get(name.removesuffix("_fen"), "") or "0", name=name)


def hundredths(typed: str, *, name: str) -> str:
    """A number typed with at most two decimals, in hundredths, as text; ``name`` as for `fen`.

    Raises:
        AppError: malformed_request.
    """
    if not _TWO_DECIMALS.fullmatch(typed):
        raise malformed(name, "a number with at most two decimals")
    return str(int(Decimal(typed) * 100))


def days(query: Mapping[str, str]) -> dict[str, str]:
    """The days of a filter, as the API calls them; those left empty as if not sent."""
    return {name: query[name] for name in ("from", "to") if query.get(name)}


def required(form: Mapping[str, str], name: str) -> Mapping[str, str]:
    """The same form, which the API would take without a field that is asked for here.

    Raises:
        AppError: malformed_request.
    """
    if not form.get(name):
        raise malformed(name, "is required")
    return form


def version(form: Mapping[str, str]) -> str:
    """The version that the page showed, as `If-Match` says it: later ones are refused."""
    return f'"{form.get("version", "")}"'


@contextmanager
def _naming_fields() -> Generator[None]:
    try:
        yield
    except ValidationError as error:
        raise from_validation(error.errors()) from error
