"""Offers, their jobs, and dispatch rounds."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0200"
down_revision = "0220"


def upgrade() -> None:
    """Apply."""
    _offers()
    _jobs()
    _rounds()


def _offers() -> None:
    op.create_table(
        "offers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("runner_id", sa.Uuid(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", postgresql.JSONB(), nullable=False),
        sa.Column("pickup_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('accepted', 'declined', 'expired', 'offered', 'withdrawn')",
            name="offers_state",
        ),
        sa.CheckConstraint("(state = 'offered') = (ended_at IS NULL)", name="offers_ended_at"),
        sa.CheckConstraint("until > made_at", name="offers_life"),
        sa.ForeignKeyConstraint(["community_id"], ["places.id"]),
        sa.ForeignKeyConstraint(["runner_id"], ["runners.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "offers_one_for_a_runner",
        "offers",
        ["runner_id"],
        unique=True,
        postgresql_where=sa.text("state = 'offered'"),
    )
    op.create_index("offers_of_runner", "offers", ["runner_id", "made_at"])
    op.create_index(
        "offers_to_end", "offers", ["until"], postgresql_where=sa.text("state = 'offered'")
    )


def _jobs() -> None:
    op.create_table(
        "offer_jobs",
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("runner_id", sa.Uuid(), nullable=False),
        sa.Column("nth", sa.SmallInteger(), nullable=False),
        sa.Column("turn", sa.SmallInteger(), nullable=False),
        sa.Column("distance_m", sa.Float(), nullable=False),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        sa.CheckConstraint("nth BETWEEN 1 AND 3", name="offer_jobs_nth"),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"]),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"]),
        sa.PrimaryKeyConstraint("offer_id", "job_id"),
        sa.UniqueConstraint("job_id", "runner_id", name="offer_jobs_never_again"),
        sa.UniqueConstraint("job_id", "nth", name="offer_jobs_each_time_once"),
    )
    op.create_index(
        "offer_jobs_one_live",
        "offer_jobs",
        ["job_id"],
        unique=True,
        postgresql_where=sa.text("is_live"),
    )


def _rounds() -> None:
    op.create_table(
        "dispatch_weights",
        sa.Column("runner_id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("quality", sa.Float(), nullable=False),
        sa.Column("fairness", sa.Float(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "quality BETWEEN 0.9 AND 1.1 AND fairness BETWEEN 0.8 AND 1.3",
            name="dispatch_weights_bounded",
        ),
        sa.ForeignKeyConstraint(["community_id"], ["places.id"]),
        sa.ForeignKeyConstraint(["runner_id"], ["runners.id"]),
        sa.PrimaryKeyConstraint("runner_id"),
    )
    op.create_index("dispatch_weights_of", "dispatch_weights", ["community_id", "at"])
    op.create_table(
        "dispatch_turns",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["places.id"]),
        sa.PrimaryKeyConstraint("community_id"),
    )
    op.create_table(
        "dispatch_rounds",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("jobs", sa.Integer(), nullable=False),
        sa.Column("runners", sa.Integer(), nullable=False),
        sa.Column("offers", sa.Integer(), nullable=False),
        sa.Column("took_ms", sa.Float(), nullable=False),
        sa.Column("objective", sa.String(), nullable=False),
        sa.CheckConstraint(
            "n > 0 AND jobs >= 0 AND runners >= 0 AND took_ms >= 0"
            " AND offers BETWEEN 0 AND least(jobs, runners)",
            name="dispatch_rounds_counts",
        ),
        sa.ForeignKeyConstraint(["community_id"], ["places.id"]),
        sa.PrimaryKeyConstraint("community_id", "n"),
    )
    op.create_index("dispatch_rounds_at", "dispatch_rounds", ["at"])
