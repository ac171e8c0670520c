"""Reconciliation of WeChat's daily bill; when the sandbox was paid and refunded."""

import sqlalchemy as sa
from alembic import op

revision = "0130"
down_revision = "0121"

_KINDS = "('amount_differs', 'day_shifted', 'doubled', 'fee_differs', 'foreign_merchant', 'missing_here', 'missing_there', 'state_differs', 'summary_differs')"


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Apply."""
    op.add_column("sandbox_trades", _moment("paid_at", nullable=True))
    op.add_column("sandbox_refunds", _moment("made_at", nullable=True))
    op.create_index(
        "payments_paid_at", "payments", ["paid_at"], postgresql_where=sa.text("state = 'paid'")
    )
    op.create_index("refunds_created", "refunds", ["created_at"])
    op.create_index(
        "refunds_done", "refunds", ["done_at"], postgresql_where=sa.text("state = 'succeeded'")
    )
    _days()
    _lines()
    _differences()


def _days() -> None:
    sums = [
        sa.Column(f"{whose}_{way}_fen", sa.BigInteger(), server_default="0", nullable=False)
        for whose in ("theirs", "ours")
        for way in ("paid", "refunded")
    ]
    op.create_table(
        "reconciliations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gateway", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.Column("asks", sa.Integer(), nullable=False),
        _moment("ask_at"),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("sha1", sa.String(), nullable=True),
        *sums,
        _moment("compared_at", nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _moment("created_at"),
        sa.CheckConstraint(
            "state IN ('compared', 'given_up', 'waiting')", name="reconciliations_state"
        ),
        sa.CheckConstraint(
            "(runs = 0) = (compared_at IS NULL) AND (state <> 'compared' OR runs > 0)",
            name="reconciliations_compared_at",
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("gateway", "day", name="reconciliations_once"),
    )
    op.create_index(
        "reconciliations_due",
        "reconciliations",
        ["ask_at"],
        postgresql_where=sa.text("state = 'waiting'"),
    )


def _lines() -> None:
    op.create_table(
        "reconciliation_lines",
        sa.Column("reconciliation_id", sa.Uuid(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        _moment("at"),
        sa.Column("mchid", sa.String(), nullable=False),
        sa.Column("is_foreign", sa.Boolean(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("wechat_number", sa.String(), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("fee_millifen", sa.BigInteger(), nullable=False),
        sa.Column("rate_ppm", sa.Integer(), nullable=False),
        sa.Column("moved_fen", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("subject IN ('payment', 'refund')", name="reconciliation_lines_subject"),
        sa.CheckConstraint("amount_fen >= 0", name="reconciliation_lines_amount"),
        sa.ForeignKeyConstraint(["reconciliation_id"], ["reconciliations.id"]),
        sa.PrimaryKeyConstraint("reconciliation_id", "run", "n"),
    )
    op.create_index("reconciliation_lines_number", "reconciliation_lines", ["number"])


def _differences() -> None:
    op.create_table(
        "reconciliation_differences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reconciliation_id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("wechat_number", sa.String(), nullable=False),
        sa.Column("theirs_fen", sa.BigInteger(), nullable=True),
        sa.Column("ours_fen", sa.BigInteger(), nullable=True),
        sa.Column("effect_fen", sa.BigInteger(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_day", sa.Date(), nullable=True),
        sa.Column("last_run", sa.Integer(), nullable=False),
        sa.Column("matched_by", sa.Uuid(), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        _moment("created_at"),
        _moment("closed_at", nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"kind IN {_KINDS}", name="reconciliation_differences_kind"),
        sa.CheckConstraint(
            "state IN ('explained', 'matched', 'open', 'settled', 'waiting')",
            name="reconciliation_differences_state",
        ),
        sa.CheckConstraint(
            "state <> 'waiting' OR due_day IS NOT NULL", name="reconciliation_differences_due"
        ),
        sa.CheckConstraint(
            "(state IN ('explained', 'settled')) = (closed_by IS NOT NULL)",
            name="reconciliation_differences_closed_by",
        ),
        sa.CheckConstraint(
            "(state = 'matched') = (matched_by IS NOT NULL)",
            name="reconciliation_differences_matched_by",
        ),
        sa.ForeignKeyConstraint(["reconciliation_id"], ["reconciliations.id"]),
        sa.ForeignKeyConstraint(["matched_by"], ["reconciliations.id"]),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"]),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"]),
        sa.ForeignKeyConstraint(["closed_by"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "reconciliation_id", "fingerprint", name="reconciliation_differences_once"
        ),
    )
    table = "reconciliation_differences"
    op.create_index(f"{table}_number", table, ["number"])
    op.create_index(
        f"{table}_matches",
        table,
        ["matched_by"],
        postgresql_where=sa.text("matched_by IS NOT NULL"),
    )
    op.create_index(
        f"{table}_unclosed", table, ["id"], postgresql_where=sa.text("state IN ('open', 'waiting')")
    )
