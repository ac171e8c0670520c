"""Refusals: the catalogue, and how they are said."""

import re

import orjson
import pytest

from api.errors import CATALOGUE, AppError
from api.kit.http.problems import from_status, from_validation, problem_response, wants_english


@pytest.mark.parametrize("code", CATALOGUE)
def test_a_refusal_fits_a_toast_and_is_stable(code: str) -> None:
    """A snake_case code, Chinese of at most 14 characters, English, an error status."""
    refusal = CATALOGUE[code]

    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", code)
    assert 0 < len(refusal.zh) <= 14
    assert re.search(r"[\u4e00-\u9fff]", refusal.zh)
    assert refusal.en.isascii()
    assert 400 <= refusal.status < 600


@pytest.mark.parametrize(
    ("header", "is_english"),
    [
        (None, False),
        ("", False),
        ("zh-CN,zh;q=0.9,en;q=0.8", False),
        ("en", True),
        ("EN-us,en;q=0.9", True),
        (" en", True),
        ("fr", False),
        ("*", False),
        ("\x00", False),
    ],
)
def test_chinese_is_spoken_unless_english_comes_first(header: str | None, is_english: bool) -> None:
    """By Accept-Language."""
    assert is_english is wants_english(header)


@pytest.mark.parametrize(
    ("code", "header", "value"),
    [
        ("rate_limited", "retry-after", "1"),
        ("busy", "retry-after", "1"),
        ("not_signed_in", "www-authenticate", "Bearer"),
        ("account_closed", "www-authenticate", "Bearer"),
    ],
)
def test_a_refusal_says_what_to_do_next(code: str, header: str, value: str) -> None:
    """Wait, or sign in."""
    answer = problem_response(AppError(code), english=False, request_id="r")

    assert value == answer.headers[header]


def test_wrong_fields_are_named_and_not_repeated() -> None:
    """Field and reason of at most twenty; bytes that are no text are replaced."""
    wrong = [
        {"loc": ("body", "a", n), "msg": "bad", "input": "secret", "type": "x"} for n in range(30)
    ]
    hostile = [{"loc": ("query", "k\ud800\x00"), "msg": "m\ud800", "input": "secret", "type": "x"}]
    error = from_validation(hostile + wrong)
    said = problem_response(error, english=False, request_id="r").body

    assert (20, False) == (len(error.fields), b"secret" in bytes(said))
    assert {"field": "k??", "message": "m?"} == orjson.loads(said)["errors"][0]


@pytest.mark.parametrize(
    ("status", "code"), [(400, "malformed_json"), (404, "not_found"), (418, "internal_error")]
)
def test_what_the_framework_refuses_gets_a_code_too(status: int, code: str) -> None:
    """Its own words are never shown."""
    assert code == from_status(status).code
