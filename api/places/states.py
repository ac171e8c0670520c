"""The state machine of a community's emergency."""

from api.kit.state import Machine

EMERGENCY = Machine(
    "emergency",
    [
        (None, "begin", "on", "staff"),
        ("on", "end", "over", "staff,system"),
    ],
    final=("over",),
)
EMERGENCY_KINDS = ("heat", "storm", "closed", "other")
