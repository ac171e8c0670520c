"""What must always hold of jobs and stops."""

from api.jobs.states import JOB
from api.kit.invariants import Invariant, moves_recorded

INVARIANTS = (
    *moves_recorded(("J1", "J2", "J3"), JOB, "jobs"),
    Invariant(
        "J4",
        "a job is accepted once for each time it was open",
        """
SELECT subject_id FROM events WHERE subject = 'job'
GROUP BY subject_id
HAVING count(*) FILTER (WHERE to_state = 'accepted') > count(*) FILTER (WHERE to_state = 'open')
""",
    ),
    Invariant(
        "J5",
        "a runner's load is that of the jobs in hand",
        """
SELECT r.id FROM runners AS r
LEFT JOIN (SELECT runner_id, sum(load) AS load FROM jobs
           WHERE state IN ('accepted', 'picked_up') GROUP BY runner_id) AS held
  ON held.runner_id = r.id
WHERE r.load <> coalesce(held.load, 0)
""",
    ),
    Invariant(
        "J6",
        "the event of accepting or assigning names the runner who has the job",
        """
SELECT j.id FROM jobs AS j
WHERE j.state IN ('accepted', 'picked_up', 'delivered', 'failed', 'returned')
  AND j.runner_id::text IS DISTINCT FROM (
    SELECT coalesce(e.data->>'runner_id', e.actor_id::text) FROM events AS e
    WHERE e.subject_id = j.id AND e.subject = 'job' AND e.to_state = 'accepted'
    ORDER BY e.subject_seq DESC LIMIT 1)
""",
    ),
    Invariant(
        "J7",
        "no job was taken from farther than its community allows",
        """
SELECT j.id FROM jobs AS j
WHERE j.accept_distance_m > 0.01 + (
    SELECT max((e.data->'settings'->>'radius_m')::float8) FROM events AS e
    WHERE e.subject = 'place' AND e.subject_id = j.community_id)
""",
    ),
    Invariant(
        "J8",
        "a closed job has no pending stop, and a delivered one a delivered stop",
        """
SELECT j.id FROM jobs AS j
WHERE (j.state IN ('delivered', 'failed', 'returned')
       AND EXISTS (SELECT 1 FROM stops AS s WHERE s.job_id = j.id AND s.state = 'pending'))
   OR (j.state = 'delivered'
       AND NOT EXISTS (SELECT 1 FROM stops AS s WHERE s.job_id = j.id AND s.state = 'delivered'))
""",
    ),
    Invariant(
        "J20",
        "a proven time is one that was judged",
        """
SELECT s.job_id FROM stops AS s
WHERE s.proven_at IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM events AS e
    WHERE e.subject = 'job' AND e.subject_id = s.job_id AND e.name = 'job.proof_judged'
      AND (e.data->>'stop')::int = s.n AND (e.data->>'proven_at')::timestamptz = s.proven_at)
""",
    ),
    Invariant(
        "J9",
        "every job has a stop",
        "SELECT id FROM jobs AS j WHERE NOT EXISTS (SELECT 1 FROM stops WHERE job_id = j.id)",
    ),
    Invariant(
        "J21",
        "each stop of a shared job names whose it is, and together they weigh what it weighs",
        """
SELECT j.id FROM jobs AS j JOIN stops AS s ON s.job_id = j.id GROUP BY j.id
HAVING bool_or(j.is_shared <> (s.person_id IS NOT NULL))
    OR (j.is_shared AND sum(s.weight_g) <> j.weight_g)
""",
    ),
    Invariant(
        "J10",
        "no runner spent more than was paid in front",
        """
SELECT j.id FROM jobs AS j JOIN stops AS s ON s.job_id = j.id
GROUP BY j.id HAVING sum(s.spent_fen) > j.advance_fen
""",
    ),
)
