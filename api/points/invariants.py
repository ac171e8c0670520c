"""What must always hold of the points ledger."""

from api.kit.invariants import Invariant, moves_recorded
from api.points.states import APPEAL, FINDING, MENTORSHIP

INVARIANTS = (
    *moves_recorded(("AP1", "AP2", "AP3"), APPEAL, "points_appeals"),
    Invariant(
        "AP4",
        "an appeal is of the entry's runner, and nobody answers what they recorded themselves",
        """
SELECT a.id FROM points_appeals AS a LEFT JOIN points_entries AS p ON p.id = a.entry_id
LEFT JOIN events AS e ON e.seq = coalesce(p.event_seq, a.decision_seq)
WHERE a.runner_id <> coalesce(p.runner_id, e.subject_id) OR a.decided_by_id = e.actor_id
   OR EXISTS (SELECT 1 FROM points_appeals AS b
              WHERE (b.entry_id = a.entry_id OR b.decision_seq = a.decision_seq)
                AND b.step < a.step
                AND (b.state = 'filed' OR b.decided_by_id = a.decided_by_id))
""",
    ),
    Invariant(
        "AP5",
        "appeals against entries, answers, reversals are entries of that runner, within a minute",
        """
SELECT e.seq FROM events AS e
LEFT JOIN points_entries AS p ON p.event_seq = e.seq
WHERE e.subject IN ('points_appeal', 'points_entry')
  AND NOT (e.subject = 'points_appeal' AND e.data->>'entry_id' IS NULL)
  AND e.written_at < clock_timestamp() - interval '60 s'
  AND (p.id IS NULL OR p.runner_id::text <> e.data->>'runner_id')
""",
    ),
    Invariant(
        "AP6",
        "while an appeal is open, and when it was won, the penalty counts nothing",
        """
SELECT a.id FROM points_appeals AS a
JOIN points_entries AS p ON p.id = a.entry_id
CROSS JOIN LATERAL (
    SELECT (line->>'now_cp')::int AS cp FROM points_entries AS q
    CROSS JOIN LATERAL jsonb_array_elements(q.lines) AS line
    WHERE q.runner_id = a.runner_id AND q.seq >= p.seq AND line->>'bucket' IN ('late', 'other')
      AND line->'facts'->>0 = p.fact->>'id'
    ORDER BY q.seq DESC LIMIT 1) AS last
WHERE last.cp < 0 AND a.state IN ('filed', 'reversed', 'lapsed')
  AND NOT EXISTS (SELECT 1 FROM events AS e
                  WHERE e.subject = 'points_appeal' AND e.subject_id = a.id
                    AND e.written_at > clock_timestamp() - interval '60 s')
""",
    ),
    Invariant(
        "AP7",
        "while an appeal against a lower tier is open, and when it was won, the tier is not that",
        """
SELECT a.id FROM points_appeals AS a JOIN runners AS r ON r.id = a.runner_id
WHERE a.about = 'tier' AND a.state IN ('filed', 'reversed', 'lapsed') AND r.tier = a.tier_to
  AND a.decision_seq = (SELECT max(e.seq) FROM events AS e
                        WHERE e.name = 'runner.tier_changed' AND e.subject_id = a.runner_id
                          AND e.actor_kind = 'user')
  AND NOT EXISTS (SELECT 1 FROM points_appeals AS b
                  WHERE b.decision_seq = a.decision_seq AND b.step > a.step)
  AND NOT EXISTS (SELECT 1 FROM events AS e
                  WHERE e.subject = 'points_appeal' AND e.subject_id = a.id
                    AND e.written_at > clock_timestamp() - interval '60 s')
""",
    ),
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
        "every completed order that was brought is scored for its runner, within a minute",
        """
SELECT e.subject_id FROM events AS e
LEFT JOIN points_entries AS p ON p.event_seq = e.seq
WHERE e.name = 'order.completed' AND e.written_at < clock_timestamp() - interval '60 s'
  AND e.data->>'runner_id' IS NOT NULL
  AND (p.id IS NULL OR p.runner_id::text <> e.data->>'runner_id')
""",
    ),
    *moves_recorded(("FI1", "FI2", "FI3"), FINDING, "points_findings"),
    Invariant(
        "FI4",
        "a finding names the facts that it rests on, and runners that there are",
        """
SELECT f.id FROM points_findings AS f
WHERE cardinality(f.runner_ids) = 0 OR cardinality(f.facts) = 0
   OR EXISTS (SELECT 1 FROM unnest(f.runner_ids) AS named (id)
              WHERE NOT EXISTS (SELECT 1 FROM runners AS r WHERE r.id = named.id))
""",
    ),
    *moves_recorded(("ME1", "ME2", "ME3"), MENTORSHIP, "points_mentorships"),
    Invariant(
        "ME4",
        "every graduation is an entry of the lead's, within a minute",
        """
SELECT e.seq FROM events AS e
LEFT JOIN points_entries AS p ON p.event_seq = e.seq
WHERE e.name = 'points_mentorship.graduated'
  AND e.written_at < clock_timestamp() - interval '60 s'
  AND (p.id IS NULL OR p.runner_id::text <> e.data->>'mentor_id')
""",
    ),
    Invariant(
        "SR1",
        "what staff recorded is an entry of that runner's, within a minute",
        """
SELECT q.id FROM points_records AS q
LEFT JOIN events AS e ON e.subject = 'points_record' AND e.subject_id = q.id
LEFT JOIN points_entries AS p ON p.event_seq = e.seq
WHERE e.seq IS NULL OR e.actor_id <> q.recorded_by_id
   OR (e.written_at < clock_timestamp() - interval '60 s'
       AND (p.id IS NULL OR p.runner_id <> q.runner_id OR p.kind <> q.kind))
""",
    ),
    Invariant(
        "RU1",
        "a version of the rules is the text that was announced, by an event",
        """
SELECT v.id FROM points_rules AS v
WHERE v.sha256 <> encode(sha256(convert_to(v.text, 'UTF8')), 'hex')
   OR NOT EXISTS (SELECT 1 FROM events AS e
                  WHERE e.subject = 'points_rules' AND e.subject_id = v.id
                    AND e.data->>'version' = v.version)
""",
    ),
    Invariant(
        "RU2",
        "a runner is told of new rules before they take effect, by an event",
        """
SELECT n.id FROM points_notices AS n JOIN points_rules AS v ON v.version = n.version
WHERE n.told_at >= v.effective_from OR n.told_at < v.announced_at
   OR NOT EXISTS (SELECT 1 FROM events AS e
                  WHERE e.subject = 'points_notice' AND e.subject_id = n.id
                    AND e.data->>'runner_id' = n.runner_id::text)
""",
    ),
    Invariant(
        "PB1",
        "what is published of a month counts the orders of its reviews",
        """
SELECT p.id FROM points_publications AS p
WHERE (p.figures->>'orders')::bigint <> (
    SELECT coalesce(sum(v.orders), 0) FROM points_reviews AS v
    WHERE v.community_id = p.community_id AND v.month = p.month)
""",
    ),
    Invariant(
        "PB2",
        "a month is reviewed three days after its end at the earliest, and tells so",
        """
SELECT v.id FROM points_reviews AS v
WHERE v.reviewed_at < (v.month + interval '1 month 3 days') AT TIME ZONE 'Asia/Shanghai'
   OR NOT EXISTS (SELECT 1 FROM events AS e
                  WHERE e.subject = 'points_review' AND e.subject_id = v.id
                    AND e.data->>'runner_id' = v.runner_id::text)
""",
    ),
)
