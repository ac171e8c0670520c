"""The state machine of a runner's standing; shift is a setting of its own."""

from api.kit.state import Machine

RUNNER = Machine(
    "runner",
    [
        (None, "apply", "applied", "resident"),
        ("applied", "approve", "approved", "staff"),
        ("applied", "reject", "rejected", "staff"),
        ("rejected", "apply", "applied", "resident"),
        ("withdrawn", "apply", "applied", "resident"),
        ("applied", "withdraw", "withdrawn", "resident"),
        ("approved", "withdraw", "withdrawn", "resident"),
        ("approved", "suspend", "suspended", "staff"),
        ("suspended", "approve", "approved", "staff"),
        ("suspended", "reinstate", "approved", "staff"),
    ],
    final=(),
)
TIERS = ("trainee", "runner", "lead")
SHIFTS = ("offline", "online", "break")
