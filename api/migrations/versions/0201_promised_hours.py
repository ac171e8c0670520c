"""What the hours of a community took in the past, which is what is promised."""

import sqlalchemy as sa
from alembic import op

revision = "0201"
down_revision = "0200"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "promised_hours",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("hour", sa.SmallInteger(), nullable=False, autoincrement=False),
        sa.Column("samples", sa.Integer(), nullable=False),
        sa.Column("median_s", sa.Float(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "hour BETWEEN 0 AND 23 AND samples >= 0 AND median_s >= 0", name="promised_hours_sane"
        ),
        sa.ForeignKeyConstraint(["community_id"], ["places.id"]),
        sa.PrimaryKeyConstraint("community_id", "hour"),
    )
    op.create_index(
        "jobs_delivered_in",
        "jobs",
        ["community_id", "closed_at"],
        postgresql_where=sa.text("state = 'delivered'"),
    )
