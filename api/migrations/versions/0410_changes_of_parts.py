"""What happens at places says where, so that staff of a part of a community are told of it."""

from alembic import op

revision = "0410"
down_revision = "0401"

_STEPS = (
    "ALTER TABLE place_changes ADD COLUMN place_path uuid[]",
    # What was written before was for staff of whole communities, and stays so.
    """
UPDATE place_changes AS c SET place_path = p.path FROM places AS p WHERE p.id = c.community_id
""",
    "ALTER TABLE place_changes ALTER COLUMN place_path SET NOT NULL",
)


def upgrade() -> None:
    """Apply."""
    for statement in _STEPS:
        op.execute(statement)
