"""Errors as RFC 9457 problem details: Chinese by default, English when asked, never an echo."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.errors import CATALOGUE, AppError, FieldError

MEDIA_TYPE = "application/problem+json"
_FIELDS_MAX = 20


class ProblemField(BaseModel):
    """One field that is wrong."""

    field: str = Field(examples=["pickup.lat"], description="Path of the field in the request.")
    message: str = Field(examples=["less than or equal to 90"])


class Problem(BaseModel):
    """An error (RFC 9457). Branch on `code`; `title` fits a toast."""

    type: str = Field(examples=["about:blank"])
    title: str = Field(examples=["已被抢走"], max_length=60)
    status: int = Field(examples=[409])
    detail: str = Field(examples=[""], description="More, for developers; may be empty.")
    code: str = Field(examples=["job_taken"])
    errors: list[ProblemField] = Field(default=[], examples=[[]])
    request_id: str = Field(examples=["019a9f0e8c6b7d1e"])


def wants_english(accept_language: str | None) -> bool:
    """Whether the first language asked for is English."""
    return bool(accept_language) and accept_language.strip().lower().startswith("en")  # pyright: ignore[reportOptionalMemberAccess]


def problem_response(error: AppError, *, english: bool, request_id: str) -> Response:
    """The answer for a refusal, with `Retry-After` and `WWW-Authenticate` where they belong."""
    refusal = error.refusal
    content = {
        "type": "about:blank",
        "title": refusal.en if english else refusal.zh,
        "status": refusal.status,
        "detail": error.detail,
        "code": error.code,
        "errors": [{"field": f.field, "message": f.message} for f in error.fields],
        "request_id": request_id,
    }
    headers: dict[str, str] = {}
    if error.retry_after_s is not None or refusal.status in (429, 503):
        headers["Retry-After"] = str(error.retry_after_s or 1)
    if refusal.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(orjson.dumps(content), refusal.status, media_type=MEDIA_TYPE, headers=headers)


def from_validation(errors: Sequence[Mapping[str, Any]]) -> AppError:
    """A refusal that names the wrong fields and never repeats what was sent."""
    fields = tuple(
        FieldError(_path(e.get("loc", ())), _printable(str(e.get("msg", "invalid"))))
        for e in errors[:_FIELDS_MAX]
    )
    if any(e.get("type") == "json_invalid" for e in errors):
        return AppError("malformed_json")
    return AppError("malformed_request", fields=fields)


def from_status(status: int) -> AppError:
    """The refusal for an error that the framework itself raised."""
    by_status = {
        401: "not_signed_in",
        403: "role_missing",
        404: "not_found",
        405: "method_not_allowed",
        413: "body_too_large",
        415: "unsupported_media_type",
    }
    if status in by_status:
        return AppError(by_status[status])
    return AppError("malformed_json" if status == 400 else "internal_error")


def _path(loc: Sequence[object]) -> str:
    parts = [str(part) for part in loc if part not in ("body", "query", "path", "header")]
    return _printable(".".join(parts) or "body")


def _printable(text: str) -> str:
    return text[:120].encode("utf-8", "replace").decode("utf-8").replace("\x00", "?")


assert all(len(r.zh) <= 14 for r in CATALOGUE.values())
