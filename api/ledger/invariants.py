"""What must always hold of the money. What stands above the ledger is known by its rows only."""

from api.kit.invariants import Invariant
from api.ledger.rules import MAY_BE_NEGATIVE

INVARIANTS = (
    Invariant(
        "M1",
        "a posted transfer has two entries that sum to 0, any other has none",
        """
SELECT t.id FROM ledger_transfers AS t
LEFT JOIN ledger_outcomes AS o ON o.transfer_id = t.id
LEFT JOIN ledger_entries AS e ON e.transfer_id = t.id
GROUP BY t.id, o.outcome
HAVING NOT CASE WHEN NOT t.is_held OR o.outcome = 'posted'
    THEN count(e.seq) = 2
     AND coalesce(sum(e.amount_fen) FILTER (WHERE e.account_id = t.from_id) = -t.amount_fen, false)
     AND coalesce(sum(e.amount_fen) FILTER (WHERE e.account_id = t.to_id) = t.amount_fen, false)
    ELSE count(e.seq) = 0 END
""",
    ),
    Invariant(
        "M2",
        "all balances together are 0",
        "SELECT sum(balance_fen) FROM ledger_accounts HAVING sum(balance_fen) <> 0",
    ),
    Invariant(
        "M3",
        "a balance is the fold of its entries and counts them; pending transfers hold what is held",
        """
SELECT a.id FROM ledger_accounts AS a
LEFT JOIN (SELECT account_id, sum(amount_fen) AS fen, count(*) AS n
           FROM ledger_entries GROUP BY account_id) AS e ON e.account_id = a.id
LEFT JOIN (SELECT t.from_id, sum(t.amount_fen) AS fen FROM ledger_transfers AS t
           WHERE t.is_held AND NOT EXISTS (
               SELECT 1 FROM ledger_outcomes AS o WHERE o.transfer_id = t.id)
           GROUP BY t.from_id) AS p ON p.from_id = a.id
WHERE a.balance_fen <> coalesce(e.fen, 0) OR a.entries <> coalesce(e.n, 0)
   OR a.held_fen <> coalesce(p.fen, 0)
""",
    ),
    Invariant(
        "M4",
        "entries of an account are gapless, each balance the one before plus its amount",
        """
SELECT transfer_id FROM (
    SELECT transfer_id, seq, amount_fen, balance_fen,
           lag(seq, 1, 0) OVER chain AS seq_before,
           lag(balance_fen, 1, 0::bigint) OVER chain AS balance_before
    FROM ledger_entries WINDOW chain AS (PARTITION BY account_id ORDER BY seq)) AS linked
WHERE seq <> seq_before + 1 OR balance_fen <> balance_before + amount_fen
""",
    ),
    Invariant(
        "M5",
        "of a final order nothing is kept, neither in escrow nor set aside",
        """
SELECT o.id FROM orders AS o JOIN ledger_accounts AS a ON a.owner_id = o.id
WHERE a.kind IN ('escrow', 'goods_advance') AND o.state IN ('completed', 'cancelled')
  AND a.balance_fen <> 0
""",
    ),
    Invariant(
        "M6",
        "no account gives what it does not have, but those of the platform",
        f"""
SELECT id FROM ledger_accounts
WHERE held_fen < 0 OR (kind NOT IN {MAY_BE_NEGATIVE} AND balance_fen < held_fen)
""",
    ),
    Invariant(
        "M7",
        "every payment that came in is booked once and whole, where it belongs",
        """
SELECT p.id FROM payments AS p
FULL JOIN (SELECT * FROM ledger_transfers
           WHERE rule IN ('payment_captured', 'late_payment_taken', 'tip_earned')) AS t
  ON t.subject_id = p.id
WHERE (t.id IS NULL AND p.state = 'paid')
   OR (t.id IS NOT NULL AND (p.state IS DISTINCT FROM 'paid' OR t.amount_fen <> p.amount_fen
       OR t.order_id <> p.order_id OR (t.rule <> 'late_payment_taken') <> p.is_counted
       OR (t.rule = 'tip_earned') <> (p.tip_id IS NOT NULL AND p.is_counted)))
""",
    ),
    Invariant(
        "M8",
        "every refund is held, sent or still owed in the ledger as it is at WeChat",
        """
SELECT coalesce(f.id, t.id) FROM refunds AS f
FULL JOIN (SELECT t.id, t.subject_id, t.amount_fen, o.outcome FROM ledger_transfers AS t
           LEFT JOIN ledger_outcomes AS o ON o.transfer_id = t.id
           WHERE t.rule = 'refund_sent') AS t ON t.subject_id = f.id
WHERE t.id IS NULL OR f.id IS NULL OR t.amount_fen <> f.amount_fen
   OR coalesce(t.outcome, 'pending') <> CASE f.state
        WHEN 'requested' THEN 'pending' WHEN 'succeeded' THEN 'posted' ELSE 'voided' END
""",
    ),
    Invariant(
        "M9",
        "whoever carried a completed order was paid the fee's part and what they had spent",
        """
SELECT o.id FROM events AS e JOIN orders AS o ON o.id = e.subject_id
LEFT JOIN ledger_accounts AS a
  ON a.kind = 'runner_payable' AND a.owner_id::text = e.data->>'runner_id'
LEFT JOIN ledger_transfers AS t ON t.order_id = o.id AND t.to_id = a.id
WHERE e.name = 'order.completed' AND e.data->>'how' <> 'resolved'
GROUP BY o.id
HAVING coalesce(sum(t.amount_fen) FILTER (WHERE t.rule IN ('fee_earned', 'fee_topped_up')), 0)
        <> o.fee_fen - o.fee_fen * o.fee_share_percent / 100
    OR coalesce(sum(t.amount_fen) FILTER (WHERE t.rule = 'goods_repaid'), 0)
        <> coalesce(o.spent_fen, 0)
""",
    ),
    Invariant(
        "M10",
        "what was decided to go back is owed to the customer, or was sent",
        """
SELECT o.id FROM orders AS o
LEFT JOIN ledger_accounts AS a ON a.kind = 'refunds_due' AND a.owner_id = o.id
LEFT JOIN ledger_transfers AS t ON t.order_id = o.id AND t.to_id = a.id
    AND t.rule <> 'late_payment_taken'
GROUP BY o.id HAVING coalesce(sum(t.amount_fen), 0) <> o.refunded_fen
""",
    ),
    Invariant(
        "M13",
        "whoever brought a completed share of a cycle up was paid its stairs",
        """
SELECT o.id FROM orders AS o JOIN stops AS s ON s.order_id = o.id
LEFT JOIN ledger_transfers AS t ON t.order_id = o.id AND t.rule = 'stairs_paid'
WHERE o.state = 'completed'
GROUP BY o.id, s.stairs_fen HAVING coalesce(sum(t.amount_fen), 0) <> s.stairs_fen
""",
    ),
    Invariant(
        "M14",
        "what a completed share of a cycle cost and did not go back is its merchant's",
        """
SELECT o.id FROM orders AS o
LEFT JOIN ledger_accounts AS a ON a.kind = 'merchant_payable' AND a.owner_id = o.merchant_id
LEFT JOIN ledger_transfers AS t ON t.order_id = o.id
    AND (t.rule = 'refund_decided' OR (t.rule = 'goods_sold' AND t.to_id = a.id))
WHERE o.kind = 'vegetables' AND o.state = 'completed'
GROUP BY o.id
HAVING coalesce(sum(t.amount_fen) FILTER (WHERE t.rule = 'goods_sold'), 0) <> greatest(
    0, o.goods_fen - coalesce(sum(t.amount_fen) FILTER (WHERE t.rule = 'refund_decided'), 0))
""",
    ),
    Invariant(
        "M11",
        "only what was held has an outcome",
        """
SELECT o.transfer_id FROM ledger_outcomes AS o
JOIN ledger_transfers AS t ON t.id = o.transfer_id WHERE NOT t.is_held
""",
    ),
    Invariant(
        "M12",
        "of an order that goes on, all that is left of its money is kept",
        """
SELECT o.id FROM orders AS o
LEFT JOIN ledger_accounts AS a ON a.owner_id = o.id AND a.kind IN ('escrow', 'goods_advance')
WHERE o.activated_at IS NOT NULL
  AND (o.state = 'active' OR (o.state = 'disputed' AND o.completed_at IS NULL))
GROUP BY o.id
HAVING coalesce(sum(a.balance_fen), 0) < o.fee_fen + o.goods_fen - o.refunded_fen
""",
    ),
)
