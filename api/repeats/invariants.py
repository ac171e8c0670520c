"""What must always hold of repeating errands."""

from api.kit.invariants import Invariant, moves_recorded
from api.repeats.states import REPEAT

INVARIANTS = (
    *moves_recorded(("RP1", "RP2", "RP3"), REPEAT, "repeats"),
    Invariant(
        "RP4",
        "every order of a repeat is its customer's, of its kind, on a day of its rule",
        """
SELECT d.order_id FROM repeat_days AS d
JOIN repeats AS r ON r.id = d.repeat_id JOIN orders AS o ON o.id = d.order_id
WHERE o.placed_by_id <> r.customer_id OR o.kind <> r.kind
   OR NOT extract(isodow FROM d.day)::smallint = ANY (r.weekdays)
""",
    ),
)
