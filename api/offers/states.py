"""The state machine of an offer."""

from api.kit.state import Machine

OFFER = Machine(
    "offer",
    [
        (None, "make", "offered", "system"),
        ("offered", "accept", "accepted", "runner"),
        ("offered", "decline", "declined", "runner"),
        ("offered", "expire", "expired", "system"),
        # Somebody took one of its jobs from the hall, or it is no longer wanted.
        ("offered", "withdraw", "withdrawn", "system"),
    ],
    final=("accepted", "declined", "expired", "withdrawn"),
)
