"""What must always hold of the points ledger."""

from api.kit.invariants import Invariant

INVARIANTS = (
    Invariant(
        "S1",
        "a balance is the fold of its entries, and counts them",
        """
SELECT coalesce(b.runner_id, f.runner_id) FROM points_balances AS b
FULL JOIN (SELECT runner_id, sum(delta_cp) AS cp, count(*) AS n FROM points_entries
           GROUP BY runner_id) AS f USING (runner_id)
WHERE coalesce(b.balance_cp, 0) <> coalesce(f.cp, 0) OR coalesce(b.seq, 0) <> coalesce(f.n, 0)
""",
    ),
    Invariant(
        "S2",
        "entries of a runner are gapless, each balance the one before plus its difference",
        """
SELECT id FROM (
    SELECT id, seq, delta_cp, balance_cp,
           lag(seq, 1, 0) OVER chain AS seq_before, lag(balance_cp, 1, 0) OVER chain AS cp_before
    FROM points_entries WINDOW chain AS (PARTITION BY runner_id ORDER BY seq)) AS linked
WHERE seq <> seq_before + 1 OR balance_cp <> cp_before + delta_cp
""",
    ),
    Invariant(
        "S3",
        "an entry's lines sum to its difference",
        """
SELECT id FROM points_entries
WHERE delta_cp <> coalesce((SELECT sum((line->>'delta_cp')::int)
                            FROM jsonb_array_elements(lines) AS line), 0)
""",
    ),
    Invariant(
        "S4",
        "every completed order is scored for its runner, within a minute",
        """
SELECT e.subject_id FROM events AS e
LEFT JOIN points_entries AS p ON p.event_seq = e.seq
WHERE e.name = 'order.completed' AND e.written_at < clock_timestamp() - interval '60 s'
  AND (p.id IS NULL OR p.runner_id::text <> e.data->>'runner_id')
""",
    ),
)
