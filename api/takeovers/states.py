"""The state machine of an account that takes over what staff enrolled.

Between ``agreed`` and ``joined`` a day passes in which either side may say no; what was joined
cannot be parted.
"""

from api.kit.state import Machine

TAKEOVER = Machine(
    "takeover",
    [
        (None, "ask", "asked", "resident"),
        ("asked", "agree", "agreed", "staff"),
        ("asked", "reject", "rejected", "staff"),
        ("asked", "withdraw", "withdrawn", "resident"),
        ("agreed", "withdraw", "withdrawn", "resident"),
        ("agreed", "stop", "stopped", "staff,system"),
        ("agreed", "join", "joined", "system"),
    ],
    final=("rejected", "withdrawn", "stopped", "joined"),
)
