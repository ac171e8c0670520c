"""The state machine of an upload; a removed one has no row any more."""

from api.kit.state import Machine

UPLOAD = Machine(
    "upload",
    [
        (None, "keep", "kept", "resident,runner,staff"),
        ("kept", "claim", "claimed", "resident,runner,staff"),
        ("kept", "remove", "removed", "system"),
        ("claimed", "remove", "removed", "system"),
    ],
    final=("removed",),
)
STATES = ("kept", "claimed")
# What a photo is for, said when it is sent; only a thing of that kind can claim it.
PURPOSES = (
    "proof", "receipt", "condition", "incident", "evidence",
    "post", "ticket", "case", "product", "print",
)  # fmt: skip
SIZES = ("photo", "thumb")
# For what the original of a masked photo may be kept.
EVIDENCE = ("dispute", "case", "legal_request")
