"""The state machines of a job and of its stops."""

from api.kit.state import Machine

JOB = Machine(
    "job",
    [
        (None, "make", "waiting", "system"),
        ("waiting", "ready", "open", "system,merchant"),
        ("open", "accept", "accepted", "runner"),
        # By staff, by hand; to give it to another runner they release it first.
        ("open", "assign", "accepted", "staff"),
        ("accepted", "release", "open", "runner,staff"),
        ("accepted", "pick_up", "picked_up", "runner"),
        ("picked_up", "deliver", "delivered", "runner"),
        ("picked_up", "fail", "failed", "runner"),
        ("failed", "return", "returned", "merchant,resident,staff"),
        ("open", "expire", "expired", "system"),
        ("waiting", "cancel", "cancelled", "resident,runner,staff,system"),
        ("open", "cancel", "cancelled", "resident,runner,staff,system"),
        ("accepted", "cancel", "cancelled", "resident,runner,staff,system"),
    ],
    final=("delivered", "returned", "expired", "cancelled"),
)
STOP = Machine(
    "stop",
    [
        (None, "make", "pending", "system"),
        ("pending", "deliver", "delivered", "runner"),
        ("pending", "fail", "failed", "runner"),
    ],
    final=("delivered", "failed"),
)

# States in which a runner has the job in hand; its load counts in these.
IN_HAND = ("accepted", "picked_up")
