"""What must always hold of orders."""

from api.kit.invariants import Invariant, moves_recorded
from api.orders.states import ACT, CONSENT, ORDER

INVARIANTS = (
    *moves_recorded(("O1", "O2", "O3"), ORDER, "orders"),
    *moves_recorded(("A1", "A2", "A3"), ACT, "held_acts"),
    *moves_recorded(("O9", "O10", "O11"), CONSENT, "consents"),
    Invariant(
        "O4",
        "an errand that was activated has one stop, another none; vegetables get theirs later",
        """
SELECT o.id FROM orders AS o LEFT JOIN stops AS s ON s.order_id = o.id
WHERE (o.activated_at IS NULL AND s.order_id IS NOT NULL)
   OR (o.activated_at IS NOT NULL AND s.order_id IS NULL AND o.kind <> 'vegetables')
""",
    ),
    Invariant(
        "O5",
        "a completed order was delivered",
        """
SELECT o.id FROM orders AS o JOIN stops AS s ON s.order_id = o.id
WHERE o.state = 'completed' AND s.state <> 'delivered'
""",
    ),
    Invariant(
        "O6",
        "a cancelled order has no job at work, and a dead job no living order for a minute",
        """
SELECT o.id FROM orders AS o
JOIN stops AS s ON s.order_id = o.id JOIN jobs AS j ON j.id = s.job_id
WHERE (o.state = 'cancelled' AND j.state NOT IN ('cancelled', 'expired', 'returned')
       AND NOT (j.state = 'delivered' AND EXISTS (
           SELECT 1 FROM disputes AS d WHERE d.order_id = o.id AND d.outcome = 'cancelled'))
       AND NOT (j.state = 'delivered' AND s.state = 'failed'))
   OR (o.state = 'active'
       AND (j.state IN ('cancelled', 'expired', 'returned')
            OR (j.state = 'delivered' AND s.state = 'failed'))
       AND EXISTS (SELECT 1 FROM events AS e WHERE e.subject_id = j.id AND e.subject = 'job'
                   AND e.to_state = j.state
                   AND e.written_at < clock_timestamp() - interval '60 s'))
""",
    ),
    Invariant(
        "O20",
        "a cancelled order keeps what cancelling cost; all else that was paid goes back",
        """
SELECT id FROM orders
WHERE state = 'cancelled' AND activated_at IS NOT NULL
  AND cost_fen + refunded_fen <> fee_fen + goods_fen
""",
    ),
    Invariant(
        "O21",
        "an order is disputed exactly while it has an open dispute, and no money of it moves",
        """
SELECT o.id FROM orders AS o
LEFT JOIN disputes AS d ON d.order_id = o.id AND d.resolved_at IS NULL
WHERE (o.state = 'disputed') <> (d.id IS NOT NULL)
   OR d.left_fen <> o.fee_fen + o.goods_fen - o.refunded_fen
""",
    ),
    Invariant(
        "O7",
        "a quote is spent on the order that names it, at its price",
        """
SELECT o.id FROM orders AS o JOIN quotes AS q ON q.id = o.quote_id
WHERE q.order_id IS DISTINCT FROM o.id OR q.fee_fen <> o.fee_fen OR q.user_id <> o.placed_by_id
""",
    ),
    Invariant(
        "O14",
        "an order for a dependant is their carer's, one for somebody else is placed by staff",
        """
SELECT o.id FROM orders AS o LEFT JOIN dependants AS d ON d.id = o.beneficiary_id
WHERE (d.id IS NOT NULL AND (d.carer_id <> o.placed_by_id OR o.customer_id <> o.placed_by_id))
   OR (o.customer_id <> o.placed_by_id
       AND NOT EXISTS (SELECT 1 FROM enrolled AS p WHERE p.id = o.customer_id)
       AND NOT EXISTS (SELECT 1 FROM erasures AS e WHERE e.user_id = o.customer_id)
       AND NOT EXISTS (SELECT 1 FROM takeovers AS t
                       WHERE t.user_id = o.customer_id AND t.state = 'joined'))
""",
    ),
    Invariant(
        "O8",
        "a rating belongs to a completed order and names the runner who carried it",
        """
SELECT t.order_id FROM ratings AS t
JOIN orders AS o ON o.id = t.order_id
JOIN stops AS s ON s.order_id = o.id JOIN jobs AS j ON j.id = s.job_id
WHERE o.completed_at IS NULL OR j.runner_id IS DISTINCT FROM t.runner_id
""",
    ),
    Invariant(
        "O12",
        "what was needed for goods is what the receipt says, within a minute of the delivery",
        """
SELECT o.id FROM orders AS o
JOIN stops AS s ON s.order_id = o.id JOIN jobs AS j ON j.id = s.job_id
WHERE (o.spent_fen IS NOT NULL AND o.spent_fen IS DISTINCT FROM s.spent_fen)
   OR (o.spent_fen IS NULL AND s.spent_fen IS NOT NULL AND s.state = 'delivered'
       AND EXISTS (SELECT 1 FROM events AS e WHERE e.subject_id = j.id AND e.subject = 'job'
                   AND e.to_state = 'delivered'
                   AND e.written_at < clock_timestamp() - interval '60 s'))
""",
    ),
    Invariant(
        "O13",
        "a job may spend exactly what its errands paid in front; vegetables are paid for already",
        """
SELECT j.id FROM jobs AS j
JOIN (SELECT s.job_id, sum(o.goods_fen) FILTER (WHERE o.kind <> 'vegetables') AS goods_fen
      FROM stops AS s JOIN orders AS o ON o.id = s.order_id
      GROUP BY s.job_id) AS paid ON paid.job_id = j.id
WHERE j.advance_fen <> coalesce(paid.goods_fen, 0)
""",
    ),
    Invariant(
        "O22",
        "a stop of a shared job is its order's customer's, and what is fetched has no stop",
        """
SELECT o.id FROM orders AS o JOIN stops AS s ON s.order_id = o.id
WHERE (s.person_id IS NOT NULL AND s.person_id <> o.customer_id) OR o.collected_at IS NOT NULL
""",
    ),
    Invariant(
        "O15",
        "a stop is for whom its order is",
        """
SELECT o.id FROM orders AS o JOIN stops AS s ON s.order_id = o.id
WHERE s.beneficiary_id IS DISTINCT FROM o.beneficiary_id
""",
    ),
)
