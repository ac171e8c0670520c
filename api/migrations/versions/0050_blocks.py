"""Blocks and preferences between residents and runners."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0050"
down_revision = "0081"


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "users",
        sa.Column("apart", ARRAY(sa.Uuid()), nullable=False, server_default=sa.text("'{}'")),
    )
    op.create_table(
        "blocks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("target_is", sa.Text(), nullable=False),
        sa.Column("stance", sa.Text(), nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("stance IN ('block', 'prefer')", name="blocks_stance"),
        sa.CheckConstraint("target_is IN ('runner', 'resident')", name="blocks_target_is"),
        sa.CheckConstraint(
            "stance = 'block' OR target_is = 'runner'", name="blocks_prefer_runners"
        ),
        sa.CheckConstraint("owner_id <> target_id", name="blocks_not_oneself"),
        sa.CheckConstraint(
            "slot BETWEEN 1 AND CASE stance WHEN 'block' THEN 20 ELSE 5 END", name="blocks_limited"
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"]),
        sa.ForeignKeyConstraint(["target_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("owner_id", "stance", "slot", name="blocks_slots"),
        sa.UniqueConstraint("owner_id", "target_id", name="blocks_once"),
    )
    op.create_index(
        "blocks_of_target",
        "blocks",
        ["target_id"],
        postgresql_where=sa.text("stance = 'block'"),
    )
