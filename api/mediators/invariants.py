"""What must always hold of mediators and complaints about them."""

from api.kit.invariants import Invariant, moves_recorded
from api.mediators.states import COMPLAINT, MEDIATOR

INVARIANTS = (
    *moves_recorded(("MD1", "MD2", "MD3"), MEDIATOR, "mediators"),
    *moves_recorded(("MD4", "MD5", "MD6"), COMPLAINT, "mediator_complaints"),
    Invariant(
        "MD7",
        "a mediator's committee stands where they work, or above it",
        """
SELECT m.id FROM mediators AS m JOIN committees AS c ON c.id = m.committee_id
WHERE c.place_id <> ALL (m.place_path)
""",
    ),
    Invariant(
        "MD8",
        "whoever is appointed holds the role, and whoever ended it does not",
        """
SELECT m.id FROM mediators AS m JOIN users AS u ON u.id = m.id AND u.state = 'active'
WHERE m.state IN ('appointed', 'ended') AND (m.state = 'appointed') <> EXISTS (
    SELECT 1 FROM grants AS g
    WHERE g.user_id = m.id AND g.role = 'mediator' AND g.place_id = m.place_id
      AND g.revoked_at IS NULL)
""",
    ),
    Invariant(
        "MD9",
        "a complaint is about whoever was assigned to its case",
        """
SELECT c.id FROM mediator_complaints AS c
WHERE NOT EXISTS (
    SELECT 1 FROM mediator_asks AS a
    WHERE a.case_id = c.case_id AND a.user_id = c.mediator_id
      AND a.state IN ('accepted', 'replaced'))
""",
    ),
)
