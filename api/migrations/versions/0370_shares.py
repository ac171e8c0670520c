"""Merchants get their part by profit sharing: receivers, shares, what is given back."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0370"
down_revision = "0360"


def _moment(name: str, *, optional: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=optional)


def _number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _text(name: str, *, optional: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), nullable=optional)


def _of(name: str, table: str, *, optional: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Uuid(), sa.ForeignKey(f"{table}.id"), nullable=optional)


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "payments",
        sa.Column("is_frozen", sa.Boolean(), nullable=False, server_default=sa.text("false")),
    )
    op.create_index(
        "payments_frozen",
        "payments",
        ["paid_at"],
        postgresql_where=sa.text("is_frozen AND state = 'paid'"),
    )
    _receivers()
    _shares()
    _returns()


def _receivers() -> None:
    op.create_table(
        "receivers",
        sa.Column("id", sa.Uuid(), sa.ForeignKey("merchants.id"), primary_key=True),
        _of("community_id", "places"),
        _text("account"),
        _text("state"),
        _text("why", optional=True),
        _of("set_by_id", "users"),
        _moment("ask_at"),
        _number("asks"),
        _number("version"),
        _moment("created_at"),
        sa.CheckConstraint(
            "state IN ('added', 'asked', 'ended', 'refused')", name="receivers_state"
        ),
        sa.CheckConstraint("account ~ '^[0-9]{8,12}$'", name="receivers_account"),
        sa.CheckConstraint("(state = 'refused') = (why IS NOT NULL)", name="receivers_why"),
    )
    op.create_index(
        "receivers_to_ask", "receivers", ["ask_at"], postgresql_where=sa.text("state = 'asked'")
    )


def _shares() -> None:
    op.create_table(
        "shares",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column(
            "payment_id", sa.Uuid(), sa.ForeignKey("payments.id"), nullable=False, unique=True
        ),
        _of("order_id", "orders"),
        _of("community_id", "places"),
        _of("merchant_id", "merchants", optional=True),
        _text("account", optional=True),
        _number("amount_fen"),
        _text("state"),
        sa.Column("number", sa.String(), nullable=False, unique=True),
        sa.Column("release_number", sa.String(), nullable=False, unique=True),
        _text("why", optional=True),
        _number("asks"),
        _moment("ask_at"),
        _moment("done_at", optional=True),
        _number("version"),
        _moment("created_at"),
        sa.CheckConstraint(
            "state IN ('asked', 'failed', 'released', 'releasing', 'shared')", name="shares_state"
        ),
        sa.CheckConstraint(
            "amount_fen >= 0 AND (amount_fen > 0) = (account IS NOT NULL) AND (amount_fen > 0) = (merchant_id IS NOT NULL)",
            name="shares_whole",
        ),
        sa.CheckConstraint(
            "amount_fen > 0 OR state IN ('releasing', 'released')", name="shares_of_something"
        ),
        sa.CheckConstraint(
            "(state IN ('failed', 'released', 'shared')) = (done_at IS NOT NULL)",
            name="shares_done",
        ),
        sa.CheckConstraint("state <> 'failed' OR why IS NOT NULL", name="shares_why"),
        sa.CheckConstraint("number <> release_number", name="shares_two_numbers"),
    )
    op.create_index(
        "shares_to_ask",
        "shares",
        ["ask_at"],
        postgresql_where=sa.text("state IN ('asked', 'releasing')"),
    )
    op.create_index("shares_of_order", "shares", ["order_id"])


def _returns() -> None:
    op.create_table(
        "share_returns",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _of("share_id", "shares"),
        _number("amount_fen"),
        _text("reason"),
        _text("state"),
        sa.Column("number", sa.String(), nullable=False, unique=True),
        _text("why", optional=True),
        _number("asks"),
        _moment("ask_at"),
        _moment("done_at", optional=True),
        _number("version"),
        _moment("created_at"),
        sa.CheckConstraint("state IN ('asked', 'failed', 'returned')", name="share_returns_state"),
        sa.CheckConstraint("amount_fen > 0", name="share_returns_amount"),
        sa.CheckConstraint(
            "(state IN ('failed', 'returned')) = (done_at IS NOT NULL)", name="share_returns_done"
        ),
        sa.CheckConstraint("(state = 'failed') = (why IS NOT NULL)", name="share_returns_why"),
        sa.UniqueConstraint("share_id", "reason", name="share_returns_once"),
    )
    op.create_index(
        "share_returns_to_ask",
        "share_returns",
        ["ask_at"],
        postgresql_where=sa.text("state = 'asked'"),
    )
