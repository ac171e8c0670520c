"""Stock that was raised or lowered while its cycle was open."""

from alembic import op

revision = "0311"
down_revision = "0310"


def upgrade() -> None:
    """Apply."""
    op.execute("""
CREATE TABLE stock_changes (
    id UUID NOT NULL,
    item_id UUID NOT NULL,
    n INTEGER NOT NULL,
    from_count INTEGER NOT NULL,
    to_count INTEGER NOT NULL,
    changed_by_id UUID NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT stock_changes_counts CHECK (
        from_count >= 0 AND to_count >= 0 AND from_count <> to_count),
    CONSTRAINT stock_changes_n UNIQUE (item_id, n),
    FOREIGN KEY(item_id) REFERENCES cycle_items (id),
    FOREIGN KEY(changed_by_id) REFERENCES users (id)
)""")
