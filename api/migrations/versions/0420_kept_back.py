"""A packed bag with goods of a lot that was recalled since is kept back until they are out."""

import sqlalchemy as sa
from alembic import op

revision = "0420"
down_revision = "0450"


def upgrade() -> None:
    """Apply."""
    for table in ("packings", "stops"):
        op.add_column(table, sa.Column("kept_back_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        "packings_kept_back", "packings", "kept_back_at IS NULL OR state = 'packed'"
    )
