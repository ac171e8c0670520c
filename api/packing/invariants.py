"""What must always hold of packing: each fen of a bag is due or back, nothing is packed twice."""

from api.kit.invariants import Invariant, moves_recorded
from api.packing.states import PACKING

INVARIANTS = (
    *moves_recorded(("PK1", "PK2", "PK3"), PACKING, "packings"),
    Invariant(
        "PK4",
        "a packed bag has each line of its order once, in part at most, every fen due or back",
        """
SELECT p.id FROM packings AS p
JOIN cycle_lines AS l ON l.order_id = p.id
FULL JOIN packed_lines AS d ON d.order_id = l.order_id AND d.item_id = l.item_id
WHERE (p.state = 'packed') <> (d.order_id IS NOT NULL) OR l.order_id IS NULL
   OR d.packed_count + d.instead_count > l.count OR d.due_fen + d.refund_fen <> l.paid_fen
""",
    ),
    Invariant(
        "PK5",
        "what is not in a bag went back to its buyer, unless it had gone back before",
        """
SELECT p.id FROM packings AS p JOIN orders AS o ON o.id = p.id
WHERE p.refund_fen > (SELECT coalesce(sum(d.refund_fen), 0) FROM packed_lines AS d
                      WHERE d.order_id = p.id)
   OR o.refunded_fen < (SELECT coalesce(sum(d.refund_fen), 0) FROM packed_lines AS d
                        WHERE d.order_id = p.id)
   OR p.refund_fen > o.refunded_fen
""",
    ),
    Invariant(
        "PK6",
        "no more of an item is in the bags than came",
        """
SELECT a.item_id FROM cycle_arrivals AS a
WHERE a.there_count < (
    SELECT coalesce(sum(d.packed_count), 0) FROM packed_lines AS d WHERE d.item_id = a.item_id) + (
    SELECT coalesce(sum(d.instead_count), 0) FROM packed_lines AS d
    WHERE d.instead_item_id = a.item_id)
""",
    ),
    Invariant(
        "PK7",
        "bags are packed in a closed cycle only, and its own",
        """
SELECT p.id FROM packings AS p JOIN cycle_orders AS j ON j.order_id = p.id
JOIN cycles AS c ON c.id = p.cycle_id
WHERE j.cycle_id <> p.cycle_id OR c.state NOT IN ('packing', 'delivering', 'completed')
""",
    ),
)
