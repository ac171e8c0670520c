"""What staff did is read by who did it, in its order."""

import sqlalchemy as sa
from alembic import op

revision = "0400"
down_revision = "0441"


def upgrade() -> None:
    """Apply."""
    op.create_index(
        "events_by_actor",
        "events",
        ["actor_id", "at"],
        postgresql_where=sa.text("actor_id IS NOT NULL"),
    )
