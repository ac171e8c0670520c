"""Large text is the mini-program's own affair: nothing here ever acted on it."""

from alembic import op

revision = "0090"
down_revision = "0012"


def upgrade() -> None:
    """Forget it."""
    op.execute("ALTER TABLE preferences DROP COLUMN is_large_text")
