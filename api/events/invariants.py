"""What must always hold of the event log and of reactions."""

from api.kit.invariants import Invariant

INVARIANTS = (
    Invariant(
        "E1",
        "events of a subject are a gapless chain, each from-state the one before's to-state",
        """
SELECT seq FROM (
    SELECT seq, subject_seq, from_state, to_state,
           lag(subject_seq) OVER chain AS seq_before,
           lag(reached) OVER chain AS state_before
    FROM (SELECT e.*, (SELECT m.to_state FROM events AS m
                       WHERE m.subject_id = e.subject_id AND m.subject = e.subject
                         AND m.subject_seq <= e.subject_seq AND m.to_state IS NOT NULL
                       ORDER BY m.subject_seq DESC LIMIT 1) AS reached
          FROM events AS e) AS known
    WINDOW chain AS (PARTITION BY subject, subject_id ORDER BY subject_seq)) AS linked
WHERE subject_seq <> coalesce(seq_before, 0) + 1
   OR (to_state IS NOT NULL AND from_state IS DISTINCT FROM state_before)
""",
    ),
    Invariant(
        "E2",
        "every event has a real actor",
        """
SELECT e.seq FROM events AS e LEFT JOIN users AS u ON u.id = e.actor_id
WHERE e.actor_kind = 'user' AND u.id IS NULL
""",
    ),
    Invariant(
        "E3",
        "the pump takes every event within a minute",
        """
SELECT seq FROM events
WHERE pumped_at IS NULL AND written_at < clock_timestamp() - interval '60 s'
""",
    ),
    Invariant(
        "E4",
        "no reaction is dead, and none waits for more than a minute of tries",
        """
SELECT event_seq FROM reactions
WHERE state = 'dead' OR (state = 'pending' AND next_at < clock_timestamp() - interval '60 s')
""",
    ),
    Invariant(
        "E5",
        "no plain mobile number stands in an event",
        """
SELECT seq FROM events
WHERE data::text ~ '(^|[^0-9a-f-])1[3-9][0-9]{9}([^0-9a-f-]|$)'
""",
    ),
)
