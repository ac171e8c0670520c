"""The state machine of a repeating errand."""

from api.kit.state import Machine

REPEAT = Machine(
    "repeat",
    [
        (None, "start", "active", "resident"),
        ("active", "pause", "paused", "resident"),
        ("paused", "resume", "active", "resident"),
        ("active", "end", "ended", "resident,system"),
        ("paused", "end", "ended", "resident"),
    ],
    final=("ended",),
)
