"""How the weather was when a job was promised: it makes the work worth more points."""

from alembic import op

revision = "0431"
down_revision = "0430"

_JOBS = """
ALTER TABLE jobs
    ADD COLUMN weather smallint NOT NULL DEFAULT 0,
    ADD CONSTRAINT jobs_hardship CHECK (weather IN (0, 1) AND floors_no_lift >= 0)
"""


def upgrade() -> None:
    """Apply."""
    op.execute(_JOBS)
