"""What must always hold of runners."""

from api.kit.invariants import Invariant, moves_recorded
from api.runners.states import RUNNER

# Told again from the events, by another way than the account in the row: each hold of a job is an
# interval; what it adds to the union of those before it, summed since the last pause, is the
# stretch; what of that lies after the accept is taken off. A minute for transactions that cross.
_RESTLESS_SQL = """
WITH told AS (
    SELECT seq, subject_id, subject_seq, to_state, at, actor_id, lead(at, 1, 'infinity')
        OVER (PARTITION BY subject_id ORDER BY subject_seq) AS end_at
    FROM events
    WHERE subject = 'job' AND to_state IN ('accepted', 'open', 'delivered', 'failed', 'cancelled')),
held AS (
    SELECT seq, actor_id AS runner_id, at AS start_at, least(end_at, linli_now()) AS end_at,
        max(least(end_at, linli_now())) OVER (
            PARTITION BY actor_id ORDER BY at, seq
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before_at
    FROM told WHERE to_state = 'accepted'),
grouped AS (
    SELECT *, greatest(extract(epoch FROM end_at - greatest(start_at, before_at)), 0) AS adds_s,
        count(*) FILTER (WHERE before_at IS NULL OR start_at - before_at >= interval '20 min')
            OVER (PARTITION BY runner_id ORDER BY start_at, seq) AS stretch
    FROM held),
summed AS (
    SELECT *, coalesce(sum(adds_s) OVER (
        PARTITION BY runner_id, stretch ORDER BY start_at, seq
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
        - greatest(extract(epoch FROM before_at - start_at), 0) AS worked_s
    FROM grouped)
SELECT seq FROM summed WHERE worked_s >= 4 * 3600 + 60
"""

INVARIANTS = (
    *moves_recorded(("R1", "R2", "R3"), RUNNER, "runners"),
    Invariant(
        "R4",
        "whoever has a job in hand is approved and not offline",
        "SELECT id FROM runners WHERE load > 0 AND (state <> 'approved' OR shift = 'offline')",
    ),
    Invariant(
        "R5",
        "nobody was given a job after four hours of work without a pause of twenty minutes",
        _RESTLESS_SQL,
    ),
    Invariant(
        "R6",
        "what counts as taken on a day was taken on that day, and not handed back",
        """
SELECT r.id FROM runners AS r
LEFT JOIN jobs AS j ON j.runner_id = r.id
    AND floor((extract(epoch FROM j.accepted_at) + 28800) / 86400) = r.jobs_day
WHERE r.jobs_today > 0 GROUP BY r.id HAVING count(j.id) < r.jobs_today
""",
    ),
)
