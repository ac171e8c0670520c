"""Appeals against points, and their answers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0261"
down_revision = "0260"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "points_appeals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("runner_id", sa.Uuid(), nullable=False),
        sa.Column("place_path", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("step", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("filed_by_id", sa.Uuid(), nullable=False),
        sa.Column("penalty_cp", sa.Integer(), nullable=False),
        sa.Column("left_cp", sa.Integer(), nullable=True),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("answer_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('filed', 'lapsed', 'reduced', 'reversed', 'upheld')",
            name="points_appeals_state",
        ),
        sa.CheckConstraint("step IN (1, 2)", name="points_appeals_step"),
        sa.CheckConstraint(
            "(state = 'filed') = (decided_at IS NULL)"
            " AND (decided_by_id IS NOT NULL) = (state IN ('reduced', 'reversed', 'upheld'))",
            name="points_appeals_decided",
        ),
        sa.CheckConstraint(
            "decided_by_id <> runner_id AND decided_by_id <> filed_by_id",
            name="points_appeals_by_another",
        ),
        sa.CheckConstraint(
            "penalty_cp > 0 AND (state = 'reduced') = (left_cp IS NOT NULL)"
            " AND left_cp BETWEEN 1 AND penalty_cp - 1",
            name="points_appeals_left",
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["points_entries.id"]),
        sa.ForeignKeyConstraint(["runner_id"], ["runners.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("entry_id", "step", name="points_appeals_once"),
    )
    op.create_index(
        "points_appeals_due",
        "points_appeals",
        ["due_at"],
        postgresql_where=sa.text("state = 'filed'"),
    )
    op.create_index("points_appeals_of_runner", "points_appeals", ["runner_id", "id"])
    op.create_index(
        "points_appeals_of_place", "points_appeals", ["place_path"], postgresql_using="gin"
    )
