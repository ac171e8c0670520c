"""The state machines of a payment and of a refund."""

from api.kit.state import Machine

PAYMENT = Machine(
    "payment",
    [
        (None, "open", "created", "resident"),
        ("created", "settle", "paid", "gateway"),
        ("created", "close", "closed", "system"),
        # Money that arrives after all: taken in, and sent back at once.
        ("closed", "settle", "paid", "gateway"),
    ],
    final=("paid",),
)
REFUND = Machine(
    "refund",
    [
        (None, "request", "requested", "system"),
        ("requested", "succeed", "succeeded", "gateway"),
        ("requested", "fail", "failed", "gateway"),
    ],
    final=("succeeded", "failed"),
)
