"""SQL of hall and accept: few statements, each constant text on the driver's connection."""

from api.events.queries import INSERT_COLUMNS
from api.jobs.models import IS_URGENT_SQL
from api.kit.geo import sheet_point_sql
from api.places.settings import WALK_M_PER_MIN
from api.runners.queries import LIMIT_COLUMNS, WORK_COLUMNS

_HERE = sheet_point_sql(
    lat="r.lat", lng="r.lng", origin_lat="o.lat", origin_lng="o.lng", number="o.sheet_number"
)
# Who calls, as which runner, from where, under which settings: one row, or none.
HALL_WHO_SQL = f"""
SELECT linli_now() AS now, s.user_id, s.expires_at AS session_expires_at, u.state AS user_state,
       r.state, r.shift, r.lat, r.lng, r.position_at, r.community_id, {LIMIT_COLUMNS},
       {WORK_COLUMNS}, c.settings->>'rest' AS rest_rules,
       (c.settings->>'radius_m')::float8 AS radius_m,
       (c.settings->>'position_max_age_s')::float8 AS position_max_age_s,
       coalesce((c.settings->>'walk_m_per_min')::int, {WALK_M_PER_MIN}) AS walk_m_per_min,
       -- What failed burdens nobody any more, but has to be brought back.
       EXISTS (SELECT 1 FROM jobs AS b WHERE b.runner_id = r.id
               AND b.state IN ('accepted', 'picked_up', 'failed')) AS is_on_the_way,
       u.apart, {_HERE} AS here
FROM sessions AS s
JOIN users AS u ON u.id = s.user_id
LEFT JOIN runners AS r ON r.id = s.user_id
LEFT JOIN places AS c ON c.id = r.community_id
LEFT JOIN places AS o ON o.id = c.path[1]
WHERE s.token_hash = $1 AND s.ended_at IS NULL
"""


def _parted_sql(job: str, apart: str) -> str:
    """Whether one to whom a job for several goes is among those apart; asked of no other job, and
    only where somebody is. No EXISTS, which the planner may answer by a scan of all stops.
    """
    return f"""({job}.is_shared AND cardinality({apart}) > 0 AND (
            SELECT count(*) > 0 FROM stops AS s
            WHERE s.job_id = {job}.id AND s.person_id = ANY ({apart})))"""


# The same and what is near, in one round trip and one row: the nearest urgent jobs, then the
# nearest others. Pure nearest-neighbour order with a literal LIMIT: a box or a parameter misleads
# the planner. Of each job come its kind, its packed facts and its finished JSON, one behind the
# other (a kind holds no space, a card no line break): a row for each job, of columns to decode and
# to write anew, took most of the time of an answer.
_NEAR_SQL = """
        SELECT kind, hall_facts || boolsend({parted}) AS hall_facts, hall_card
        FROM jobs WHERE state = 'open' AND {which}
        ORDER BY pickup_xy <-> who.here LIMIT {limit}"""


def _near_sql(which: str) -> str:
    return _NEAR_SQL.format(which=which, parted=_parted_sql("jobs", "who.apart"), limit="{limit}")


_HALL_SQL = f"""
WITH who AS MATERIALIZED ({HALL_WHO_SQL})
SELECT who.*, near.* FROM who CROSS JOIN LATERAL (
    SELECT string_agg(kind, ' ') AS job_kinds, string_agg(hall_facts, '') AS job_facts,
           convert_to(string_agg(hall_card, E'\\n'), 'UTF8') AS job_cards
    FROM (({_near_sql(IS_URGENT_SQL)})
        UNION ALL ({_near_sql(f"NOT {IS_URGENT_SQL}")})) AS jobs
) AS near
"""
# A page of twenty asks whether there is one more, and which of the next are surely farther.
BATCHES = (26, 128, 512, 1024)
HALL_SQL = {limit: _HALL_SQL.format(limit=limit) for limit in BATCHES}

# As `jobs.queries.at_hand` has them, a row for each stop that is left; one that failed has none.
AT_HAND_SQL = """
SELECT j.id, j.state, j.pickup_lat, j.pickup_lng, j.ready_at, j.due_at, s.n, s.lat, s.lng
FROM jobs AS j LEFT JOIN stops AS s ON s.job_id = j.id AND s.state = 'pending'
WHERE j.runner_id = $1 AND j.state IN ('accepted', 'picked_up', 'failed')
ORDER BY j.accepted_at, j.id, s.n LIMIT 200
"""

# Everything an accept must know, in one statement.
ACCEPT_READ_SQL = f"""
SELECT linli_now() AS now, s.user_id, s.expires_at AS session_expires_at, u.state AS user_state,
       k.request_hash, k.status, k.body,
       r.state, r.shift, r.lat, r.lng, r.position_at, r.community_id, {LIMIT_COLUMNS},
       {WORK_COLUMNS}, c.settings->>'rest' AS rest_rules,
       u.apart, j.weight_g, j.floors_no_lift,
       j.id AS job_id, j.state AS job_state, j.version, j.kind, j.load AS job_load,
       j.requester_id, j.community_id AS job_community_id, j.pickup_lat, j.pickup_lng,
       j.expires_at <= linli_now() AS is_expired, j.fee_fen, j.due_at,
       coalesce({_parted_sql("j", "u.apart")}, false) AS is_parted,
       (c.settings->>'radius_m')::float8 AS radius_m,
       (c.settings->>'position_max_age_s')::float8 AS position_max_age_s
FROM sessions AS s
JOIN users AS u ON u.id = s.user_id
LEFT JOIN runners AS r ON r.id = s.user_id
LEFT JOIN jobs AS j ON j.id = $2
LEFT JOIN places AS c ON c.id = j.community_id
LEFT JOIN idempotency_keys AS k ON k.user_id = s.user_id AND k.key = $3
WHERE s.token_hash = $1 AND s.ended_at IS NULL
"""

# The accept itself, exactly once: job, runner, event and stored answer in one statement, which is
# one transaction. The job moves only from the version that was judged; the runner's CHECKs on
# load and day fail the whole where two accepts of one runner would exceed them; a twin under
# the same key is told that it is in flight.
ACCEPT_WRITE_SQL = f"""
WITH gate AS MATERIALIZED (
    SELECT $8::text IS NULL
        OR pg_try_advisory_xact_lock(hashtextextended($3::uuid::text || $8::text, 0)) AS is_free),
taken AS (
    UPDATE jobs SET state = 'accepted', runner_id = $3, accepted_at = $4, accept_distance_m = $5,
        version = version + 1
    WHERE id = $1 AND state = 'open' AND version = $2 AND (SELECT is_free FROM gate)
    RETURNING id, version, community_id, load),
loaded AS (
    UPDATE runners AS r SET load = r.load + t.load, work_since = coalesce(r.work_since, $4),
        jobs_today = 1 + CASE WHEN r.jobs_day = $11 THEN r.jobs_today ELSE 0 END, jobs_day = $11
    FROM taken AS t WHERE r.id = $3 RETURNING r.id),
told AS (
    INSERT INTO {INSERT_COLUMNS}
    SELECT $6, 'job', id, version, 'open', 'accepted', 'user', $3, $4, community_id, $7::jsonb
    FROM taken),
kept AS (
    INSERT INTO idempotency_keys (user_id, key, request_hash, status, body, created_at)
    SELECT $3, $8, $9, 200, $10, $4 FROM taken WHERE $8::text IS NOT NULL)
SELECT (SELECT is_free FROM gate) AS is_free, (SELECT count(*) FROM loaded) AS moved
"""
