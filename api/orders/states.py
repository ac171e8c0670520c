"""The state machines of an order and of a consent to spend more."""

from api.kit.state import Machine

ORDER = Machine(
    "order",
    [
        (None, "place", "awaiting_payment", "resident,family,staff,merchant"),
        (None, "place_free", "active", "resident,family,staff,merchant"),
        ("awaiting_payment", "pay", "active", "system"),
        ("awaiting_payment", "cancel", "cancelled", "system,resident"),
        ("active", "cancel", "cancelled", "resident,runner,staff,system"),
        ("active", "complete", "completed", "resident,system"),
        ("active", "dispute", "disputed", "resident,runner,merchant"),
        ("completed", "dispute", "disputed", "resident,runner,merchant"),
        ("disputed", "resolve_completed", "completed", "staff,mediation"),
        ("disputed", "resolve_cancelled", "cancelled", "staff,mediation"),
    ],
    final=("cancelled",),
)
# An act that may be undone for ten seconds: done only then, so that nothing final is ever left.
ACT = Machine(
    "act",
    [
        (None, "hold", "held", "resident,runner"),
        ("held", "undo", "undone", "resident,runner"),
        ("held", "do", "done", "system"),
        # What stood in its way came about in those seconds.
        ("held", "drop", "dropped", "system"),
    ],
    final=("undone", "done", "dropped"),
)
CONSENT = Machine(
    "consent",
    [
        (None, "ask", "asked", "runner"),
        ("asked", "agree", "agreed", "resident"),
        ("asked", "decline", "declined", "resident"),
        ("agreed", "pay", "paid", "gateway"),
        ("asked", "lapse", "lapsed", "system"),
        ("agreed", "lapse", "lapsed", "system"),
    ],
    final=("paid", "declined", "lapsed"),
)
# "completed" is final for money and doctor alike unless it is disputed within seven days.
FINAL = ("completed", "cancelled")
