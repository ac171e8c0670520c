"""What newcomers may take: so many floors without a lift, so many jobs in a day."""

from alembic import op

revision = "0430"
down_revision = "0421"

_RUNNERS = """
ALTER TABLE runners
    ADD COLUMN floors_max integer NOT NULL DEFAULT 1000,
    ADD COLUMN jobs_day_max integer NOT NULL DEFAULT 1000000,
    ADD COLUMN jobs_day integer NOT NULL DEFAULT 0,
    ADD COLUMN jobs_today integer NOT NULL DEFAULT 0,
    ADD CONSTRAINT runners_jobs_within_day
        CHECK (floors_max >= 0 AND jobs_today BETWEEN 0 AND jobs_day_max)
"""
_JOBS = "ALTER TABLE jobs ADD COLUMN floors_no_lift smallint NOT NULL DEFAULT 0"
# Of what may still be taken.
_CLIMBED = """
UPDATE jobs SET floors_no_lift = s.floors FROM (
    SELECT job_id, max(floor - 1) AS floors FROM stops WHERE NOT has_lift GROUP BY job_id) AS s
WHERE s.job_id = jobs.id AND s.floors > 0 AND jobs.state IN ('waiting', 'open')
"""
_FACTS = """
ALTER TABLE jobs DROP COLUMN hall_facts, ADD COLUMN hall_facts bytea NOT NULL GENERATED ALWAYS AS (
    uuid_send(id) || uuid_send(requester_id) || uuid_send(community_id)
    || point_send(pickup_xy) || float8send(pickup_lat) || float8send(pickup_lng)
    || float8send(dropoff_lat) || float8send(dropoff_lng) || float8send(trip_m)
    || timestamptz_send(ready_at) || timestamptz_send(due_at) || timestamptz_send(expires_at)
    || int4send(weight_g) || int4send(fee_fen) || int2send(load) || int2send(floors_no_lift)) STORED
"""
# The timer that watches courses lapse judges them, by the tables of today, and tells them.
JUDGE_ANEW = """
UPDATE runners SET permitted_until = linli_now() WHERE state = 'approved' AND tier = 'trainee'
"""


def upgrade() -> None:
    """Apply."""
    for statement in (_RUNNERS, _JOBS, _CLIMBED, _FACTS, JUDGE_ANEW):
        op.execute(statement)
