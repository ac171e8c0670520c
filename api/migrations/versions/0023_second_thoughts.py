"""Late proofs, and acts that may be undone for ten seconds."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Apply."""
    moment = sa.DateTime(timezone=True)
    op.add_column("stops", sa.Column("proven_at", moment, nullable=True))
    op.create_check_constraint(
        "stops_proven_before_closed",
        "stops",
        "proven_at IS NULL OR (state = 'delivered' AND proven_at <= closed_at)",
    )
    op.create_table(
        "held_acts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("refused_as", sa.Text(), nullable=True),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('done', 'dropped', 'held', 'undone')", name="held_acts_state"
        ),
        sa.CheckConstraint("act IN ('deliver', 'fail', 'cancel')", name="held_acts_act"),
        sa.CheckConstraint("(state = 'held') = (body_sealed IS NOT NULL)", name="held_acts_body"),
        sa.CheckConstraint(
            "(state = 'dropped') = (refused_as IS NOT NULL)", name="held_acts_refused_as"
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"]),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"]),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "held_acts_one",
        "held_acts",
        ["order_id"],
        unique=True,
        postgresql_where=sa.text("state = 'held'"),
    )
    op.create_index(
        "held_acts_due", "held_acts", ["due_at"], postgresql_where=sa.text("state = 'held'")
    )
