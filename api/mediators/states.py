"""The state machines of mediators and of complaints about them."""

from api.kit.state import Machine

MEDIATOR = Machine(
    "mediator",
    [
        (None, "apply", "applied", "resident"),
        ("applied", "appoint", "appointed", "staff"),
        ("applied", "reject", "rejected", "staff"),
        ("rejected", "apply", "applied", "resident"),
        # For another term, another place or other categories.
        ("appointed", "appoint", "appointed", "staff"),
        ("appointed", "suspend", "suspended", "staff"),
        ("suspended", "reinstate", "appointed", "staff"),
        *((state, "end", "ended", "mediator") for state in ("applied", "appointed", "suspended")),
        ("ended", "apply", "applied", "resident"),
    ],
    final=(),
)
COMPLAINT = Machine(
    "mediator_complaint",
    [
        (None, "file", "open", "party"),
        ("open", "uphold", "upheld", "staff"),
        ("open", "dismiss", "dismissed", "staff"),
    ],
    final=("upheld", "dismissed"),
)
