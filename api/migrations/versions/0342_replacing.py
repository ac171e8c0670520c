"""Whoever mediates and no longer can, or may, is replaced: what is looked at for that."""

import sqlalchemy as sa
from alembic import op

revision = "0342"
down_revision = "0341"


def upgrade() -> None:
    """Apply."""
    op.create_index(
        "cases_mediated",
        "cases",
        ["id"],
        postgresql_where=sa.text("state IN ('assigned', 'in_session', 'suspended')"),
    )
