"""A fact stands once in a runner's ledger, and is found by its name."""

import sqlalchemy as sa
from alembic import op

revision = "0260"
down_revision = "0201"


def upgrade() -> None:
    """Apply."""
    op.create_index(
        "points_entries_fact_once",
        "points_entries",
        ["runner_id", sa.text("(fact ->> 'id')")],
        unique=True,
    )
