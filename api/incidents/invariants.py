"""What must always hold of incidents."""

from api.incidents.states import INCIDENT
from api.kit.invariants import Invariant, moves_recorded

INVARIANTS = (
    *moves_recorded(("I1", "I2", "I3"), INCIDENT, "incidents"),
    Invariant(
        "I4",
        "an incident is about the job of its order",
        """
SELECT i.id FROM incidents AS i
WHERE NOT EXISTS (SELECT 1 FROM stops AS s WHERE s.job_id = i.job_id AND s.order_id = i.order_id)
""",
    ),
)
