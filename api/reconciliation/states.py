"""The state machines of a reconciled day and of a difference."""

from api.kit.state import Machine

RECONCILIATION = Machine(
    "reconciliation",
    [
        (None, "plan", "waiting", "system,staff"),
        ("waiting", "compare", "compared", "system"),
        # The bill did not come in two days, or never will.
        ("waiting", "give_up", "given_up", "system"),
        ("compared", "repeat", "waiting", "staff"),
        ("given_up", "repeat", "waiting", "staff"),
    ],
    final=(),
)
DIFFERENCE = Machine(
    "difference",
    [
        (None, "find", "open", "system"),
        # The bill of another day will show the other side of it.
        (None, "expect", "waiting", "system"),
        # Both sides are there already, on different days.
        (None, "note", "matched", "system"),
        ("waiting", "match", "matched", "system"),
        ("open", "match", "matched", "system"),
        # The other bill came and did not show it.
        ("waiting", "miss", "open", "system"),
        # A later bill of the same day shows it again.
        ("matched", "return", "open", "system"),
        ("open", "explain", "explained", "staff"),
        ("open", "settle", "settled", "staff"),
    ],
    final=("explained", "settled"),
)
