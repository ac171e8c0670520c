"""Few payments and refunds do not go as they should: staff find them without reading all."""

import sqlalchemy as sa
from alembic import op

revision = "0401"
down_revision = "0400"


def upgrade() -> None:
    """Apply."""
    op.create_index(
        "payments_in_vain",
        "payments",
        ["paid_at"],
        postgresql_where=sa.text("state = 'paid' AND NOT is_counted"),
    )
    op.create_index(
        "payments_unfit",
        "payments",
        ["created_at"],
        postgresql_where=sa.text("unfit IS NOT NULL"),
    )
    op.create_index(
        "refunds_in_trouble",
        "refunds",
        ["created_at"],
        postgresql_where=sa.text("state = 'failed' OR unfit IS NOT NULL"),
    )
