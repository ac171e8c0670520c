"""The money of before there was a ledger, booked as it moved: every payment, refund and order."""

from collections import defaultdict
from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa
from alembic import op

revision = "0102"
down_revision = "0101"

_NAMESPACE = UUID("6f0c6a3e-5d0b-5c56-9f4f-8a2f5b0d7c11")
_ORDERS_SQL = """
SELECT o.id, o.community_id, o.state, o.fee_fen, o.spent_fen, o.refunded_fen, o.cost_fen,
       o.completed_at, o.cancel_reason, o.goods_fen, j.runner_id, s.spent_fen AS shown_fen,
       d.id AS dispute_id, d.resident_fen, d.runner_fen, d.platform_fen,
       coalesce(o.completed_at, o.cancelled_at, o.activated_at, o.created_at) AS at
FROM orders AS o
LEFT JOIN stops AS s ON s.order_id = o.id
LEFT JOIN jobs AS j ON j.id = s.job_id
LEFT JOIN disputes AS d ON d.order_id = o.id AND d.source = 'escrow'
WHERE o.activated_at IS NOT NULL OR EXISTS (SELECT 1 FROM payments AS p
    WHERE p.order_id = o.id AND p.state = 'paid')
ORDER BY o.id
"""
_PAYMENTS_SQL = """
SELECT id, order_id, amount_fen, is_counted, paid_at FROM payments WHERE state = 'paid'
"""
_REFUNDS_SQL = "SELECT id, order_id, amount_fen, state, created_at, done_at FROM refunds"
_OUTCOMES = {"succeeded": "posted", "failed": "voided"}
# From, to, by rule, as it was when the ledger began.
_WAYS = {
    "payment_captured": ("wechat_clearing", "escrow"),
    "late_payment_taken": ("wechat_clearing", "refunds_due"),
    "refund_sent": ("refunds_due", "wechat_clearing"),
    "goods_set_aside": ("escrow", "goods_advance"),
    "goods_repaid": ("goods_advance", "runner_payable"),
    "goods_topped_up": ("compensation", "goods_advance"),
    "difference_returned": ("escrow", "refunds_due"),
    "refund_decided": ("escrow", "refunds_due"),
    "refund_compensated": ("compensation", "refunds_due"),
    "fee_earned": ("escrow", "runner_payable"),
    "cancel_refunded": ("escrow", "refunds_due"),
    "cancel_cost_earned": ("escrow", "runner_payable"),
    "split_to_resident": ("escrow", "refunds_due"),
    "split_to_runner": ("escrow", "runner_payable"),
    "split_to_platform": ("escrow", "platform_fee"),
    "surplus_kept": ("escrow", "compensation"),
}
_OWNED_BY_ORDER = ("escrow", "goods_advance", "refunds_due")


class _Book:
    """Rows to insert, and the balances they lead to."""

    def __init__(self) -> None:
        self.accounts: dict[UUID, dict[str, Any]] = {}
        self.transfers: list[dict[str, Any]] = []
        self.outcomes: list[dict[str, Any]] = []
        self.entries: list[dict[str, Any]] = []

    def move(
        self, order: Any, rule: str, amount_fen: int, subject_id: UUID, act: str, at: Any,
        *, outcome: str = "posted",
    ) -> None:  # fmt: skip
        """Book one transfer; ``pending`` holds it, ``voided`` leaves nothing but its rows."""
        if amount_fen == 0:
            return
        key = uuid5(_NAMESPACE, f"transfer/{rule}/{subject_id}/{act}")
        ends = [self._account(kind, order, at) for kind in _WAYS[rule]]
        is_held = rule == "refund_sent"
        self.transfers.append(
            {"id": key, "rule": rule, "from_id": ends[0]["id"], "to_id": ends[1]["id"],
             "amount_fen": amount_fen, "is_held": is_held, "community_id": order.community_id,
             "order_id": order.id, "subject_id": subject_id, "created_at": at}
        )  # fmt: skip
        if is_held and outcome != "pending":
            self.outcomes.append({"transfer_id": key, "outcome": outcome, "at": at})
        if outcome == "pending":
            ends[0]["held_fen"] += amount_fen
        if outcome != "posted":
            return
        for account, change in zip(ends, (-amount_fen, amount_fen), strict=True):
            account["balance_fen"] += change
            account["entries"] += 1
            self.entries.append(
                {"account_id": account["id"], "seq": account["entries"], "transfer_id": key,
                 "amount_fen": change, "balance_fen": account["balance_fen"], "at": at}
            )  # fmt: skip

    def balance(self, kind: str, order: Any) -> int:
        """What lies in an account of an order."""
        key = uuid5(_NAMESPACE, f"account/{kind}/{order.id}")
        return self.accounts[key]["balance_fen"] if key in self.accounts else 0

    def _account(self, kind: str, order: Any, at: Any) -> dict[str, Any]:
        owner_id = order.id if kind in _OWNED_BY_ORDER else order.community_id
        if kind == "runner_payable":
            owner_id = order.runner_id
        key = uuid5(_NAMESPACE, f"account/{kind}/{owner_id}")
        made = {"id": key, "kind": kind, "owner_id": owner_id, "balance_fen": 0, "held_fen": 0,
                "entries": 0, "created_at": at}  # fmt: skip
        return self.accounts.setdefault(key, made)


