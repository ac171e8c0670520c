"""What must always hold of carers and dependants."""

from api.care.states import DEPENDANT
from api.kit.invariants import Invariant, moves_recorded, version_is_last_event_sql

INVARIANTS = (
    *moves_recorded(("C1", "C2", "C3"), DEPENDANT, "dependants"),
    Invariant(
        "C4",
        "what a carer may order was consented to, to the fen and the kind, or is less",
        """
SELECT d.id FROM dependants AS d
LEFT JOIN LATERAL (
    SELECT (e.data->>'cap_fen')::int AS cap_fen, e.data->'kinds' AS kinds FROM events AS e
    WHERE e.subject = 'dependant' AND e.subject_id = d.id AND e.name = 'dependant.consented'
    ORDER BY e.subject_seq DESC LIMIT 1) AS said ON true
WHERE d.state = 'active'
  AND (said.cap_fen IS NULL OR d.cap_fen > said.cap_fen OR NOT to_jsonb(d.kinds) <@ said.kinds)
""",
    ),
    Invariant(
        "C5",
        "the wishes of a dependant count their events, and go with the link",
        version_is_last_event_sql("dependant_wishes", "dependant_wishes")
        + """UNION ALL
SELECT w.id FROM dependant_wishes AS w JOIN dependants AS d ON d.id = w.id
WHERE d.state IN ('refused', 'ended')
""",
    ),
)
