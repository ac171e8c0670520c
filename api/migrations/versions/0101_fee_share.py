"""The platform's share of the fee, as it was when the order was placed."""

import sqlalchemy as sa
from alembic import op

revision = "0101"
down_revision = "0100"


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "orders",
        sa.Column("fee_share_percent", sa.SmallInteger(), server_default="0", nullable=False),
    )
    op.create_check_constraint("orders_fee_share", "orders", "fee_share_percent BETWEEN 0 AND 100")
