"""What must always hold of making good: once a line, never more than it cost, never too late."""

from api.kit.invariants import Invariant, moves_recorded
from api.remedies.states import RECALL, REPORT

INVARIANTS = (
    *moves_recorded(("RM1", "RM2", "RM3"), REPORT, "goods_reports"),
    *moves_recorded(("RM4", "RM5", "RM6"), RECALL, "recalled_lines"),
    Invariant(
        "RM7",
        "no line gives back more than it cost, and all that it gives back its buyer has",
        """
SELECT d.order_id FROM packed_lines AS d JOIN packings AS p ON p.id = d.order_id
JOIN orders AS o ON o.id = d.order_id
JOIN LATERAL (
    SELECT coalesce(sum(g.fen), 0) AS fen FROM (
        SELECT r.refund_fen AS fen FROM goods_reports AS r
        WHERE r.order_id = d.order_id AND r.item_id = d.item_id
        UNION ALL
        SELECT r.refund_fen FROM recalled_lines AS r
        WHERE r.order_id = d.order_id AND r.item_id = d.item_id) AS g) AS back ON true
GROUP BY d.order_id, o.refunded_fen, p.refund_fen
HAVING bool_or(back.fen > d.due_fen) OR sum(back.fen) + p.refund_fen > o.refunded_fen
""",
    ),
    Invariant(
        "RM8",
        "a report is about a line of its order, of its merchant, made by who asked for it",
        """
SELECT r.id FROM goods_reports AS r
JOIN orders AS o ON o.id = r.order_id JOIN cycle_items AS i ON i.id = r.item_id
JOIN cycles AS c ON c.id = i.cycle_id
LEFT JOIN packed_lines AS d ON d.order_id = r.order_id AND d.item_id = r.item_id
LEFT JOIN statements AS s ON s.id = r.statement_id
WHERE d.order_id IS NULL OR c.merchant_id <> r.merchant_id OR s.order_id <> r.order_id
   OR (r.reported_by_id NOT IN (o.customer_id, o.placed_by_id))
""",
    ),
    Invariant(
        "RM9",
        "no report waits beyond its deadline",
        """
SELECT r.id FROM goods_reports AS r
WHERE r.state IN ('waiting', 'contested')
  AND r.decide_by < (SELECT max(at) FROM events) - interval '15 minutes'
""",
    ),
    Invariant(
        "RM11",
        "a bag is kept back for what was called back of it, and refunded",
        """
SELECT p.id FROM packings AS p
WHERE p.kept_back_at IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM recalled_lines AS r WHERE r.order_id = p.id AND r.state = 'refunded')
""",
    ),
    Invariant(
        "RM10",
        "what is called back is of a lot that was recalled, of the product of the line or its"
        " substitute",
        """
SELECT r.id FROM recalled_lines AS r JOIN lots AS t ON t.id = r.lot_id
JOIN cycle_items AS i ON i.id = r.item_id
LEFT JOIN packed_lines AS d ON d.order_id = r.order_id AND d.item_id = r.item_id
LEFT JOIN cycle_items AS other ON other.id = d.instead_item_id
WHERE t.state <> 'recalled'
   OR (t.product_id <> i.product_id AND t.product_id IS DISTINCT FROM other.product_id)
   OR (r.state = 'refunded' AND d.order_id IS NULL)
""",
    ),
)
