"""Logs: JSON lines without personal data, whatever was logged."""

import json
import logging
from collections.abc import Generator
from typing import Any

import pytest
import structlog

from api.kit.ids import new_token
from api.observability.logs import configure_logs, without_personal_data

PHONE = "13800138000"


@pytest.fixture
def pytest_logs_again() -> Generator[None]:
    """What a test configures ends with it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.parametrize(
    "entry",
    [
        {"event": f"no answer from {PHONE}"},
        {"phone": PHONE},
        {"name": PHONE},
        {"note": f"call {PHONE}, or +86{PHONE}."},
        {"data": {"contact": {"phone": PHONE}}},
        {"data": [{"text": f"tel:{PHONE}"}]},
        {"exception": f"DETAIL:  Key (phone)=({PHONE}) already exists."},
        {"exception": f"asyncpg: invalid input for query argument $3: '{PHONE}' (expected int)"},
    ],
)
def test_no_phone_passes(entry: dict[str, Any]) -> None:
    """By key, by shape, at any depth."""
    assert PHONE not in json.dumps(without_personal_data(None, "", entry))


@pytest.mark.parametrize("text", ["{}", "Authorization: Bearer {}", "/v1/me?token={}", "({})"])
def test_no_token_passes(text: str) -> None:
    """By shape, wherever it stands in a text."""
    token = new_token()

    assert token not in json.dumps(without_personal_data(None, "", {"event": text.format(token)}))


def test_no_openid_and_no_address_of_wechats_passes() -> None:
    """The HTTP library tells of whole addresses where somebody turns its logs up."""
    query = "appid=wx0000000000000001&secret=5ecre7&js_code=0a1-B2&access_token=80_ab%2Fcd"
    texts = ["from oTest1_AbCdEfGhIjKlMnOpQrS9,", f"GET https://x/sns/jscode2session?{query} 200"]
    seen = [without_personal_data(None, "", {"event": text})["event"] for text in texts]
    blanked = "appid=wx0000000000000001&secret=***&js_code=***&access_token=***"

    assert ["from ***,", f"GET https://x/sns/jscode2session?{blanked} 200"] == seen


@pytest.mark.parametrize("text", [
    'DETAIL:  Key (parent_id, name)=(x, 王小明) already exists.',
    'Failing row contains (1, 王小明, null).',
    "invalid input for query argument $1: '王小明' (expected int)",
])  # fmt: skip
def test_the_values_that_a_database_repeats_do_not_pass(text: str) -> None:
    """PostgreSQL and asyncpg quote rows and arguments in their errors."""
    assert "王小明" not in str(without_personal_data(None, "", {"exception": text}))


def test_what_is_no_secret_passes() -> None:
    """Ids, numbers and words stay readable."""
    entry = {"event": "job_taken", "job": "019a9f0e-8c6b-7d1e-8000-000000000000", "took_ms": 12}

    assert dict(entry) == without_personal_data(None, "", entry)


@pytest.mark.usefixtures("pytest_logs_again")
def test_every_line_is_a_json_object_whatever_logs_it(capsys: pytest.CaptureFixture[str]) -> None:
    """Ours and the libraries' alike, line breaks and exceptions included."""
    configure_logs()
    try:
        raise ValueError(f"{PHONE}\nInjected: line")
    except ValueError:
        structlog.get_logger("t").exception("two\nlines", note="\r\n{}")
        logging.getLogger("library").exception("failed for %s", PHONE)
    lines = capsys.readouterr().err.splitlines()

    events = [json.loads(line)["event"] for line in lines]
    assert ["two\nlines", "failed for 1**********"] == events
    assert PHONE not in "".join(lines)
