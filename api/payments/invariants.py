"""What must always hold of payments and refunds."""

from api.kit.invariants import Invariant, moves_recorded
from api.payments.states import PAYMENT, REFUND

INVARIANTS = (
    *moves_recorded(("P1", "P2", "P3"), PAYMENT, "payments"),
    *moves_recorded(("P4", "P5", "P11"), REFUND, "refunds"),
    Invariant(
        "P6",
        "an activated order with a price is paid for once, in all exactly fee and goods",
        """
SELECT o.id FROM orders AS o
LEFT JOIN payments AS p ON p.order_id = o.id AND p.is_counted AND p.tip_id IS NULL
GROUP BY o.id
HAVING (o.fee_fen + o.goods_fen > 0 AND (o.activated_at IS NOT NULL)
        <> (count(p.id) FILTER (WHERE p.consent_id IS NULL) = 1))
    OR sum(p.amount_fen) <> o.fee_fen + o.goods_fen
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
LEFT JOIN (SELECT y.order_id, sum(f.amount_fen) AS amount_fen FROM refunds AS f
           JOIN payments AS y ON y.id = f.payment_id AND y.is_counted
           WHERE f.state <> 'failed' GROUP BY y.order_id) AS r ON r.order_id = o.id
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
    Invariant(
        "P12",
        "what was paid in front and not needed goes back, within a minute",
        """
SELECT e.subject_id FROM events AS e
WHERE e.name = 'order.goods_settled' AND e.written_at < clock_timestamp() - interval '60 s'
  AND (e.data->>'refund_fen')::int <> coalesce(
    (SELECT sum(r.amount_fen) FROM refunds AS r
     WHERE r.order_id = e.subject_id AND r.reason = 'goods_difference' AND r.state <> 'failed'), 0)
""",
    ),
    Invariant(
        "P14",
        "what WeChat holds for something delivered is planned to be told, within a minute",
        """
SELECT p.id FROM payments AS p JOIN stops AS s ON s.order_id = p.order_id
WHERE p.is_counted AND p.gateway = 'wechat' AND s.state = 'delivered'
  AND p.ship_at IS NULL AND p.shipped IS NULL AND EXISTS (
    SELECT 1 FROM events AS e WHERE e.subject = 'job' AND e.subject_id = s.job_id
      AND e.name IN ('job.stop_closed', 'job.delivered')
      AND e.written_at < clock_timestamp() - interval '60 s')
""",
    ),
    Invariant(
        "P13",
        "a consent is paid for exactly where its payment counts",
        """
SELECT c.id FROM consents AS c LEFT JOIN payments AS p ON p.consent_id = c.id AND p.is_counted
WHERE (c.state = 'paid') <> (p.id IS NOT NULL) OR p.amount_fen <> c.extra_fen
""",
    ),
)
