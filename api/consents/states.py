"""The state machine of a consent."""

from api.kit.state import Machine

CONSENT = Machine(
    "data_consent",
    [
        (None, "grant", "granted", "resident"),
        ("granted", "withdraw", "withdrawn", "resident,system"),
        ("granted", "supersede", "superseded", "resident"),
    ],
    final=("withdrawn", "superseded"),
)
