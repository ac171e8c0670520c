"""Real payments: until when, closed at the gateway too, told as delivered; the inbox of WeChat Pay's notices."""

import sqlalchemy as sa
from alembic import op

revision = "0110"
down_revision = "0102"


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "payments", sa.Column("is_shut", sa.Boolean(), server_default="false", nullable=False)
    )
    op.add_column("payments", sa.Column("pay_by", sa.DateTime(timezone=True), nullable=True))
    op.add_column("payments", sa.Column("ship_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "payments", sa.Column("ship_asks", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column("payments", sa.Column("shipped", sa.String(), nullable=True))
    op.create_check_constraint(
        "payments_shipped",
        "payments",
        "shipped IS NULL OR ship_at IS NULL AND shipped IN ('told', 'told_before', 'not_shippable')",
    )
    op.create_index(
        "payments_to_ship", "payments", ["ship_at"], postgresql_where=sa.text("ship_at IS NOT NULL")
    )
    op.drop_index("payments_to_ask", table_name="payments")
    op.create_index(
        "payments_to_ask",
        "payments",
        ["ask_at"],
        postgresql_where=sa.text("state = 'created' OR state = 'closed' AND NOT is_shut"),
    )
    op.create_table(
        "pay_notices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('received', 'refused', 'taken')", name="pay_notices_state"),
        sa.CheckConstraint("(state = 'received') = (done_at IS NULL)", name="pay_notices_done"),
        sa.CheckConstraint("(state = 'refused') = (why IS NOT NULL)", name="pay_notices_why"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("notice_id"),
    )
    op.create_index("pay_notices_age", "pay_notices", ["received_at"])
