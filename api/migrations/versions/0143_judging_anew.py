"""Trainees who may still take what has become a matter of trust since are judged anew."""

from alembic import op

revision = "0143"
down_revision = "0142"

# The timer that watches courses lapse judges them, by the tables of today, and tells them.
JUDGE_ANEW = """
UPDATE runners SET permitted_until = linli_now()
WHERE state = 'approved' AND tier = 'trainee' AND 'print' = ANY (kinds)
"""


def upgrade() -> None:
    """Apply."""
    op.execute(JUDGE_ANEW)
