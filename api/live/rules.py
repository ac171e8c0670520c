"""What is said over a line and what may be said back; why lines are closed. Pure.

`docs/live.md` tells clients of it.
"""

from dataclasses import dataclass

import orjson

from api.kit.http.socket import HEARTBEAT_S

# (code, reason) of a close. 4xxx are ours: 4401 sign in anew, 4403 and 4408 come back and go on,
# 4409 begin anew by the lists, 4429 stay away.
SESSION_ENDED = (4401, "not_signed_in")
RESTARTING = (1012, "restarting")
BUSY = (1013, "busy")
RIGHTS_CHANGED = (4403, "rights_changed")
CURSOR_UNKNOWN = (4409, "cursor_unknown")
REPLACED = (4429, "replaced")
BINARY = (1003, "binary")
NOT_JSON = (1007, "not_json")
UNKNOWN_EVENT = (1008, "unknown_event")

PONG = b'{"id":null,"event":"pong","data":{}}'
# Messages that a client may send: a burst, and so many a second.
MESSAGES_MAX = 20.0
MESSAGES_PER_S = 1.0


@dataclass(slots=True)
class Budget:
    """How many messages a client may still send."""

    left: float = MESSAGES_MAX
    at_s: float = 0.0

    def take(self, now_s: float) -> bool:
        """Count one; false: it is one too many."""
        self.left = min(MESSAGES_MAX, self.left + (now_s - self.at_s) * MESSAGES_PER_S) - 1
        self.at_s = now_s
        return self.left >= 0


def fault_of(text: str | None) -> tuple[int, str] | None:
    """Why a client's message closes its line; ``None``: it is a ping. ``text``: none, if binary."""
    if text is None:
        return BINARY
    try:
        said = orjson.loads(text)
    except ValueError:
        return NOT_JSON
    is_ping = isinstance(said, dict) and said.get("event") == "ping"  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return None if is_ping else UNKNOWN_EVENT


def frame_tail(event: str, data: bytes) -> bytes:
    """What follows the cursor in a frame: the same for everybody who is told."""
    return b'","event":"%b","data":%b}' % (event.encode(), data)


def hello(cursor: str) -> bytes:
    """Said once what was missed is told: from here on a line is told what happens."""
    return frame(cursor, frame_tail("hello", b'{"heartbeat_s":%d}' % HEARTBEAT_S))


def frame(cursor: str, tail: bytes) -> bytes:
    """One frame: `{id, event, data}`."""
    return b'{"id":"%b%b' % (cursor.encode(), tail)
