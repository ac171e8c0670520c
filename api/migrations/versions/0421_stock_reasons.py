"""Whoever changes the stock of an open cycle says why."""

import sqlalchemy as sa
from alembic import op

revision = "0421"
down_revision = "0420"


def upgrade() -> None:
    """Apply; of what was changed before nobody said it."""
    op.add_column(
        "stock_changes", sa.Column("reason", sa.String(), nullable=False, server_default="other")
    )
    op.create_check_constraint(
        "stock_changes_reason",
        "stock_changes",
        "reason IN ('more_came', 'less_came', 'miscounted', 'spoilt', 'other')",
    )
