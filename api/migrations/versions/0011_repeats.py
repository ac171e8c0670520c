"""Repeating errands: a rule, a template, and what came of each day."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "repeats",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("weekdays", pg.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("begins_min", sa.SmallInteger(), nullable=False),
        sa.Column("lasts_min", sa.SmallInteger(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("place_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("template_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('active', 'ended', 'paused')", name="repeats_state"),
        sa.CheckConstraint(
            "(state = 'ended') = (next_on IS NULL) AND (next_on IS NULL) = (place_at IS NULL)",
            name="repeats_next_whole",
        ),
        sa.CheckConstraint(
            "begins_min BETWEEN 0 AND 1439 AND lasts_min BETWEEN 15 AND 720 AND cardinality(weekdays) BETWEEN 1 AND 7 AND weekdays <@ '{1,2,3,4,5,6,7}'::smallint[]",
            name="repeats_rule",
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["users.id"]),
        sa.ForeignKeyConstraint(["community_id"], ["places.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "repeats_to_place", "repeats", ["place_at"], postgresql_where=sa.text("state = 'active'")
    )
    op.create_index("repeats_of_customer", "repeats", ["customer_id", "id"])
    op.create_table(
        "repeat_days",
        sa.Column("repeat_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.String(), nullable=True),
        sa.CheckConstraint("order_id IS NOT NULL OR code IS NOT NULL", name="repeat_days_outcome"),
        sa.ForeignKeyConstraint(["repeat_id"], ["repeats.id"]),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"]),
        sa.PrimaryKeyConstraint("repeat_id", "day"),
        sa.UniqueConstraint("order_id"),
    )
