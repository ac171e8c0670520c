"""The state machine of an incident."""

from api.kit.state import Machine

INCIDENT = Machine(
    "incident",
    [
        (None, "report", "open", "resident,runner"),
        ("open", "act", "acting", "resident,runner,staff"),
        ("acting", "act", "acting", "resident,runner,staff"),
        ("open", "resolve", "resolved", "resident,runner,staff"),
        ("acting", "resolve", "resolved", "staff"),
    ],
    final=("resolved",),
)
