"""What was learned at the close of a month, kept so that its figures can be told again."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0354"
down_revision = "0353"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "points_calibrations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("rules_version", sa.String(), nullable=False),
        sa.Column("runner_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("learned", postgresql.JSONB(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "month = date_trunc('month', month)::date", name="points_calibrations_month"
        ),
        sa.ForeignKeyConstraint(["community_id"], ["places.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("community_id", "month", name="points_calibrations_once"),
    )
    op.execute(
        "CREATE TRIGGER points_calibrations_only_grow BEFORE UPDATE OR DELETE ON"
        " points_calibrations FOR EACH ROW EXECUTE FUNCTION linli_refuse_change()"
    )
