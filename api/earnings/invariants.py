"""What must always hold of settled days."""

from api.kit.invariants import Invariant
from api.ledger.rules import INCOME, PAID_OUT, REPAID

_SUM = "coalesce(sum(e.amount_fen) FILTER (WHERE t.rule = ANY (ARRAY{}::text[])), 0)"
_INCOME, _REPAID, _PAID_OUT = (_SUM.format([*rules]) for rules in (INCOME, REPAID, PAID_OUT))

INVARIANTS = (
    Invariant(
        "SE1",
        "a settled day says what the ledger says of its entries",
        f"""
SELECT s.id FROM settlements AS s
JOIN ledger_accounts AS a ON a.kind = 'runner_payable' AND a.owner_id = s.runner_id
LEFT JOIN ledger_entries AS e ON e.account_id = a.id AND e.seq BETWEEN s.first_seq AND s.last_seq
LEFT JOIN ledger_transfers AS t ON t.id = e.transfer_id
GROUP BY s.id
HAVING count(e.seq) <> s.last_seq - s.first_seq + 1
    OR s.income_fen <> {_INCOME} OR s.repaid_fen <> {_REPAID} OR -s.paid_out_fen <> {_PAID_OUT}
    OR s.closing_fen IS DISTINCT FROM
        sum(e.balance_fen) FILTER (WHERE e.seq = s.last_seq)::bigint
""",
    ),
    Invariant(
        "SE2",
        "settled days follow one another without a gap, from the first entry on",
        """
SELECT id FROM (
    SELECT id, first_seq, opening_fen,
           lag(last_seq, 1, 0) OVER days AS seq_before,
           lag(closing_fen, 1, 0::bigint) OVER days AS closing_before
    FROM settlements WINDOW days AS (PARTITION BY runner_id ORDER BY day)) AS linked
WHERE first_seq <> seq_before + 1 OR opening_fen <> closing_before
""",
    ),
    Invariant(
        "SE3",
        "what was earned is settled within two days",
        # Of life, not of the calendar: while nothing runs, nothing is settled.
        """
SELECT a.owner_id FROM ledger_accounts AS a
JOIN ledger_entries AS e ON e.account_id = a.id
WHERE a.kind = 'runner_payable'
  AND e.at < (SELECT at FROM events ORDER BY seq DESC LIMIT 1) - interval '3 days'
  AND NOT EXISTS (SELECT 1 FROM settlements AS s
                  WHERE s.runner_id = a.owner_id AND e.seq <= s.last_seq)
""",
    ),
    Invariant(
        "SE4",
        "every settled day was told once",
        """
SELECT s.id FROM settlements AS s
LEFT JOIN events AS e ON e.subject = 'settlement' AND e.subject_id = s.id
GROUP BY s.id HAVING count(e.seq) <> 1
""",
    ),
)
