"""What merchants got as their shares is held against WeChat's bills, too."""

import sqlalchemy as sa
from alembic import op

revision = "0450"
down_revision = "0354"

_KINDS = "('amount_differs', 'answer_differs', 'day_shifted', 'doubled', 'fee_differs', 'foreign_merchant', 'missing_here', 'missing_there', 'share_amount_differs', 'share_doubled', 'share_pending', 'share_unbooked', 'share_unknown', 'share_unlisted', 'state_differs', 'summary_differs', 'withdrawal_amount_differs', 'withdrawal_came_back', 'withdrawal_doubled', 'withdrawal_not_returned', 'withdrawal_pending', 'withdrawal_unknown', 'withdrawal_unlisted')"
_SUBJECTS = "('payment', 'refund', 'share', 'share_return', 'withdrawal', 'withdrawal_return')"


def upgrade() -> None:
    """Apply."""
    for whose in ("theirs", "ours"):
        name = f"{whose}_shared_fen"
        op.add_column("reconciliations", sa.Column(name, sa.BigInteger(), nullable=True))
    for table, ended in (("shares", "shared"), ("share_returns", "returned")):
        op.create_index(
            f"{table}_done",
            table,
            ["done_at"],
            postgresql_where=sa.text(f"state = '{ended}'"),
        )
    _replace("reconciliation_lines", "subject", f"subject IN {_SUBJECTS}")
    _replace("reconciliation_differences", "kind", f"kind IN {_KINDS}")


def _replace(table: str, column: str, condition: str) -> None:
    name = f"{table}_{column}"
    op.drop_constraint(name, table, type_="check")
    op.create_check_constraint(name, table, condition)
