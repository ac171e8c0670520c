"""What must always hold of takeovers."""

from api.kit.invariants import Invariant, moves_recorded
from api.takeovers.states import TAKEOVER

INVARIANTS = (
    *moves_recorded(("TO1", "TO2", "TO3"), TAKEOVER, "takeovers"),
    Invariant(
        "TO4",
        "nobody is joined within the time in which either side may say no",
        """
SELECT id FROM takeovers
WHERE joins_at < decided_at + interval '24 hours' OR (state = 'joined' AND ended_at < joins_at)
""",
    ),
    Invariant(
        "TO5",
        "who was agreed to is about to join a person whom staff enrolled, or who left since",
        """
SELECT t.id FROM takeovers AS t
WHERE t.state = 'agreed'
  AND NOT EXISTS (SELECT 1 FROM enrolled AS p WHERE p.id = t.person_id)
  AND NOT EXISTS (SELECT 1 FROM erasures AS e WHERE e.user_id = t.person_id)
""",
    ),
)
