"""What changed for each person, numbered without a gap."""

from alembic import op

revision = "0080"
down_revision = "0063"

_TABLES = (
    """
CREATE TABLE feeds (
    user_id uuid PRIMARY KEY REFERENCES users (id),
    n bigint NOT NULL,
    forgotten_n bigint NOT NULL,
    CONSTRAINT feeds_forgotten CHECK (forgotten_n BETWEEN 0 AND n))
""",
    """
CREATE TABLE changes (
    user_id uuid NOT NULL,
    n bigint NOT NULL,
    event_seq bigint NOT NULL,
    subject varchar NOT NULL,
    subject_id uuid NOT NULL,
    version integer NOT NULL,
    state varchar,
    at timestamptz NOT NULL,
    PRIMARY KEY (user_id, n))
""",
    "CREATE UNIQUE INDEX changes_once ON changes (event_seq, user_id)",
    "CREATE INDEX changes_age ON changes (at)",
)


def upgrade() -> None:
    """Apply."""
    for statement in _TABLES:
        op.execute(statement)
