"""What runners are paid is reconciled, too; what WeChat answers and does not fit is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0270"
down_revision = "0263"

_KINDS = "('amount_differs', 'answer_differs', 'day_shifted', 'doubled', 'fee_differs', 'foreign_merchant', 'missing_here', 'missing_there', 'state_differs', 'summary_differs', 'withdrawal_amount_differs', 'withdrawal_came_back', 'withdrawal_doubled', 'withdrawal_not_returned', 'withdrawal_pending', 'withdrawal_unknown', 'withdrawal_unlisted')"
_SUBJECTS = "('payment', 'refund', 'withdrawal', 'withdrawal_return')"
_DIFFERENCES = "reconciliation_differences"


def upgrade() -> None:
    """Apply."""
    for table in ("payments", "refunds", "withdrawals"):
        op.add_column(table, sa.Column("unfit", sa.String(), nullable=True))
    op.add_column(
        "sandbox_transfers", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True)
    )
    for whose in ("theirs", "ours"):
        name = f"{whose}_withdrawn_fen"
        op.add_column("reconciliations", sa.Column(name, sa.BigInteger(), nullable=True))
    op.create_index(
        "withdrawals_done",
        "withdrawals",
        ["done_at"],
        postgresql_where=sa.text("state = 'succeeded'"),
    )
    _replace("reconciliation_lines", "subject", f"subject IN {_SUBJECTS}")
    _replace(_DIFFERENCES, "kind", f"kind IN {_KINDS}")
    op.add_column(_DIFFERENCES, sa.Column("withdrawal_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(None, _DIFFERENCES, "withdrawals", ["withdrawal_id"], ["id"])
    op.alter_column(_DIFFERENCES, "reconciliation_id", nullable=True)
    op.create_check_constraint(
        f"{_DIFFERENCES}_day",
        _DIFFERENCES,
        "(reconciliation_id IS NULL) = (kind = 'answer_differs')",
    )
    op.create_index(
        f"{_DIFFERENCES}_asked_once",
        _DIFFERENCES,
        ["fingerprint"],
        unique=True,
        postgresql_where=sa.text("reconciliation_id IS NULL"),
    )


def _replace(table: str, column: str, condition: str) -> None:
    name = f"{table}_{column}"
    op.drop_constraint(name, table, type_="check")
    op.create_check_constraint(name, table, condition)
