"""Applications with checks, courses, and what a runner may take."""

from alembic import op

revision = "0061"
down_revision = "0060"

_RUNNERS = """
ALTER TABLE runners
    ADD COLUMN weight_max_g integer NOT NULL DEFAULT 200000,
    ADD COLUMN fee_max_fen integer NOT NULL DEFAULT 10000000,
    ADD COLUMN permitted_until timestamptz,
    ADD COLUMN is_volunteer boolean NOT NULL DEFAULT false,
    DROP CONSTRAINT runners_state,
    ADD CONSTRAINT runners_state CHECK (state IN ('applied', 'approved', 'rejected', 'suspended', 'withdrawn')),
    ADD CONSTRAINT runners_tier CHECK (tier IN ('trainee', 'runner', 'lead')),
    ADD CONSTRAINT runners_limits CHECK (weight_max_g > 0 AND fee_max_fen >= 0)
"""
_TO_JUDGE = """
CREATE INDEX runners_to_judge ON runners (permitted_until) WHERE permitted_until IS NOT NULL
"""
_APPLICATIONS = """
CREATE TABLE runner_applications (
    id uuid PRIMARY KEY REFERENCES runners (id),
    kinds text[] NOT NULL,
    is_adult boolean NOT NULL,
    health_version varchar,
    consent_version varchar,
    stated_at timestamptz,
    emergency_contact_sealed bytea,
    identity_checked_at timestamptz,
    identity_checked_by uuid,
    CONSTRAINT runner_applications_identity_whole
        CHECK (num_nulls(identity_checked_at, identity_checked_by) IN (0, 2)))
"""
# Who applied before there was anything to say has said nothing.
_SILENT = """
INSERT INTO runner_applications (id, kinds, is_adult) SELECT id, '{}', false FROM runners
"""
_TRAINING = """
CREATE TABLE training_attempts (
    id uuid PRIMARY KEY,
    runner_id uuid NOT NULL REFERENCES runners (id),
    module varchar NOT NULL,
    version varchar NOT NULL,
    score_percent smallint NOT NULL,
    taken_at timestamptz NOT NULL,
    valid_until timestamptz,
    CONSTRAINT training_attempts_score CHECK (score_percent BETWEEN 0 AND 100))
"""
_TRAINING_OF = """
CREATE INDEX training_attempts_of_runner ON training_attempts (runner_id, module, taken_at)
"""


def upgrade() -> None:
    """Apply."""
    for statement in (_RUNNERS, _TO_JUDGE, _APPLICATIONS, _SILENT, _TRAINING, _TRAINING_OF):
        op.execute(statement)
