"""What must always hold of withdrawals."""

from api.kit.invariants import Invariant, moves_recorded
from api.withdrawals.states import WITHDRAWAL

INVARIANTS = (
    *moves_recorded(("WD1", "WD2", "WD3"), WITHDRAWAL, "withdrawals"),
    Invariant(
        "WD4",
        "every withdrawal is held, paid out or given back in the ledger as it is at WeChat",
        """
SELECT coalesce(w.id, t.id) FROM withdrawals AS w
FULL JOIN (SELECT t.id, t.subject_id, t.amount_fen, a.owner_id, o.outcome
           FROM ledger_transfers AS t JOIN ledger_accounts AS a ON a.id = t.from_id
           LEFT JOIN ledger_outcomes AS o ON o.transfer_id = t.id
           WHERE t.rule = 'withdrawal_sent') AS t ON t.subject_id = w.id
WHERE t.id IS NULL OR w.id IS NULL OR t.amount_fen <> w.amount_fen OR t.owner_id <> w.runner_id
   OR coalesce(t.outcome, 'pending') <> CASE
        WHEN w.done_at IS NULL THEN 'pending' WHEN w.state = 'succeeded' THEN 'posted'
        ELSE 'voided' END
""",
    ),
    Invariant(
        "WD5",
        "whoever is owed something and has no account any more can still be paid",
        """
SELECT a.owner_id FROM ledger_accounts AS a JOIN users AS u ON u.id = a.owner_id
WHERE a.kind = 'runner_payable' AND a.balance_fen >= 10 AND u.openid IS NULL
  AND NOT EXISTS (SELECT 1 FROM payees AS p WHERE p.id = a.owner_id)
""",
    ),
    Invariant(
        "WD6",
        "no withdrawal at WeChat has no end for days, which is for a person to look at",
        """
SELECT id FROM withdrawals
WHERE done_at IS NULL AND bill_no IS NOT NULL AND created_at < linli_now() - interval '3 days'
""",
    ),
)
