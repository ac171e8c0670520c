"""Settled days of runners."""

import sqlalchemy as sa
from alembic import op

revision = "0121"
down_revision = "0120"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "settlements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("runner_id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("first_seq", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("opening_fen", sa.BigInteger(), nullable=False),
        sa.Column("income_fen", sa.BigInteger(), nullable=False),
        sa.Column("repaid_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_out_fen", sa.BigInteger(), nullable=False),
        sa.Column("closing_fen", sa.BigInteger(), nullable=False),
        sa.Column("platform_fen", sa.BigInteger(), nullable=False),
        sa.Column("orders_count", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first_seq >= 1 AND last_seq >= first_seq", name="settlements_entries"),
        sa.CheckConstraint(
            "income_fen >= 0 AND repaid_fen >= 0 AND paid_out_fen >= 0 AND platform_fen >= 0"
            " AND opening_fen + income_fen + repaid_fen - paid_out_fen = closing_fen",
            name="settlements_sum",
        ),
        sa.ForeignKeyConstraint(["runner_id"], ["users.id"]),
        sa.ForeignKeyConstraint(["community_id"], ["places.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("runner_id", "day", name="settlements_once"),
    )
    op.create_index("settlements_of_community", "settlements", ["community_id", "day"])
