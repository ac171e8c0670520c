"""JSON bodies, read strictly: valid UTF-8, no NaN, no twin keys, not deep, not huge."""

import json
from typing import Any

from starlette.types import Message, Receive

from api.errors import AppError, malformed

DEPTH_MAX = 32
_DIGITS_MAX = 18


class _Malformed(ValueError):
    pass


def replay(body: bytes, receive: Receive) -> Receive:
    """A body that was read, to be read once more; what comes after it is asked of ``receive``."""
    given = False

    async def replayed() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed


def parse_json(raw: bytes) -> Any:
    """The value in ``raw``.

    Raises:
        AppError: malformed_json, body_too_deep, malformed_request (twin keys, NaN, huge numbers).
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise AppError("malformed_json", "not UTF-8") from error
    if text.count("[") + text.count("{") > DEPTH_MAX and _depth(text) > DEPTH_MAX:
        raise AppError("body_too_deep", f"at most {DEPTH_MAX} levels")
    try:
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_refuse_constant,
            parse_int=_bounded_int,
            parse_float=_finite_float,
        )
    except _Malformed as error:
        raise malformed("body", str(error)) from error
    except (ValueError, RecursionError) as error:
        raise AppError("malformed_json") from error


def _depth(text: str) -> int:
    deepest = level = 0
    in_string = escaped = False
    for c in text:
        if in_string:
            if escaped:
                escaped = False
            elif c == "\\":
                escaped = True
            elif c == '"':
                in_string = False
        elif c == '"':
            in_string = True
        elif c in "[{":
            level += 1
            deepest = max(deepest, level)
            if deepest > DEPTH_MAX:
                return deepest
        elif c in "]}":
            level -= 1
    return deepest


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _Malformed("a key stands twice")
    return made


def _refuse_constant(name: str) -> Any:
    raise _Malformed(f"{name} is not a number")


def _bounded_int(digits: str) -> int:
    if len(digits) > _DIGITS_MAX + digits.startswith("-"):
        raise _Malformed("a number is too large")
    return int(digits)


def _finite_float(digits: str) -> float:
    value = float(digits[:64]) if len(digits) <= 64 else float("inf")
    if value in (float("inf"), float("-inf")):
        raise _Malformed("a number is too large")
    return value
