"""What must always hold of reconciled days."""

from api.kit.invariants import Invariant, moves_recorded
from api.reconciliation.rules import CAPTURES
from api.reconciliation.states import DIFFERENCE, RECONCILIATION

# What reached its end and so moved: to runners, to merchants, and back from these.
_SENT = """
SELECT id, 'withdrawal' AS subject, gateway, out_bill_no AS number, amount_fen, done_at
FROM withdrawals WHERE state = 'succeeded'
UNION ALL SELECT s.id, 'share', p.gateway, s.number, s.amount_fen, s.done_at
FROM shares AS s JOIN payments AS p ON p.id = s.payment_id WHERE s.state = 'shared'
UNION ALL SELECT b.id, 'share_return', p.gateway, b.number, b.amount_fen, b.done_at
FROM share_returns AS b JOIN shares AS s ON s.id = b.share_id
JOIN payments AS p ON p.id = s.payment_id WHERE b.state = 'returned'
"""
_OF_SENT = """d.subject IN ('withdrawal', 'share', 'share_return')
      AND d.reconciliation_id IS NOT NULL AND d.state <> 'matched'"""

INVARIANTS = (
    *moves_recorded(("RC1", "RC2", "RC3"), RECONCILIATION, "reconciliations"),
    *moves_recorded(("RC4", "RC5", "RC6"), DIFFERENCE, "reconciliation_differences"),
    Invariant(
        "RC7",
        "what differs on a day explains its sums to the fen",
        """
SELECT r.id FROM reconciliations AS r
LEFT JOIN LATERAL (
    SELECT sum(d.effect_fen) AS fen FROM reconciliation_differences AS d
    WHERE d.reconciliation_id = r.id AND d.last_run = r.runs) AS of_day ON true
LEFT JOIN LATERAL (
    SELECT sum(d.effect_fen) AS fen FROM reconciliation_differences AS d
    WHERE d.matched_by = r.id AND d.reconciliation_id <> r.id) AS of_others ON true
WHERE r.runs > 0
  AND (r.theirs_paid_fen - r.theirs_refunded_fen) - (r.ours_paid_fen - r.ours_refunded_fen)
      <> coalesce(of_day.fen, 0) - coalesce(of_others.fen, 0)
""",
    ),
    Invariant(
        "RC8",
        "what a compared day says was paid is what the ledger took in on that day",
        f"""
SELECT r.id FROM reconciliations AS r
LEFT JOIN LATERAL (
    SELECT sum(t.amount_fen) AS fen FROM payments AS p
    JOIN ledger_transfers AS t ON t.subject_id = p.id AND t.rule IN {CAPTURES}
    WHERE p.gateway = r.gateway AND p.state = 'paid'
      AND p.paid_at >= r.day::timestamp AT TIME ZONE 'Asia/Shanghai'
      AND p.paid_at < (r.day + 1)::timestamp AT TIME ZONE 'Asia/Shanghai') AS booked ON true
WHERE r.runs > 0 AND r.ours_paid_fen <> coalesce(booked.fen, 0)
""",
    ),
    Invariant(
        "RC9",
        "the lines of a day's last run are those that it counted and summed",
        """
SELECT r.id FROM reconciliations AS r
LEFT JOIN reconciliation_lines AS b ON b.reconciliation_id = r.id AND b.run = r.runs
GROUP BY r.id
HAVING count(b.n) <> r.lines
   OR coalesce(sum(b.amount_fen) FILTER (WHERE b.subject = 'payment'), 0) <> r.theirs_paid_fen
   OR coalesce(sum(b.amount_fen) FILTER (WHERE b.subject = 'refund'), 0) <> r.theirs_refunded_fen
   OR r.theirs_withdrawn_fen
      <> coalesce(sum(b.amount_fen) FILTER (WHERE b.subject = 'withdrawal'), 0)
       - coalesce(sum(b.amount_fen) FILTER (WHERE b.subject = 'withdrawal_return'), 0)
   OR r.theirs_shared_fen
      <> coalesce(sum(b.amount_fen) FILTER (WHERE b.subject = 'share'), 0)
       - coalesce(sum(b.amount_fen) FILTER (WHERE b.subject = 'share_return'), 0)
""",
    ),
    Invariant(
        "RC10",
        "what the bills say was sent to runners and merchants the ledger says, or a difference",
        f"""
SELECT l.number FROM (
    SELECT b.number, sum(CASE b.subject WHEN 'withdrawal_return' THEN -b.amount_fen
                         ELSE b.amount_fen END) AS fen
    FROM reconciliation_lines AS b
    JOIN reconciliations AS r ON r.id = b.reconciliation_id AND r.runs = b.run
    WHERE b.subject NOT IN ('payment', 'refund') GROUP BY b.number) AS l
LEFT JOIN ({_SENT}) AS w ON w.number = l.number
WHERE l.fen <> coalesce(w.amount_fen, 0)
  AND NOT EXISTS (
    SELECT 1 FROM reconciliation_differences AS d WHERE d.number = l.number
      AND {_OF_SENT})
""",
    ),
    Invariant(
        "RC11",
        "what was sent on a compared day stands in a bill, or a difference tells",
        f"""
SELECT w.id FROM ({_SENT}) AS w
JOIN reconciliations AS r ON r.gateway = w.gateway
  AND CASE w.subject WHEN 'withdrawal' THEN r.theirs_withdrawn_fen ELSE r.theirs_shared_fen END
      IS NOT NULL
  AND w.done_at >= r.day::timestamp AT TIME ZONE 'Asia/Shanghai'
  AND w.done_at < (r.day + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
WHERE NOT EXISTS (
    SELECT 1 FROM reconciliation_lines AS b
    JOIN reconciliations AS o ON o.id = b.reconciliation_id AND o.runs = b.run
    WHERE b.number = w.number AND b.subject = w.subject)
  AND NOT EXISTS (
    SELECT 1 FROM reconciliation_differences AS d WHERE d.number = w.number
      AND {_OF_SENT})
""",
    ),
    Invariant(
        "RC12",
        "what a compared day says was sent is what the ledger has of it on that day",
        f"""
SELECT r.id FROM reconciliations AS r
LEFT JOIN LATERAL (
    SELECT sum(t.amount_fen) FILTER (WHERE w.subject = 'withdrawal') AS withdrawn_fen,
        coalesce(sum(t.amount_fen) FILTER (WHERE w.subject = 'share'), 0)
      - coalesce(sum(t.amount_fen) FILTER (WHERE w.subject = 'share_return'), 0) AS shared_fen
    FROM ({_SENT}) AS w
    JOIN ledger_transfers AS t ON t.subject_id = w.id
      AND t.rule IN ('withdrawal_sent', 'goods_shared', 'share_returned')
    LEFT JOIN ledger_outcomes AS o ON o.transfer_id = t.id
    WHERE w.gateway = r.gateway AND (NOT t.is_held OR o.outcome = 'posted')
      AND w.done_at >= r.day::timestamp AT TIME ZONE 'Asia/Shanghai'
      AND w.done_at < (r.day + 1)::timestamp AT TIME ZONE 'Asia/Shanghai') AS booked ON true
WHERE r.ours_withdrawn_fen <> coalesce(booked.withdrawn_fen, 0)
   OR r.ours_shared_fen <> booked.shared_fen
""",
    ),
)
