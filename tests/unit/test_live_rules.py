"""What a client may say over its line, and what a frame looks like."""

import orjson
import pytest

from api.live.rules import (
    BINARY,
    MESSAGES_MAX,
    NOT_JSON,
    UNKNOWN_EVENT,
    Budget,
    fault_of,
    frame,
    frame_tail,
    hello,
)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('{"event":"ping"}', None),
        (None, BINARY),
        ("", NOT_JSON),
        ("{", NOT_JSON),
        ("[1]", UNKNOWN_EVENT),
        ("null", UNKNOWN_EVENT),
        ('{"event":["ping"]}', UNKNOWN_EVENT),
        ('{"event":"subscribe"}', UNKNOWN_EVENT),
    ],
)
def test_only_a_ping_may_be_said(text: str | None, fault: tuple[int, str] | None) -> None:
    """Everything else closes the line, each with its name."""
    assert fault == fault_of(text)


def test_a_client_may_say_so_much_at_once_and_one_a_second() -> None:
    """A burst is let through, its next is not, and a second later one is again."""
    budget = Budget(at_s=100.0)

    assert [True] * int(MESSAGES_MAX) == [budget.take(100.0) for _ in range(int(MESSAGES_MAX))]
    assert not budget.take(100.0)
    assert [True, False] == [budget.take(102.0), budget.take(102.0)]


def test_a_frame_is_json_with_its_id_first() -> None:
    """Put together from parts, as the part behind the id is the same for all who are told."""
    told = orjson.loads(frame("WyJh", frame_tail("order", b'{"version":3}')))

    assert {"id": "WyJh", "event": "order", "data": {"version": 3}} == told
    assert {"heartbeat_s": 25} == orjson.loads(hello("x"))["data"]
