"""Delivered jobs by runner and day, for earnings."""

from alembic import op

revision = "0062"
down_revision = "0061"

_DELIVERED = """
CREATE INDEX jobs_delivered ON jobs (runner_id, closed_at) WHERE state = 'delivered'
"""


def upgrade() -> None:
    """Apply."""
    op.execute(_DELIVERED)
