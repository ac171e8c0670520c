"""Incidents: trouble on the way."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0022"
down_revision = "0021"

_CODES = (
    "address_wrong", "gate_refused", "lift_broken", "goods_damaged", "goods_missing",
    "price_differs", "customer_unreachable", "runner_unreachable", "shop_closed", "weather",
    "injury", "unsafe", "extra_request", "other",
)  # fmt: skip


def upgrade() -> None:
    """Apply."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "incidents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("place_path", pg.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("reporter_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.Column("resolved_at", moment, nullable=True),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('acting', 'open', 'resolved')", name="incidents_state"),
        sa.CheckConstraint(f"code IN {_CODES}", name="incidents_code"),
        sa.CheckConstraint("side IN ('resident', 'runner')", name="incidents_side"),
        sa.CheckConstraint(
            "(state = 'resolved') = (resolved_at IS NOT NULL)"
            " AND (state = 'resolved') = (resolution IS NOT NULL)",
            name="incidents_resolved_whole",
        ),
        sa.ForeignKeyConstraint(["community_id"], ["places.id"]),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"]),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"]),
        sa.ForeignKeyConstraint(["reporter_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("incidents_of_place", "incidents", ["place_path"], postgresql_using="gin")
    op.create_index("incidents_of_reporter", "incidents", ["reporter_id", "id"])
    op.create_index(
        "incidents_unresolved",
        "incidents",
        ["job_id"],
        postgresql_where=sa.text("state <> 'resolved'"),
    )
