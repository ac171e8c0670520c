"""What visits took in the past, at a counter or a building and by kind, as expected times say."""

import sqlalchemy as sa
from alembic import op

revision = "0360"
down_revision = "0330"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "visit_times",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("spot", sa.String(), nullable=False),
        sa.Column("samples", sa.Integer(), nullable=False),
        sa.Column("median_s", sa.Float(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "act IN ('deliver', 'pick_up') AND samples > 0 AND median_s >= 0",
            name="visit_times_sane",
        ),
        sa.ForeignKeyConstraint(["community_id"], ["places.id"]),
        sa.PrimaryKeyConstraint("community_id", "act", "kind", "spot"),
    )
