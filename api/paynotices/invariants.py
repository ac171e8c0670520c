"""What must always hold of WeChat Pay's notices."""

from api.kit.invariants import Invariant, moves_recorded
from api.paynotices.states import PAY_NOTICE

INVARIANTS = (
    *moves_recorded(("PN1", "PN2", "PN3"), PAY_NOTICE, "pay_notices"),
    Invariant(
        "PN4",
        "every notice is taken in or refused within a minute",
        """
SELECT n.id FROM pay_notices AS n
JOIN events AS e ON e.subject = 'pay_notice' AND e.subject_id = n.id AND e.subject_seq = 1
WHERE n.state = 'received' AND e.written_at < clock_timestamp() - interval '60 s'
""",
    ),
)
