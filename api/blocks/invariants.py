"""What must always hold of blocks."""

from api.kit.invariants import Invariant, version_is_last_event_sql

INVARIANTS = (
    Invariant(
        "B1", "a block's version counts its events", version_is_last_event_sql("block", "blocks")
    ),
    Invariant(
        "B2",
        "whom blocks part is written in the rows of both, and nobody else",
        """
SELECT u.id FROM users AS u WHERE u.apart IS DISTINCT FROM ARRAY(
    SELECT target_id FROM blocks WHERE owner_id = u.id AND stance = 'block'
    UNION SELECT owner_id FROM blocks WHERE target_id = u.id AND stance = 'block' ORDER BY 1)
""",
    ),
    # Both moments are the wall's, not the simulated clock's. An accept that read before the block
    # was written may still land: it is given ten seconds, twice what a statement may take.
    Invariant(
        "I30",
        "nobody was given a job of somebody from whom a block parts them",
        """
SELECT j.id FROM blocks AS b
JOIN jobs AS j ON (j.requester_id = b.owner_id AND j.runner_id = b.target_id)
               OR (j.requester_id = b.target_id AND j.runner_id = b.owner_id)
JOIN events AS e ON e.subject = 'job' AND e.subject_id = j.id AND e.name = 'job.accepted'
                AND e.actor_id = j.runner_id
JOIN events AS s ON s.subject = 'block' AND s.subject_id = b.id AND s.subject_seq = b.version
WHERE b.stance = 'block' AND e.written_at > s.written_at + interval '10 s'
""",
    ),
)
