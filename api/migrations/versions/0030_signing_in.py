"""Sessions know their device and the code that opened them."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0003"


def upgrade() -> None:
    """Apply."""
    op.add_column("sessions", sa.Column("code_hash", sa.LargeBinary(), nullable=True))
    op.add_column("sessions", sa.Column("device", sa.Text(), server_default="", nullable=False))
    op.create_check_constraint("sessions_device_length", "sessions", "length(device) <= 60")
    op.create_index("sessions_code_once", "sessions", ["code_hash"], unique=True)
