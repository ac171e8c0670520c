"""What must always hold of payments and refunds."""

from api.kit.invariants import Invariant, moves_recorded
from api.payments.states import PAYMENT, REFUND

INVARIANTS = (
    *moves_recorded(("P1", "P2", "P3"), PAYMENT, "payments"),
    *moves_recorded(("P4", "P5", "P11"), REFUND, "refunds"),
    Invariant(
        "P6",
        "an activated order with a fee has exactly one counted payment, of exactly that fee",
        """
SELECT o.id FROM orders AS o
LEFT JOIN payments AS p ON p.order_id = o.id AND p.is_counted
WHERE o.fee_fen > 0 AND (o.activated_at IS NOT NULL) <> (p.id IS NOT NULL)
   OR p.amount_fen <> o.fee_fen
""",
    ),
    Invariant(
        "P7",
        "refunds never exceed their payment",
        """
SELECT p.id FROM payments AS p
JOIN refunds AS r ON r.payment_id = p.id AND r.state <> 'failed'
GROUP BY p.id HAVING sum(r.amount_fen) > p.amount_fen
""",
    ),
    Invariant(
        "P8",
        "what was decided to go back goes back, no more and no less, within a minute",
        """
SELECT o.id FROM orders AS o
JOIN payments AS p ON p.order_id = o.id AND p.is_counted
LEFT JOIN (SELECT payment_id, sum(amount_fen) AS amount_fen FROM refunds
           WHERE state <> 'failed' GROUP BY payment_id) AS r ON r.payment_id = p.id
WHERE o.refunded_fen <> coalesce(r.amount_fen, 0)
  AND NOT EXISTS (SELECT 1 FROM events AS e WHERE e.subject_id = o.id AND e.subject = 'order'
                  AND e.written_at >= clock_timestamp() - interval '60 s')
""",
    ),
    Invariant(
        "P9",
        "money that was not needed goes back whole",
        """
SELECT p.id FROM payments AS p
WHERE p.state = 'paid' AND NOT p.is_counted AND p.amount_fen <> coalesce(
    (SELECT sum(r.amount_fen) FROM refunds AS r WHERE r.payment_id = p.id), 0)
""",
    ),
    Invariant(
        "P10",
        "no refund failed, which is for a person to look at",
        "SELECT id FROM refunds WHERE state = 'failed'",
    ),
)
