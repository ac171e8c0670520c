"""What must always hold of looks at contact data (I35)."""

from api.kit.invariants import Invariant

INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        "PL1",
        "a runner sees a contact only after taking its job",
        """
SELECT l.id FROM contact_looks AS l
WHERE l.viewer_role = 'runner' AND NOT EXISTS (
    SELECT 1 FROM jobs AS j WHERE j.id = l.job_id AND j.runner_id = l.viewer_id)
  AND NOT EXISTS (
    SELECT 1 FROM events AS e
    WHERE e.subject_id = l.job_id AND e.subject = 'job' AND e.at <= l.at
      AND (e.to_state = 'accepted' AND e.actor_id = l.viewer_id
           OR e.data ->> 'runner_id' = l.viewer_id::text))
""",
    ),
    Invariant(
        "PL2",
        "whose contact was seen is whose order or job it was seen for",
        """
SELECT l.id FROM contact_looks AS l
LEFT JOIN orders AS o ON o.id = l.order_id
LEFT JOIN jobs AS j ON j.id = l.job_id
WHERE l.person_id IS DISTINCT FROM coalesce(o.customer_id, j.requester_id)
  AND NOT (o.id IS NULL AND EXISTS (
      SELECT 1 FROM stops AS s WHERE s.job_id = j.id AND s.person_id = l.person_id))
""",
    ),
)
