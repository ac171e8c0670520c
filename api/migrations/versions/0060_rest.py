"""The account of a runner's work and rest."""

from alembic import op

revision = "0060"
down_revision = "0031"

_COLUMNS = """
ALTER TABLE runners
    ADD COLUMN work_since timestamptz,
    ADD COLUMN worked_until timestamptz,
    ADD COLUMN stretch_s float8 NOT NULL DEFAULT 0,
    ADD COLUMN day_s float8 NOT NULL DEFAULT 0,
    ADD COLUMN days_in_row smallint NOT NULL DEFAULT 0,
    ADD COLUMN hours_confirmed_at timestamptz
"""
# Who has jobs in hand now has had them since the first was taken.
_AT_WORK = """
UPDATE runners AS r SET work_since = coalesce(
    (SELECT min(j.accepted_at) FROM jobs AS j
     WHERE j.runner_id = r.id AND j.state IN ('accepted', 'picked_up')), linli_now())
WHERE r.load > 0
"""
_CHECKS = """
ALTER TABLE runners
    ADD CONSTRAINT runners_work_while_loaded CHECK ((load > 0) = (work_since IS NOT NULL)),
    ADD CONSTRAINT runners_work_counted
        CHECK (stretch_s >= 0 AND day_s >= 0 AND days_in_row >= 0)
"""


def upgrade() -> None:
    """Apply."""
    for statement in (_COLUMNS, _AT_WORK, _CHECKS):
        op.execute(statement)
