"""Disputes about orders, and how they were settled."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Apply."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "disputes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=False),
        sa.Column("left_fen", sa.Integer(), nullable=False),
        sa.Column("opened_at", moment, nullable=False),
        sa.Column("resolved_at", moment, nullable=True),
        sa.Column("resolved_by", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("resident_fen", sa.Integer(), nullable=True),
        sa.Column("runner_fen", sa.Integer(), nullable=True),
        sa.Column("platform_fen", sa.Integer(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.CheckConstraint("from_state IN ('active', 'completed')", name="disputes_from_state"),
        sa.CheckConstraint("side IN ('resident', 'runner')", name="disputes_side"),
        sa.CheckConstraint(
            "num_nulls(resolved_at, resolved_by, outcome, resident_fen, runner_fen, platform_fen,"
            " source) IN (0, 7)",
            name="disputes_resolved_whole",
        ),
        sa.CheckConstraint(
            "resident_fen >= 0 AND runner_fen >= 0 AND platform_fen >= 0"
            " AND source IN ('escrow', 'compensation')"
            " AND CASE source WHEN 'escrow' THEN resident_fen + runner_fen + platform_fen = left_fen"
            " ELSE runner_fen + platform_fen = left_fen AND resident_fen <= left_fen END",
            name="disputes_split",
        ),
        sa.CheckConstraint("left_fen >= 0", name="disputes_left"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"]),
        sa.ForeignKeyConstraint(["opened_by"], ["users.id"]),
        sa.ForeignKeyConstraint(["resolved_by"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "disputes_one_open",
        "disputes",
        ["order_id"],
        unique=True,
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
