"""The state machines of appeals, of what a person should look at, and of mentoring.

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

# A newcomer asks, a lead takes them along.
MENTORSHIP = Machine(
    "points_mentorship",
    [
        (None, "ask", "asked", "mentee"),
        ("asked", "withdraw", "withdrawn", "mentee,staff"),
        ("asked", "take", "active", "mentor"),
        ("active", "end", "ended", "mentee,mentor,staff"),
        ("active", "graduate", "graduated", "system"),
        ("active", "lapse", "lapsed", "system"),
    ],
    final=("withdrawn", "ended", "graduated", "lapsed"),
)
