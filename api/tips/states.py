"""The state machine of a tip."""

from api.kit.state import Machine

TIP = Machine(
    "tip",
    [
        (None, "offer", "offered", "resident"),
        ("offered", "pay", "paid", "gateway"),
        ("offered", "lapse", "lapsed", "system"),
    ],
    final=("paid", "lapsed"),
)
