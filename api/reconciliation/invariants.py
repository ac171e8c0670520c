"""What must always hold of reconciled days."""

from api.kit.invariants import Invariant, moves_recorded
from api.reconciliation.rules import CAPTURES
from api.reconciliation.states import DIFFERENCE, RECONCILIATION

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
""",
    ),
    Invariant(
        "RC10",
        "what the bills say was paid to runners is what the ledger says, or a difference tells",
        """
SELECT l.number FROM (
    SELECT b.number, sum(CASE b.subject WHEN 'withdrawal' THEN b.amount_fen
                         ELSE -b.amount_fen END) AS fen
    FROM reconciliation_lines AS b
    JOIN reconciliations AS r ON r.id = b.reconciliation_id AND r.runs = b.run
    WHERE b.subject IN ('withdrawal', 'withdrawal_return') GROUP BY b.number) AS l
LEFT JOIN withdrawals AS w ON w.out_bill_no = l.number
WHERE l.fen <> CASE WHEN w.state = 'succeeded' THEN w.amount_fen ELSE 0 END
  AND NOT EXISTS (
    SELECT 1 FROM reconciliation_differences AS d WHERE d.number = l.number
      AND d.subject = 'withdrawal' AND d.reconciliation_id IS NOT NULL AND d.state <> 'matched')
""",
    ),
    Invariant(
        "RC11",
        "what a runner was paid on a compared day stands in a bill, or a difference tells",
        """
SELECT w.id FROM withdrawals AS w
JOIN reconciliations AS r ON r.gateway = w.gateway AND r.theirs_withdrawn_fen IS NOT NULL
  AND w.done_at >= r.day::timestamp AT TIME ZONE 'Asia/Shanghai'
  AND w.done_at < (r.day + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
WHERE w.state = 'succeeded'
  AND NOT EXISTS (
    SELECT 1 FROM reconciliation_lines AS b
    JOIN reconciliations AS o ON o.id = b.reconciliation_id AND o.runs = b.run
    WHERE b.number = w.out_bill_no AND b.subject = 'withdrawal')
  AND NOT EXISTS (
    SELECT 1 FROM reconciliation_differences AS d WHERE d.number = w.out_bill_no
      AND d.subject = 'withdrawal' AND d.reconciliation_id IS NOT NULL AND d.state <> 'matched')
""",
    ),
    Invariant(
        "RC12",
        "what a compared day says runners were paid is what the ledger paid out on that day",
        """
SELECT r.id FROM reconciliations AS r
LEFT JOIN LATERAL (
    SELECT sum(t.amount_fen) AS fen FROM withdrawals AS w
    JOIN ledger_transfers AS t ON t.subject_id = w.id AND t.rule = 'withdrawal_sent'
    JOIN ledger_outcomes AS o ON o.transfer_id = t.id AND o.outcome = 'posted'
    WHERE w.gateway = r.gateway
      AND w.done_at >= r.day::timestamp AT TIME ZONE 'Asia/Shanghai'
      AND w.done_at < (r.day + 1)::timestamp AT TIME ZONE 'Asia/Shanghai') AS booked ON true
WHERE r.ours_withdrawn_fen <> coalesce(booked.fen, 0)
""",
    ),
)
