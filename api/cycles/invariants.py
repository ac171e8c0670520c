"""What must always hold of cycles: nothing oversold, nothing given back twice, nobody outside."""

from api.cycles.states import CYCLE, STANDING
from api.kit.invariants import Invariant, moves_recorded

INVARIANTS = (
    *moves_recorded(("CY1", "CY2", "CY3"), CYCLE, "cycles"),
    Invariant(
        "CY4",
        "of each item what is left and what was taken make the stock",
        """
SELECT i.id FROM cycle_items AS i
LEFT JOIN (SELECT l.item_id, sum(l.count) AS count FROM cycle_lines AS l
           JOIN cycle_orders AS j ON j.order_id = l.order_id AND j.returned_at IS NULL
           GROUP BY l.item_id) AS taken ON taken.item_id = i.id
WHERE i.left_count + coalesce(taken.count, 0) <> i.stock_count
""",
    ),
    Invariant(
        "CY5",
        "what a household has taken is counted, and within its limit",
        """
SELECT coalesce(t.item_id, taken.item_id) FROM cycle_takings AS t
FULL JOIN (SELECT l.item_id, j.household_id, sum(l.count) AS count FROM cycle_lines AS l
           JOIN cycle_orders AS j ON j.order_id = l.order_id AND j.returned_at IS NULL
           GROUP BY l.item_id, j.household_id) AS taken USING (item_id, household_id)
JOIN cycle_items AS i ON i.id = item_id
WHERE coalesce(t.count, 0) <> coalesce(taken.count, 0) OR taken.count > i.household_max
""",
    ),
    Invariant(
        "CY6",
        "an order is of a cycle exactly where its kind says so, its merchant's, at its lines' cost",
        """
SELECT o.id FROM orders AS o
LEFT JOIN cycle_orders AS j ON j.order_id = o.id LEFT JOIN cycles AS c ON c.id = j.cycle_id
LEFT JOIN (SELECT l.order_id, sum(l.paid_fen) AS fen, bool_and(
               l.paid_fen = l.count * i.price_fen AND i.cycle_id = own.cycle_id) AS is_priced
           FROM cycle_lines AS l JOIN cycle_items AS i ON i.id = l.item_id
           JOIN cycle_orders AS own ON own.order_id = l.order_id
           GROUP BY l.order_id) AS priced ON priced.order_id = o.id
WHERE (o.kind = 'vegetables') <> (j.order_id IS NOT NULL)
   OR (j.order_id IS NOT NULL AND (
       priced.fen IS DISTINCT FROM o.goods_fen OR NOT priced.is_priced
       OR o.merchant_id IS DISTINCT FROM c.merchant_id
       OR o.fee_fen <> CASE j.way WHEN 'delivery' THEN c.fee_fen ELSE 0 END))
""",
    ),
    Invariant(
        "CY7",
        "a cancelled order gives back what it took within a minute, no other order ever",
        """
SELECT j.order_id FROM cycle_orders AS j JOIN orders AS o ON o.id = j.order_id
WHERE (j.returned_at IS NOT NULL AND o.state <> 'cancelled')
   OR (j.returned_at IS NULL AND o.state = 'cancelled' AND EXISTS (
       SELECT 1 FROM events AS e WHERE e.subject_id = o.id AND e.subject = 'order'
         AND e.to_state = 'cancelled' AND e.written_at < clock_timestamp() - interval '60 s'))
""",
    ),
    Invariant(
        "CY8",
        "no slot holds more than may come, and each is counted",
        """
SELECT s.id FROM cycle_slots AS s
LEFT JOIN cycle_orders AS j ON j.slot_id = s.id AND j.returned_at IS NULL
GROUP BY s.id
HAVING s.left_count + count(j.order_id) <> s.capacity_count
    OR bool_or(j.cycle_id <> s.cycle_id)
""",
    ),
    Invariant(
        "CY9",
        "nobody joined before the opening or after the cut-off",
        """
SELECT o.id FROM orders AS o JOIN cycle_orders AS j ON j.order_id = o.id
JOIN cycles AS c ON c.id = j.cycle_id
WHERE c.opened_at IS NULL OR o.created_at < c.opened_at OR o.created_at > c.closes_at
   OR o.cancel_until < o.created_at OR o.cancel_until > c.closes_at
""",
    ),
    *moves_recorded(("CY11", "CY12", "CY13"), STANDING, "standing_orders"),
    Invariant(
        "CY14",
        "what a standing order placed is its customer's, in a cycle of its merchant",
        """
SELECT r.order_id FROM standing_runs AS r JOIN standing_orders AS s ON s.id = r.standing_id
JOIN cycles AS c ON c.id = r.cycle_id LEFT JOIN orders AS o ON o.id = r.order_id
LEFT JOIN cycle_orders AS j ON j.order_id = r.order_id
WHERE c.merchant_id <> s.merchant_id
   OR (o.id IS NOT NULL AND (o.customer_id <> s.customer_id OR j.cycle_id <> r.cycle_id))
""",
    ),
    Invariant(
        "CY10",
        "where a cycle is closed no order waits for payment; where it is cancelled none lives",
        """
SELECT o.id FROM orders AS o JOIN cycle_orders AS j ON j.order_id = o.id
JOIN cycles AS c ON c.id = j.cycle_id
WHERE (o.state = 'awaiting_payment' AND c.state NOT IN ('open', 'cancelled'))
   OR (o.state IN ('awaiting_payment', 'active', 'completed') AND c.is_unwound)
""",
    ),
    Invariant(
        "CY15",
        "whoever a cycle is announced to is told once, of one that opened",
        """
SELECT a.id FROM cycle_announcements AS a JOIN cycles AS c ON c.id = a.cycle_id
LEFT JOIN events AS e ON e.subject = 'cycle_announcement' AND e.subject_id = a.id
GROUP BY a.id, c.opened_at HAVING count(e.seq) <> 1 OR c.opened_at IS NULL
""",
    ),
    Invariant(
        "CY16",
        "the stock of an item is what it was last set to, each step from where the last one led",
        """
SELECT c.id FROM (
    SELECT s.id, s.to_count, i.stock_count,
           lead(s.from_count) OVER (PARTITION BY s.item_id ORDER BY s.n) AS then_count
    FROM stock_changes AS s JOIN cycle_items AS i ON i.id = s.item_id) AS c
WHERE c.to_count <> coalesce(c.then_count, c.stock_count)
""",
    ),
)
