"""Emergencies of communities."""

from alembic import op

revision = "0063"
down_revision = "0062"

_TABLE = """
CREATE TABLE emergencies (
    id uuid PRIMARY KEY,
    community_id uuid NOT NULL REFERENCES places (id),
    state varchar NOT NULL,
    kind varchar NOT NULL,
    note varchar NOT NULL,
    due_percent smallint NOT NULL,
    began_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    ended_at timestamptz,
    version integer NOT NULL,
    CONSTRAINT emergencies_state CHECK (state IN ('on', 'over')),
    CONSTRAINT emergencies_kind CHECK (kind IN ('heat', 'storm', 'closed', 'other')),
    CONSTRAINT emergencies_due CHECK (due_percent BETWEEN 100 AND 400),
    CONSTRAINT emergencies_last CHECK (ends_at > began_at),
    CONSTRAINT emergencies_ended_at CHECK ((state = 'over') = (ended_at IS NOT NULL)))
"""
_ONE = """
CREATE UNIQUE INDEX emergencies_one_at_a_time ON emergencies (community_id) WHERE state = 'on'
"""
_OF_COMMUNITY = """
CREATE INDEX emergencies_of_community ON emergencies (community_id, began_at)
"""


def upgrade() -> None:
    """Apply."""
    for statement in (_TABLE, _ONE, _OF_COMMUNITY):
        op.execute(statement)
