"""Closed months of points: reviews of runners, publications of communities."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0263"
down_revision = "0262"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "points_reviews",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("runner_id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("place_path", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("rules_version", sa.String(), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("proposed", sa.String(), nullable=False),
        sa.Column("is_frozen", sa.Boolean(), nullable=False),
        sa.Column("misses", sa.SmallInteger(), nullable=False),
        sa.Column("lows", sa.SmallInteger(), nullable=False),
        sa.Column("demoted_day", sa.Integer(), nullable=True),
        sa.Column("lacking", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("points_cp", sa.Integer(), nullable=False),
        sa.Column("civic_cp", sa.Integer(), nullable=False),
        sa.Column("mean", sa.Float(), nullable=False),
        sa.Column("lower", sa.Float(), nullable=False),
        sa.Column("upper", sa.Float(), nullable=False),
        sa.Column("sd", sa.Float(), nullable=False),
        sa.Column("mean_before", sa.Float(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "tier IN ('trainee', 'runner', 'lead') AND proposed IN ('trainee', 'runner', 'lead')",
            name="points_reviews_tiers",
        ),
        sa.CheckConstraint("month = date_trunc('month', month)::date", name="points_reviews_month"),
        sa.CheckConstraint(
            "0 <= lower AND lower <= mean AND mean <= upper AND upper <= 1",
            name="points_reviews_interval",
        ),
        sa.ForeignKeyConstraint(["runner_id"], ["runners.id"]),
        sa.ForeignKeyConstraint(["community_id"], ["places.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("runner_id", "month", name="points_reviews_once"),
    )
    op.create_index("points_reviews_of_community", "points_reviews", ["community_id", "month"])
    op.create_index(
        "points_reviews_of_place", "points_reviews", ["place_path"], postgresql_using="gin"
    )
    op.create_table(
        "points_publications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("rules_version", sa.String(), nullable=False),
        sa.Column("boards", postgresql.JSONB(), nullable=False),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "month = date_trunc('month', month)::date AND published_at >= closed_at",
            name="points_publications_closed",
        ),
        sa.ForeignKeyConstraint(["community_id"], ["places.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("community_id", "month", name="points_publications_once"),
    )
