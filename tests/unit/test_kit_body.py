"""Reading JSON strictly."""

import pytest

from api.errors import AppError
from api.kit.http.body import DEPTH_MAX, parse_json


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"null", None),
        (b'"\\ud83d\\ude00"', "😀"),
        ('{"邻": "里"}'.encode(), {"邻": "里"}),
        (b'{"a": {"a": 1}}', {"a": {"a": 1}}),
        (b"999999999999999999", 999999999999999999),
        (b"-999999999999999999", -999999999999999999),
        (b"1e308", 1e308),
        (b'"' + b"[" * 5000 + b'"', "[" * 5000),
        (b'"\\"' + b"{" * 5000 + b'"', '"' + "{" * 5000),
        (b"[" + b"[]," * 5000 + b"[]]", [[]] * 5001),
        (b" \n\t[ ] ", []),
    ],
)
def test_what_is_json_is_read(raw: bytes, value: object) -> None:
    """Brackets inside text are text; wide is not deep."""
    assert value == parse_json(raw)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "malformed_json"),
        (b"{", "malformed_json"),
        (b"{'a': 1}", "malformed_json"),
        (b'{"a": 1,}', "malformed_json"),
        (b"[1] 2", "malformed_json"),
        (b"01", "malformed_json"),
        (b"0x10", "malformed_json"),
        (b"+1", "malformed_json"),
        (b".5", "malformed_json"),
        (b"// 1\n1", "malformed_json"),
        (b'"\x00"', "malformed_json"),
        (b'"\n"', "malformed_json"),
        (b"\xef\xbb\xbf{}", "malformed_json"),
        (b'"\xff"', "malformed_json"),
        (b'"\xed\xa0\x80"', "malformed_json"),
        ("{}".encode("utf-16"), "malformed_json"),
        (b"]" * 100, "malformed_json"),
        (b"NaN", "malformed_request"),
        (b"[Infinity]", "malformed_request"),
        (b"-Infinity", "malformed_request"),
        (b"1e400", "malformed_request"),
        (b"-1e400", "malformed_request"),
        (b"1" + b"0" * 100 + b".0", "malformed_request"),
        (b"9" * 5000, "malformed_request"),
        (b"-" + b"9" * 19, "malformed_request"),
        (b'{"a": 1, "a": 2}', "malformed_request"),
        (b'{"a": 1, "\\u0061": 1}', "malformed_request"),
        (b'[{"b": {"a": 1, "a": 1}}]', "malformed_request"),
        (b"[" * 33 + b"]" * 33, "body_too_deep"),
        (b'{"a":' * 33 + b"1" + b"}" * 33, "body_too_deep"),
        (b"[" * 100_000, "body_too_deep"),
        (b'{"a":' * 100_000, "body_too_deep"),
        (b'"\\\\"' + b"[" * 100_000, "body_too_deep"),
    ],
    ids=lambda v: repr(v)[:40],
)
def test_what_only_looks_like_json_is_refused_by_name(raw: bytes, code: str) -> None:
    """Python's own parser would take much of this."""
    with pytest.raises(AppError) as refused:
        parse_json(raw)

    assert code == refused.value.code


def test_thirty_two_levels_are_read() -> None:
    """The limit itself is allowed."""
    raw = b"[" * DEPTH_MAX + b"]" * DEPTH_MAX

    assert raw.decode() == str(parse_json(raw))
