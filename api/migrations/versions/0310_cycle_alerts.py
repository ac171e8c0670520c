"""Whoever wants it is told when a cycle opens."""

from alembic import op

revision = "0310"
down_revision = "0300"

_TABLES = """
CREATE TABLE cycle_alerts (
    id UUID NOT NULL,
    user_id UUID NOT NULL,
    merchant_id UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT cycle_alerts_once UNIQUE (merchant_id, user_id),
    FOREIGN KEY(user_id) REFERENCES users (id),
    FOREIGN KEY(merchant_id) REFERENCES merchants (id)
);
CREATE INDEX cycle_alerts_of_user ON cycle_alerts (user_id, id);
CREATE TABLE cycle_announcements (
    id UUID NOT NULL,
    cycle_id UUID NOT NULL,
    user_id UUID NOT NULL,
    announced_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT cycle_announcements_once UNIQUE (cycle_id, user_id),
    FOREIGN KEY(cycle_id) REFERENCES cycles (id),
    FOREIGN KEY(user_id) REFERENCES users (id)
);
"""


def upgrade() -> None:
    """Apply."""
    for statement in _TABLES.split(";"):
        if statement.strip():
            op.execute(statement)
