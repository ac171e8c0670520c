"""What the hall shows of a job, kept with it as finished JSON."""

from alembic import op

revision = "0003"
down_revision = "0002"

# Declared immutable because it is: the moments are written in UTC whatever the connection's zone,
# which PostgreSQL cannot know of `to_char`.
_HALL_CARD = """
CREATE FUNCTION linli_hall_card(
    id uuid, kind text, fee_fen int, load smallint, weight_g int, trip_m float8,
    pickup_place text, pickup_lat float8, pickup_lng float8,
    dropoff_place text, dropoff_lat float8, dropoff_lng float8,
    ready_at timestamptz, due_at timestamptz, expires_at timestamptz)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT format(
        '{"job_id":"%s","kind":%s,"fee_fen":%s,"load":%s,"weight_g":%s,"trip_m":%s,'
        '"pickup":{"place":%s,"point":{"lat":%s,"lng":%s,"coord":"gcj02"}},'
        '"dropoff":{"place":%s,"point":{"lat":%s,"lng":%s,"coord":"gcj02"}},'
        '"ready_at":"%s","due_at":"%s","expires_at":"%s"}',
        id, to_json(kind), fee_fen, load, weight_g, round(trip_m::numeric, 1),
        to_json(pickup_place), pickup_lat, pickup_lng,
        to_json(dropoff_place), dropoff_lat, dropoff_lng,
        to_char(ready_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        to_char(due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
$$
"""
_COLUMN = """
ALTER TABLE jobs ADD COLUMN hall_card text NOT NULL GENERATED ALWAYS AS (linli_hall_card(
    id, kind, fee_fen, load, weight_g, trip_m, pickup_place, pickup_lat, pickup_lng,
    dropoff_place, dropoff_lat, dropoff_lng, ready_at, due_at, expires_at)) STORED
"""


def upgrade() -> None:
    """Apply."""
    op.execute(_HALL_CARD)
    op.execute(_COLUMN)
