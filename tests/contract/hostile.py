"""Values that break careless back ends (facts/reliability.md §4.3), as JSON and as text."""

from typing import Any

from tests.contract.problems import CANARY

_DEEP = "[" * 40 + "]" * 40

# Raw JSON, so that what no serialiser would write can be sent as well.
_TEXTS: dict[str, str] = {
    "nul": f'"{CANARY}\\u0000"',
    "lone surrogate": f'"{CANARY}\\ud800"',
    "reversed surrogates": '"\\udc00\\ud800"',
    "escape": f'"{CANARY}\\u001b[31m"',
    "delete": f'"{CANARY}\\u007f"',
    "CRLF": f'"{CANARY}\\r\\nSet-Cookie: a=b"',
    "bidi override": f'"{CANARY}\\u202egnp.exe"',
    "bidi isolate": f'"{CANARY}\\u2066"',
    "left-to-right mark": f'"{CANARY}\\u200e"',
    "zero width": f'"{CANARY}\\u200b"',
    "only joiners": '"\\u200d\\u200d\\u200d\\u200d"',
    "byte order mark": f'"\\ufeff{CANARY}"',
    "line separator": f'"{CANARY}\\u2028"',
    "10,000 characters": f'"{CANARY * 834}"',
    "10,000 wide characters": f'"{"邻" * 10_000}"',
    "empty": '""',
    "blank": '"    "',
    "emoji": '"👩‍👩‍👧‍👦🏳️‍🌈"',
    "SQL": f'"{CANARY}\'; DROP TABLE users; --"',
    "wildcards": f'"%_{CANARY}\\\\%"',
    "path": f'"../../{CANARY}/passwd"',
    "markup": f'"<script>{CANARY}</script>"',
    "format": '"%s%n{0}{__class__}${jndi:ldap://x}"',
    "text of a number": '"1"',
    "text of no number": '"NaN"',
    "local address": '"http://169.254.169.254/"',
}
_NUMBERS: dict[str, str] = {
    "2^31": "2147483648",
    "-2^31-1": "-2147483649",
    "2^53+1": "9007199254740993",
    "2^63": "9223372036854775808",
    "-2^63-1": "-9223372036854775809",
    "5,000 digits": "9" * 5000,
    "minus one": "-1",
    "minus zero": "-0.0",
    "half": "0.5",
    "one as float": "1.0",
    "tiny": "5e-324",
    "huge": "1e308",
    "1e400": "1e400",
    "NaN": "NaN",
    "Infinity": "Infinity",
    "-Infinity": "-Infinity",
    "number as text": '"1"',
}
_ANYTHING: dict[str, str] = {
    "true": "true",
    "null": "null",
    "list": "[]",
    "list of itself": '["a", ["a"]]',
    "object": "{}",
    "object with a NUL key": '{"\\u0000": 1}',
    "object with a surrogate key": '{"\\ud800": 1}',
    "prototype": '{"__proto__": {"a": 1}}',
    "deep": _DEEP,
    "huge number": "9223372036854775808",
    "short text": '"x"',
    "long text with a NUL": f'"{"x" * 300}\\u0000"',
}
_FORMS: dict[str, str] = {
    "surrogate": '"\\ud800"',
    "empty text": '""',
    "year 1": '"0001-01-01T00:00:00+23:59"',
    "year 9999": '"9999-12-31T23:59:59-23:59"',
    "nil UUID": '"00000000-0000-0000-0000-000000000000"',
    "UUID in braces": '"{019a9f0e-8c6b-7d1e-8000-000000000000}"',
}


def json_values(schema: dict[str, Any]) -> dict[str, str]:
    """What to try where the schema expects its kind of value."""
    if schema.get("type") == "string":
        has_form = schema.keys() & {"format", "enum", "const"}
        return _ANYTHING | (_FORMS if has_form else _TEXTS)
    return _ANYTHING | (_NUMBERS if schema.get("type") in ("integer", "number") else {})


# Percent-encoded, for paths and queries.
TEXT_VALUES: dict[str, str] = {
    "nul": "%00",
    "invalid UTF-8": "%FF%FE",
    "lone surrogate": "%ED%A0%80",
    "CRLF": "%0D%0ASet-Cookie:%20a=b",
    "bidi override": "%E2%80%AE",
    "empty": "",
    "blank": "%20%20",
    "1,000 characters": CANARY * 83,
    "emoji": "%F0%9F%91%A9",
    "SQL": f"{CANARY}'%3B%20DROP%20TABLE%20users%3B--",
    "wildcards": "%25_%5C%25",
    "path": "..%2F..%2Fetc%2Fpasswd",
    "nan": "nan",
    "two nans": "nan,nan",
    "inf": "inf",
    "two infs": "inf,-inf",
    "1e400": "1e400",
    "minus one": "-1",
    "2^31": "2147483648",
    "2^63": "9223372036854775808",
    "1,000 digits": "9" * 1000,
    "one": "1",
    "arabic digits": "%D9%A3%D9%A1",
    "out of the world": "91,181",
    "out of China": "51.5,-0.1",
    "null": "null",
    "nil UUID": "00000000-0000-0000-0000-000000000000",
    # Cursors that decode: of nothing, of a huge, negative or wrongly typed key, of one too many.
    "cursor of nothing": "W10",
    "cursor of -2^62": "Wy00NjExNjg2MDE4NDI3Mzg3OTA0XQ",
    "cursor of 2^62": "WzQ2MTE2ODYwMTg0MjczODc5MDRd",
    "cursor of true": "W3RydWVd",
    "cursor of -2^62, id, rank": "Wy00NjExNjg2MDE4NDI3Mzg3OTA0LCJ4Iiw0NjExNjg2MDE4NDI3Mzg3OTA0XQ",
    "cursor of a NUL": "WyJcdTAwMDAiXQ",
    "cursor of an object": "e30",
    "cursor, padded wrongly": "W10====",
}

# Ids and numbers in a path meet one parser each; a few kinds of rubbish are enough.
PATH_VALUES = {
    name: TEXT_VALUES[name]
    for name in ("nul", "invalid UTF-8", "CRLF", "empty", "1,000 characters", "path", "minus one",
                 "one", "2^63", "nil UUID")
}  # fmt: skip
