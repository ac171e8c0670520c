"""The state machine of caring for somebody."""

from api.kit.state import Machine

DEPENDANT = Machine(
    "dependant",
    [
        (None, "propose", "proposed", "resident"),
        ("proposed", "consent", "active", "dependant,staff"),
        ("proposed", "refuse", "refused", "dependant"),
        ("active", "widen", "proposed", "resident"),
        ("proposed", "end", "ended", "resident"),
        ("active", "end", "ended", "resident,dependant"),
    ],
    final=("refused", "ended"),
)
