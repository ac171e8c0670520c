"""What the hall judges of a job stands in one packed column beside its card."""

from alembic import op

revision = "0150"
down_revision = "0143"

# Each of these functions is immutable; integers and floats come out big-endian.
_COLUMN = """
ALTER TABLE jobs ADD COLUMN hall_facts bytea NOT NULL GENERATED ALWAYS AS (
    uuid_send(id) || uuid_send(requester_id) || uuid_send(community_id)
    || point_send(pickup_xy) || float8send(pickup_lat) || float8send(pickup_lng)
    || float8send(dropoff_lat) || float8send(dropoff_lng) || float8send(trip_m)
    || timestamptz_send(ready_at) || timestamptz_send(due_at) || timestamptz_send(expires_at)
    || int4send(weight_g) || int4send(fee_fen) || int2send(load)) STORED
"""


def upgrade() -> None:
    """Apply."""
    op.execute(_COLUMN)
