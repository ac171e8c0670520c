"""When a client knows what happened, and when it must ask again."""

import orjson
import pytest

from api.cli.replay.client import is_final
from api.cli.replay.wire import Answer


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (0, "", False),
        (429, "rate_limited", False),
        (500, "internal_error", False),
        (503, "busy", False),
        (409, "request_in_flight", False),
        (409, "job_taken", True),
        (404, "not_found", True),
        (422, "idempotency_key_reused", True),
        (200, "", True),
        (204, "", True),
    ],
)
def test_only_what_may_change_by_asking_again_is_asked_again(
    status: int, code: str, expected: bool
) -> None:
    """Silence, limits, failures and a twin in flight pass; a refusal does not."""
    body = orjson.dumps({"code": code}) if code else b""

    assert expected == is_final(Answer(status, {}, body))
