"""The state machine of a transfer."""

from api.kit.state import Machine

# What is posted at once never waits; where WeChat stands between, it is held until that answers.
TRANSFER = Machine(
    "transfer",
    [
        (None, "book", "posted", "system"),
        (None, "hold", "pending", "system"),
        ("pending", "post", "posted", "gateway"),
        ("pending", "void", "voided", "gateway"),
        ("pending", "expire", "expired", "gateway"),
    ],
    final=("posted", "voided", "expired"),
)
OUTCOMES = tuple(sorted(TRANSFER.final))
