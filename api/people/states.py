"""The state machines of a real name and of belonging to a household.

A person without a row has the real-name state ``unverified``.
"""

from api.kit.state import Machine

REAL_NAME = Machine(
    "real_name",
    [
        (None, "submit", "submitted", "resident"),
        ("rejected", "submit", "submitted", "resident"),
        ("submitted", "approve", "verified", "staff"),
        ("submitted", "reject", "rejected", "staff"),
        ("verified", "revoke", "rejected", "staff"),
    ],
    final=(),
)
MEMBERSHIP = Machine(
    "membership",
    [
        (None, "request", "requested", "resident"),
        ("requested", "approve", "joined", "staff"),
        ("requested", "reject", "rejected", "staff"),
        ("requested", "withdraw", "withdrawn", "resident"),
        ("joined", "leave", "left", "resident,staff,system"),
    ],
    final=("rejected", "withdrawn", "left"),
)
