"""The state machines of an appeal against points, and of what a person should look at.

An answer that comes too late is an answer for the runner (``lapse``).
"""

from api.kit.state import Machine

APPEAL = Machine(
    "points_appeal",
    [
        (None, "file", "filed", "runner,staff"),
        ("filed", "uphold", "upheld", "staff"),
        ("filed", "reduce", "reduced", "staff"),
        ("filed", "reverse", "reversed", "staff"),
        ("filed", "lapse", "lapsed", "system"),
    ],
    final=("upheld", "reduced", "reversed", "lapsed"),
)

# What detectors saw and a person looks at.
FINDING = Machine(
    "points_finding",
    [
        (None, "find", "open", "system"),
        ("open", "clear", "cleared", "staff"),
        ("open", "act", "acted", "staff"),
    ],
    final=("cleared", "acted"),
)
