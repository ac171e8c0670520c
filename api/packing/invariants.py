"""What must always hold of packing: each fen of a bag is due or back, nothing is packed twice, and
what is packed comes to its door, is fetched, or goes back.
"""

from api.jobs.policies import FAILURES
from api.kit.invariants import Invariant, moves_recorded
from api.packing.states import COLLECTION, PACKING

GONE = tuple(sorted(row.reason for row in FAILURES.values() if row.is_gone))

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
    *moves_recorded(("PK8", "PK9", "PK10"), COLLECTION, "collections"),
    Invariant(
        "PK11",
        "a bag waits to be fetched while its order goes on, and is fetched when its order is",
        """
SELECT w.id FROM collections AS w JOIN orders AS o ON o.id = w.id
JOIN cycle_orders AS j ON j.order_id = w.id JOIN packings AS p ON p.id = w.id
WHERE o.collected_at IS DISTINCT FROM w.collected_at
   OR (w.state = 'ready' AND o.state <> 'active') OR (w.state = 'lapsed' AND o.state <> 'cancelled')
   OR j.way <> 'collection' OR j.cycle_id <> w.cycle_id OR p.state <> 'packed'
UNION ALL
SELECT o.id FROM orders AS o
WHERE o.collected_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM collections AS w WHERE w.id = o.id)
""",
    ),
    Invariant(
        "PK12",
        "bags leave a cycle that delivers, for doors of its own, packed",
        """
SELECT s.order_id FROM stops AS s JOIN cycle_orders AS j ON j.order_id = s.order_id
JOIN cycles AS c ON c.id = j.cycle_id JOIN jobs AS t ON t.id = s.job_id
LEFT JOIN packings AS p ON p.id = s.order_id
WHERE c.state NOT IN ('delivering', 'completed') OR j.way <> 'delivery' OR NOT t.is_shared
   OR p.state IS DISTINCT FROM 'packed'
""",
    ),
    Invariant(
        "PK14",
        "what is kept back is so at its stop, too, and nobody got it meanwhile",
        """
SELECT s.order_id FROM stops AS s LEFT JOIN packings AS p ON p.id = s.order_id
WHERE (s.state = 'pending' AND (s.kept_back_at IS NULL) <> (p.kept_back_at IS NULL))
   OR (s.state = 'delivered' AND s.kept_back_at <= coalesce(s.proven_at, s.closed_at))
UNION ALL
SELECT w.id FROM collections AS w JOIN packings AS p ON p.id = w.id
WHERE p.kept_back_at <= w.collected_at
""",
    ),
    Invariant(
        "PK15",
        "goods that were lost or broken on the way, and no others, are made up to their merchant",
        f"""
SELECT o.id FROM orders AS o LEFT JOIN stops AS s ON s.order_id = o.id
LEFT JOIN ledger_accounts AS a ON a.kind = 'merchant_payable' AND a.owner_id = o.merchant_id
LEFT JOIN ledger_transfers AS t ON t.order_id = o.id
    AND (t.rule = 'refund_decided' OR (t.rule = 'goods_made_up' AND t.to_id = a.id))
WHERE o.kind = 'vegetables' GROUP BY o.id, s.fail_reason
HAVING coalesce(sum(t.amount_fen) FILTER (WHERE t.rule = 'goods_made_up'), 0) <> CASE
    WHEN o.cancel_reason = 'job_returned' AND s.fail_reason IN {GONE} THEN greatest(
        0, o.goods_fen - coalesce(sum(t.amount_fen) FILTER (WHERE t.rule = 'refund_decided'), 0))
    ELSE 0 END
""",
    ),
    Invariant(
        "PK13",
        "a completed cycle has final orders only, and one that has no other is completed soon",
        """
SELECT c.id FROM cycles AS c
JOIN LATERAL (
    SELECT count(*) FILTER (WHERE o.state NOT IN ('completed', 'cancelled')) AS living,
           max(e.written_at) AS last_at
    FROM cycle_orders AS j JOIN orders AS o ON o.id = j.order_id
    LEFT JOIN events AS e ON e.subject_id = o.id AND e.subject = 'order' AND e.to_state = o.state
    WHERE j.cycle_id = c.id) AS orders ON true
WHERE (c.state = 'completed' AND orders.living > 0)
   OR (c.state IN ('closed', 'packing', 'delivering') AND orders.living = 0
       AND orders.last_at < clock_timestamp() - interval '10 minutes')
""",
    ),
)
