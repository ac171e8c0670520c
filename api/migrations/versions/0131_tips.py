"""Tips, each paid by a payment of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0131"
down_revision = "0130"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "tips",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("payer_id", sa.Uuid(), nullable=False),
        sa.Column("runner_id", sa.Uuid(), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('lapsed', 'offered', 'paid')", name="tips_state"),
        sa.CheckConstraint("amount_fen BETWEEN 100 AND 5000", name="tips_amount"),
        sa.CheckConstraint("payer_id <> runner_id", name="tips_not_own"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"]),
        sa.ForeignKeyConstraint(["payer_id"], ["users.id"]),
        sa.ForeignKeyConstraint(["runner_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "tips_once",
        "tips",
        ["order_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'lapsed'"),
    )
    op.create_index(
        "tips_to_lapse", "tips", ["until"], postgresql_where=sa.text("state = 'offered'")
    )
    op.add_column("payments", sa.Column("tip_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(None, "payments", "tips", ["tip_id"], ["id"])
    op.create_check_constraint(
        "payments_for_one", "payments", "num_nonnulls(consent_id, tip_id) <= 1"
    )
    op.drop_index("payments_one_counted", table_name="payments")
    op.create_index(
        "payments_one_counted",
        "payments",
        ["order_id"],
        unique=True,
        postgresql_where=sa.text("is_counted AND consent_id IS NULL AND tip_id IS NULL"),
    )
    op.create_index(
        "payments_one_of_tip",
        "payments",
        ["tip_id"],
        unique=True,
        postgresql_where=sa.text("is_counted"),
    )
