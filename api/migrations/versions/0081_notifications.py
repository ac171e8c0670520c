"""Inboxes, messages to be sent, and the sandbox that refuses them."""

from alembic import op

revision = "0081"
down_revision = "0080"

_TABLES = (
    """
CREATE TABLE inboxes (
    user_id uuid PRIMARY KEY REFERENCES users (id),
    unread integer NOT NULL,
    version integer NOT NULL,
    CONSTRAINT inboxes_unread CHECK (unread >= 0))
""",
    """
CREATE TABLE inbox_records (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id),
    event_seq bigint NOT NULL,
    kind varchar NOT NULL,
    role varchar NOT NULL,
    subject varchar NOT NULL,
    subject_id uuid NOT NULL,
    details jsonb NOT NULL,
    at timestamptz NOT NULL,
    read_at timestamptz,
    CONSTRAINT inbox_records_once UNIQUE (event_seq, user_id))
""",
    "CREATE INDEX inbox_records_of_user ON inbox_records (user_id, id)",
    "CREATE INDEX inbox_records_unread ON inbox_records (user_id, id) WHERE read_at IS NULL",
    "CREATE INDEX inbox_records_age ON inbox_records (at)",
    """
CREATE TABLE deliveries (
    id uuid PRIMARY KEY REFERENCES inbox_records (id) ON DELETE CASCADE,
    user_id uuid NOT NULL,
    template varchar NOT NULL,
    template_id varchar NOT NULL,
    state varchar NOT NULL,
    is_held boolean NOT NULL,
    attempts smallint NOT NULL,
    next_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    claimed_at timestamptz,
    ended_at timestamptz,
    outcome varchar,
    CONSTRAINT deliveries_state CHECK (state IN ('pending', 'sending', 'sent', 'unknown',
        'refused', 'ungranted', 'seen', 'folded', 'expired', 'dead')),
    CONSTRAINT deliveries_ended CHECK ((state IN ('pending', 'sending')) = (ended_at IS NULL)))
""",
    "CREATE INDEX deliveries_due ON deliveries (next_at) WHERE state = 'pending'",
    "CREATE INDEX deliveries_in_hand ON deliveries (claimed_at) WHERE state = 'sending'",
    "CREATE INDEX deliveries_of_user ON deliveries (user_id, template_id)",
    """
CREATE TABLE sandbox_consents (
    openid varchar NOT NULL,
    template_id varchar NOT NULL,
    left_count integer NOT NULL,
    PRIMARY KEY (openid, template_id),
    CONSTRAINT sandbox_consents_left CHECK (left_count >= 0))
""",
    """
CREATE TABLE sandbox_messages (
    id uuid PRIMARY KEY,
    openid varchar NOT NULL,
    template_id varchar NOT NULL,
    data jsonb NOT NULL,
    page varchar)
""",
)


def upgrade() -> None:
    """Apply."""
    for statement in _TABLES:
        op.execute(statement)
