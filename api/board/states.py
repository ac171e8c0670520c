"""The state machines of the board."""

from api.kit.state import Machine

_SHOWN = ("published", "resolved")
_LIVING = ("pending_review", "published", "rejected", "resolved", "hidden")

# A comment is a post below another one and moves by the same machine.
POST = Machine(
    "post",
    [
        (None, "submit", "pending_review", "resident,staff"),
        # A person has to look: the reason is told.
        ("pending_review", "hold", "pending_review", "system"),
        ("pending_review", "publish", "published", "system,staff"),
        ("pending_review", "reject", "rejected", "staff"),
        # What is changed is checked anew, and shown to nobody until then.
        ("pending_review", "edit", "pending_review", "resident"),
        ("published", "edit", "pending_review", "resident"),
        ("rejected", "edit", "pending_review", "resident"),
        ("published", "resolve", "resolved", "resident,staff"),
        # Staff looked at what was reported and leave it.
        ("published", "keep", "published", "staff"),
        ("resolved", "keep", "resolved", "staff"),
        ("published", "hide", "hidden", "staff,system"),
        ("resolved", "hide", "hidden", "staff,system"),
        # Staff confirm what many reports hid for a day.
        ("hidden", "hide", "hidden", "staff"),
        ("hidden", "restore", "published", "staff,system"),
        ("rejected", "appeal", "pending_review", "resident"),
        ("hidden", "appeal", "pending_review", "resident"),
        *((state, "withdraw", "withdrawn", "resident") for state in _LIVING),
        *((state, "delete", "deleted", "resident") for state in (*_LIVING, "withdrawn")),
    ],
    final=("deleted",),
)
REPORT = Machine(
    "post_report",
    [
        (None, "file", "open", "resident,staff"),
        ("open", "uphold", "upheld", "staff"),
        ("open", "dismiss", "dismissed", "staff"),
        # Its post is gone.
        ("open", "close", "closed", "system"),
    ],
    final=("upheld", "dismissed", "closed"),
)
ME_TOO = Machine(
    "me_too",
    [
        (None, "give", "given", "resident,staff"),
        ("given", "take_back", "taken_back", "resident,staff"),
        ("taken_back", "give", "given", "resident,staff"),
    ],
    final=(),
)
PILE = Machine(
    "pile",
    [
        (None, "raise", "raised", "system"),
        ("raised", "take", "taken", "staff"),
        ("raised", "end", "over", "system"),
        ("taken", "end", "over", "system"),
    ],
    final=("over",),
)
SHOWN = _SHOWN
CHECK_STATES = ("waiting", "asked", "passed", "held", "void")
