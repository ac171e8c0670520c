"""What must always hold of tips. Payments and ledger stand above and below, known by their rows."""

from api.kit.invariants import Invariant, moves_recorded
from api.tips.states import TIP

INVARIANTS = (
    *moves_recorded(("TP1", "TP2", "TP3"), TIP, "tips"),
    Invariant(
        "TP4",
        "a tip is paid exactly where its payment counts, and all of it is the runner's",
        """
SELECT t.id FROM tips AS t
LEFT JOIN payments AS p ON p.tip_id = t.id AND p.is_counted
LEFT JOIN ledger_transfers AS l ON l.subject_id = p.id AND l.rule = 'tip_earned'
LEFT JOIN ledger_accounts AS a ON a.id = l.to_id
WHERE (t.state = 'paid') <> (p.id IS NOT NULL)
   OR (p.id IS NOT NULL AND (p.amount_fen <> t.amount_fen
       OR l.amount_fen IS DISTINCT FROM t.amount_fen OR a.owner_id IS DISTINCT FROM t.runner_id))
""",
    ),
)
