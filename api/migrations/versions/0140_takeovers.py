"""Accounts that take over what staff enrolled."""

from alembic import op

revision = "0140"
down_revision = "0110"

_TAKEOVERS = """
CREATE TABLE takeovers (
    id UUID NOT NULL,
    user_id UUID NOT NULL,
    building_id UUID NOT NULL,
    place_path UUID[] NOT NULL,
    claim_sealed BYTEA,
    state TEXT NOT NULL,
    person_id UUID,
    proof TEXT,
    reason TEXT,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    decided_by_id UUID,
    joins_at TIMESTAMP WITH TIME ZONE,
    ended_at TIMESTAMP WITH TIME ZONE,
    version INTEGER NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT takeovers_state CHECK (state IN ('agreed', 'asked', 'joined', 'rejected', 'stopped', 'withdrawn')),
    CONSTRAINT takeovers_proof CHECK (proof IN ('card', 'phone', 'visit')),
    CONSTRAINT takeovers_forgotten_at_end CHECK ((state IN ('asked', 'agreed')) = (claim_sealed IS NOT NULL) AND (state IN ('asked', 'agreed')) = (ended_at IS NULL)),
    CONSTRAINT takeovers_person CHECK (num_nonnulls(person_id, proof, joins_at) = CASE WHEN state IN ('asked', 'rejected') THEN 0 WHEN state = 'withdrawn' AND person_id IS NULL THEN 0 ELSE 3 END),
    CONSTRAINT takeovers_decided CHECK ((decided_by_id IS NULL) = (decided_at IS NULL) AND (decided_at IS NOT NULL) = (state = 'rejected' OR person_id IS NOT NULL)),
    CONSTRAINT takeovers_not_by_oneself CHECK (decided_by_id <> user_id AND person_id <> user_id),
    CONSTRAINT takeovers_reason CHECK ((state IN ('rejected', 'stopped')) = (reason IS NOT NULL)),
    FOREIGN KEY(user_id) REFERENCES users (id),
    FOREIGN KEY(building_id) REFERENCES places (id),
    FOREIGN KEY(person_id) REFERENCES users (id)
)
"""
_INDEXES = (
    "CREATE UNIQUE INDEX takeovers_one_living ON takeovers (user_id) WHERE state IN ('asked', 'agreed')",
    "CREATE UNIQUE INDEX takeovers_person_once ON takeovers (person_id) WHERE state IN ('agreed', 'joined')",
    "CREATE INDEX takeovers_due ON takeovers (joins_at) WHERE state = 'agreed'",
    "CREATE INDEX takeovers_of_place ON takeovers USING gin (place_path)",
)


def upgrade() -> None:
    """Apply."""
    op.execute(_TAKEOVERS)
    for index in _INDEXES:
        op.execute(index)
