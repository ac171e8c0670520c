"""What happens at places, numbered for their staff; tickets with which a client opens its line."""

from alembic import op

revision = "0330"
down_revision = "0270"

_TABLES = (
    """
CREATE TABLE place_feed (
    is_only boolean PRIMARY KEY DEFAULT true,
    n bigint NOT NULL,
    forgotten_n bigint NOT NULL,
    CONSTRAINT place_feed_only CHECK (is_only),
    CONSTRAINT place_feed_forgotten CHECK (forgotten_n BETWEEN 1 AND n))
""",
    """
CREATE TABLE place_changes (
    n bigint PRIMARY KEY,
    community_id uuid NOT NULL,
    event_seq bigint NOT NULL,
    subject varchar NOT NULL,
    subject_id uuid NOT NULL,
    version integer NOT NULL,
    state varchar,
    at timestamptz NOT NULL)
""",
    "CREATE UNIQUE INDEX place_changes_once ON place_changes (event_seq)",
    "CREATE INDEX place_changes_of ON place_changes (community_id, n)",
    """
CREATE TABLE ws_tickets (
    ticket_hash bytea PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users (id),
    expires_at timestamptz NOT NULL,
    CONSTRAINT ws_tickets_hash_length CHECK (octet_length(ticket_hash) = 32))
""",
    "CREATE INDEX ws_tickets_age ON ws_tickets (expires_at)",
)


def upgrade() -> None:
    """Apply."""
    for statement in _TABLES:
        op.execute(statement)
