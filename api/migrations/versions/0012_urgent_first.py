"""The nearest urgent job is found at once; and since when a repeating errand has ended."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Apply."""
    op.create_index(
        "jobs_urgent_near",
        "jobs",
        ["pickup_xy"],
        postgresql_using="gist",
        postgresql_where=sa.text("state = 'open' AND kind IN ('medicine')"),
    )
    op.add_column("repeats", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    # When was not written down before; the latest it can have been.
    op.execute(
        "UPDATE repeats SET ended_at = least(until::timestamptz, linli_now()) WHERE state = 'ended'"
    )
    op.create_check_constraint(
        "repeats_ended_at", "repeats", "(state = 'ended') = (ended_at IS NOT NULL)"
    )