def upgrade() -> None:
    """Apply."""
    connection, book = op.get_bind(), _Book()
    payments, refunds = defaultdict[UUID, list[Any]](list), defaultdict[UUID, list[Any]](list)
    for row in connection.execute(sa.text(_PAYMENTS_SQL)):
        payments[row.order_id].append(row)
    for row in connection.execute(sa.text(_REFUNDS_SQL)):
        refunds[row.order_id].append(row)
    for order in connection.execute(sa.text(_ORDERS_SQL)).all():
        for p in payments[order.id]:
            rule = "payment_captured" if p.is_counted else "late_payment_taken"
            book.move(order, rule, p.amount_fen, p.id, "", p.paid_at)
        _book_order(book, order)
        for r in refunds[order.id]:
            at = r.done_at or r.created_at
            outcome = _OUTCOMES.get(r.state, "pending")
            book.move(order, "refund_sent", r.amount_fen, r.id, "", at, outcome=outcome)
    for table, rows in (
        ("ledger_accounts", list(book.accounts.values())),
        ("ledger_transfers", book.transfers),
        ("ledger_outcomes", book.outcomes),
        ("ledger_entries", book.entries),
    ):
        if rows:
            columns: list[sa.ColumnClause[Any]] = [sa.column(c) for c in rows[0]]
            op.bulk_insert(sa.table(table, *columns), rows)


def _book_order(book: _Book, order: Any) -> None:
    """What was decided of an order's money, as its row tells; there was no share of the fee."""

    def move(rule: str, amount_fen: int, act: str) -> None:
        book.move(order, rule, amount_fen, order.id, act, order.at)

    spent_fen, back_fen = order.spent_fen or 0, order.refunded_fen
    if order.spent_fen is not None:
        difference_fen = min(order.goods_fen - spent_fen, back_fen)
        move("difference_returned", difference_fen, "goods")
        back_fen -= difference_fen
    if order.dispute_id is not None:
        parts_fen = order.resident_fen + order.runner_fen + order.platform_fen
        back_fen -= order.resident_fen
        held_fen = min(back_fen, book.balance("escrow", order) - parts_fen)
        move("refund_decided", held_fen, "opening")
        # Decided after completion, by a second dispute or by hand.
        move("refund_compensated", back_fen - held_fen, "opening")
        move("split_to_resident", order.resident_fen, "opening")
        repaid_fen = min(spent_fen, order.runner_fen)
        move("goods_set_aside", repaid_fen, "goods")
        move("goods_repaid", repaid_fen, "opening")
        move("split_to_runner", order.runner_fen - repaid_fen, "opening")
        move("split_to_platform", order.platform_fen, "opening")
    elif order.completed_at is not None:
        # Runners were promised the whole fee: what staff gave back, the platform has borne.
        move("goods_set_aside", spent_fen, "completed")
        move("goods_repaid", spent_fen, "completed")
        move("fee_earned", order.fee_fen, "completed")
        move("refund_compensated", back_fen, "opening")
    elif order.state == "cancelled":
        rule = "cancel_cost_earned" if order.runner_id else "surplus_kept"
        move("cancel_refunded", back_fen, "cancelled")
        move(rule, order.cost_fen, "cancelled")
    else:
        held_fen = min(back_fen, book.balance("escrow", order))
        move("refund_decided", held_fen, "opening")
        move("refund_compensated", back_fen - held_fen, "opening")
        if order.spent_fen is not None:
            move("goods_set_aside", min(spent_fen, book.balance("escrow", order)), "goods")
        return
    left_fen = book.balance("escrow", order)
    if left_fen > 0:
        move("surplus_kept", left_fen, "opening")
