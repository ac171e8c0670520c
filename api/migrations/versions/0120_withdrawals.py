"""Withdrawals of runners, whom they go to, and what the sandbox knows of them."""

import sqlalchemy as sa
from alembic import op

revision = "0120"
down_revision = "0150"

_OPEN = "('asked', 'cancelling', 'moving', 'offered')"
_FINAL = "('cancelled', 'failed', 'succeeded')"


def upgrade() -> None:
    """Apply."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "withdrawals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("runner_id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("gateway", sa.String(), nullable=False),
        sa.Column("out_bill_no", sa.String(), nullable=False),
        sa.Column("bill_no", sa.String(), nullable=True),
        sa.Column("package", sa.String(), nullable=True),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asks", sa.Integer(), nullable=False),
        sa.Column("ask_at", moment, nullable=False),
        sa.Column("sent_at", moment, nullable=True),
        sa.Column("offered_at", moment, nullable=True),
        sa.Column("done_at", moment, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.CheckConstraint(
            "state IN ('asked', 'cancelled', 'cancelling', 'failed', 'moving', 'offered', 'succeeded')",
            name="withdrawals_state",
        ),
        sa.CheckConstraint("amount_fen >= 10", name="withdrawals_amount"),
        sa.CheckConstraint(f"(state IN {_FINAL}) = (done_at IS NOT NULL)", name="withdrawals_done"),
        sa.CheckConstraint("package IS NULL OR state = 'offered'", name="withdrawals_package"),
        sa.CheckConstraint("state <> 'failed' OR why IS NOT NULL", name="withdrawals_why"),
        sa.ForeignKeyConstraint(["runner_id"], ["users.id"]),
        sa.ForeignKeyConstraint(["community_id"], ["places.id"]),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("out_bill_no"),
        sa.UniqueConstraint("bill_no"),
    )
    op.create_index(
        "withdrawals_one_open",
        "withdrawals",
        ["runner_id"],
        unique=True,
        postgresql_where=sa.text(f"state IN {_OPEN}"),
    )
    op.create_index(
        "withdrawals_to_ask",
        "withdrawals",
        ["ask_at"],
        postgresql_where=sa.text(f"state IN {_OPEN}"),
    )
    op.create_index("withdrawals_of_runner", "withdrawals", ["runner_id", "id"])
    op.create_index("withdrawals_of_community", "withdrawals", ["community_id", "id"])
    op.create_table(
        "payees",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("openid_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("openid_index", sa.LargeBinary(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("noted_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("payees_by_openid", "payees", ["openid_index"])
    op.create_table(
        "sandbox_transfers",
        sa.Column("out_bill_no", sa.String(), nullable=False),
        sa.Column("bill_no", sa.String(), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("made_at", moment, nullable=False),
        sa.CheckConstraint("amount_fen > 0", name="sandbox_transfers_amount"),
        sa.PrimaryKeyConstraint("out_bill_no"),
    )
