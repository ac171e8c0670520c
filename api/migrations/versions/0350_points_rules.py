"""Versions of the points rules, announced ahead, and who was told what they change."""

import sqlalchemy as sa
from alembic import op

revision = "0350"
down_revision = "0343"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "points_rules",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effective_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("announced_by_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "effective_from >= announced_at + interval '7 days'", name="points_rules_notice"
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("version", name="points_rules_version"),
        sa.UniqueConstraint("effective_from", name="points_rules_one_at_a_time"),
    )
    op.create_table(
        "points_notices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("runner_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before_cp", sa.Integer(), nullable=False),
        sa.Column("after_cp", sa.Integer(), nullable=False),
        sa.Column("quality_before", sa.Float(), nullable=False),
        sa.Column("quality_after", sa.Float(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["version"], ["points_rules.version"]),
        sa.ForeignKeyConstraint(["runner_id"], ["runners.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("version", "runner_id", name="points_notices_once"),
    )
    # What was published stands as it was published.
    for table in ("points_rules", "points_notices"):
        op.execute(
            f"CREATE TRIGGER {table}_only_grow BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION linli_refuse_change()"
        )
