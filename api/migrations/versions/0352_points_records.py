"""What staff found true of runners, with what it rests on."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0352"
down_revision = "0351"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "points_records",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("runner_id", sa.Uuid(), nullable=False),
        sa.Column("place_path", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("severity", sa.String(), nullable=True),
        sa.Column("minutes", sa.SmallInteger(), nullable=True),
        sa.Column("evidence_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('complaint.upheld', 'emergency.helped', 'fraud.confirmed',"
            " 'hazard.verified', 'mediation.closed', 'volunteer.hours')",
            name="points_records_kind",
        ),
        sa.CheckConstraint(
            "(kind = 'complaint.upheld') = (severity IS NOT NULL)"
            " AND (kind = 'volunteer.hours') = (minutes IS NOT NULL)"
            " AND severity IN ('minor', 'moderate', 'serious') AND minutes BETWEEN 1 AND 1440",
            name="points_records_whole",
        ),
        sa.CheckConstraint(
            "recorded_by_id <> runner_id AND happened_at <= recorded_at",
            name="points_records_by_another",
        ),
        sa.ForeignKeyConstraint(["runner_id"], ["runners.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("points_records_of_runner", "points_records", ["runner_id", "id"])
