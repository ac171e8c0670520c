"""Cancelling by one table: who cancelled, what was decided to go back, what was said."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0070"

_FILL = """
UPDATE orders SET
    cancel_side = CASE
        WHEN cancel_reason LIKE 'job\\_%' OR cancel_reason = 'not_paid_in_time' THEN 'system'
        WHEN cancel_fault = 'resident' THEN 'resident' ELSE 'staff' END,
    refunded_fen = CASE WHEN activated_at IS NULL THEN 0 ELSE fee_fen - cost_fen END
WHERE state = 'cancelled'
"""


def upgrade() -> None:
    """Apply."""
    op.add_column("orders", sa.Column("cancel_side", sa.Text(), nullable=True))
    op.add_column(
        "orders", sa.Column("refunded_fen", sa.Integer(), server_default="0", nullable=False)
    )
    op.alter_column("orders", "refunded_fen", server_default=None)
    op.execute(_FILL)
    op.drop_constraint("orders_cancelled_whole", "orders")
    op.create_check_constraint(
        "orders_cancelled_whole",
        "orders",
        "(state = 'cancelled') = (cancelled_at IS NOT NULL)"
        " AND (state = 'cancelled') = (cancel_reason IS NOT NULL)"
        " AND (state = 'cancelled') = (cancel_side IS NOT NULL)",
    )
    op.create_check_constraint(
        "orders_cancel_side", "orders", "cancel_side IN ('resident', 'runner', 'staff', 'system')"
    )
    op.create_check_constraint(
        "orders_refunded_within_paid",
        "orders",
        "refunded_fen >= 0 AND cost_fen + refunded_fen"
        " <= CASE WHEN activated_at IS NULL THEN 0 ELSE fee_fen END",
    )
    op.create_table(
        "statements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("statements_of_order", "statements", ["order_id", "id"])
