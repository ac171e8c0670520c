"""What must always hold of shares."""

from api.kit.invariants import Invariant, moves_recorded
from api.shares.states import RECEIVER, RETURN, SHARE

INVARIANTS = (
    *moves_recorded(("SH1", "SH2", "SH3"), SHARE, "shares"),
    *moves_recorded(("SH4", "SH5", "SH6"), RETURN, "share_returns"),
    *moves_recorded(("SH7", "SH8", "SH9"), RECEIVER, "receivers"),
    Invariant(
        "SH10",
        "every share is held, given or still owed in the ledger as it is at WeChat",
        """
SELECT coalesce(s.id, t.id) FROM (SELECT * FROM shares WHERE amount_fen > 0) AS s
FULL JOIN (SELECT t.id, t.subject_id, t.amount_fen, a.owner_id, o.outcome
           FROM ledger_transfers AS t JOIN ledger_accounts AS a ON a.id = t.from_id
           LEFT JOIN ledger_outcomes AS o ON o.transfer_id = t.id
           WHERE t.rule = 'goods_shared') AS t ON t.subject_id = s.id
WHERE t.id IS NULL OR s.id IS NULL OR t.amount_fen <> s.amount_fen OR t.owner_id <> s.merchant_id
   OR coalesce(t.outcome, 'pending') <> CASE s.state
        WHEN 'asked' THEN 'pending' WHEN 'shared' THEN 'posted' ELSE 'voided' END
""",
    ),
    Invariant(
        "SH11",
        "what was given back is booked once and whole, and never more than was given",
        """
SELECT coalesce(r.id, t.id) FROM (SELECT * FROM share_returns WHERE state = 'returned') AS r
FULL JOIN (SELECT * FROM ledger_transfers WHERE rule = 'share_returned') AS t
  ON t.subject_id = r.id
WHERE t.id IS NULL OR r.id IS NULL OR t.amount_fen <> r.amount_fen
UNION
SELECT s.id FROM shares AS s JOIN share_returns AS r ON r.share_id = s.id AND r.state <> 'failed'
GROUP BY s.id HAVING sum(r.amount_fen) > s.amount_fen
""",
    ),
    Invariant(
        "SH12",
        "what becomes of money that WeChat keeps is decided, and comes to its end",
        """
SELECT p.id FROM payments AS p LEFT JOIN shares AS s ON s.payment_id = p.id
WHERE p.is_frozen AND p.state = 'paid' AND s.done_at IS NULL
  AND p.paid_at < linli_now() - interval '62 days'
  AND p.paid_at > linli_now() - interval '90 days'
""",
    ),
    Invariant(
        "SH13",
        "only what WeChat keeps is shared",
        """
SELECT s.id FROM shares AS s JOIN payments AS p ON p.id = s.payment_id
WHERE NOT p.is_frozen OR p.state <> 'paid' OR s.amount_fen > p.amount_fen
   OR s.order_id <> p.order_id
""",
    ),
)
