"""SQL of receivers, shares and returns."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, Table
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import move_row, run
from api.kit.state import Machine
from api.orders.rules import DISPUTE_WINDOW
from api.shares.models import OPEN_SHARES, Receiver, Share, ShareReturn
from api.shares.rules import AT_LATEST, TOO_LATE
from api.shares.states import RECEIVER, RETURN, SHARE

# Whatever WeChat is asked about under a number of ours.
Model = type[Receiver] | type[Share] | type[ShareReturn]


def _table(model: type[SQLModel]) -> Table:
    return model.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]


_MACHINES: dict[Model, tuple[Table, Machine]] = {
    Receiver: (_table(Receiver), RECEIVER),
    Share: (_table(Share), SHARE),
    ShareReturn: (_table(ShareReturn), RETURN),
}
# Payments of orders that have their end. Nothing older than what anybody still waits for.
_TO_PLAN_SQL = """
SELECT p.id FROM payments AS p JOIN orders AS o ON o.id = p.order_id
WHERE p.is_frozen AND p.state = 'paid' AND p.paid_at > $1::timestamptz - interval '90 days'
  AND NOT EXISTS (SELECT 1 FROM shares AS s WHERE s.payment_id = p.id)
  -- What WeChat is not told of yet is not settled there, and would be refused.
  AND (p.ship_at IS NULL OR p.paid_at <= $3)
  AND (NOT p.is_counted OR o.state = 'cancelled' OR p.paid_at <= $4
       OR o.state = 'completed' AND (o.completed_at <= $2 OR p.paid_at <= $3))
ORDER BY p.paid_at LIMIT $5
"""
_FACTS_SQL = """
SELECT p.order_id, o.community_id, p.amount_fen, p.paid_at, p.is_counted, o.state,
    coalesce((SELECT sum(r.amount_fen) FROM refunds AS r
              WHERE r.payment_id = p.id AND r.state <> 'failed'), 0)::int,
    sold.merchant_id, coalesce(sold.fen, 0)::int, v.account
FROM payments AS p JOIN orders AS o ON o.id = p.order_id
LEFT JOIN LATERAL (
    SELECT a.owner_id AS merchant_id,
           sum(CASE t.rule WHEN 'goods_sold' THEN t.amount_fen ELSE -t.amount_fen END) AS fen
    FROM ledger_transfers AS t JOIN ledger_accounts AS a
      ON a.kind = 'merchant_payable' AND a.id IN (t.from_id, t.to_id)
    WHERE t.order_id = o.id AND t.rule IN ('goods_sold', 'goods_refunded')
    GROUP BY a.owner_id ORDER BY 2 DESC LIMIT 1) AS sold ON true
LEFT JOIN receivers AS v ON v.id = sold.merchant_id AND v.state = 'added'
WHERE p.id = $1 AND p.is_frozen AND p.state = 'paid'
  AND NOT EXISTS (SELECT 1 FROM shares AS s WHERE s.payment_id = p.id)
FOR UPDATE OF p
"""
_DUE_SQL: dict[Model, str] = {
    Receiver: "SELECT id FROM receivers WHERE state = 'asked' AND ask_at <= $1"
    " ORDER BY ask_at LIMIT $2",
    Share: f"SELECT id FROM shares WHERE state IN {OPEN_SHARES} AND ask_at <= $1"
    " ORDER BY ask_at LIMIT $2",
    ShareReturn: "SELECT id FROM share_returns WHERE state = 'asked' AND ask_at <= $1"
    " ORDER BY ask_at LIMIT $2",
}
# Only one asks WeChat at a time: whoever claims it puts its next turn off; asked after 30 seconds,
# then 1, 2, 4 … minutes, at most an hour apart.
_CLAIM = """
UPDATE {table} SET asks = asks + 1,
    ask_at = $2 + make_interval(secs => least(3600, 30 * 2 ^ least(asks, 7)))
WHERE id = $1 AND state IN {states} AND ask_at <= $2 RETURNING 1
"""
_CLAIM_SQL: dict[Model, str] = {
    Receiver: _CLAIM.format(table="receivers", states="('asked')"),
    Share: _CLAIM.format(table="shares", states=OPEN_SHARES),
    ShareReturn: _CLAIM.format(table="share_returns", states="('asked')"),
}
_TRANSACTION_SQL = "SELECT transaction_id FROM payments WHERE id = $1"
_OF_ORDER_SQL = """
SELECT id FROM shares WHERE order_id = $1 AND state IN ('asked', 'shared') FOR UPDATE
"""
_RETURNED_SQL = """
SELECT coalesce(sum(amount_fen), 0)::int FROM share_returns
WHERE share_id = $1 AND state <> 'failed' AND reason <> $2
"""
_ADD_RETURN_SQL = """
INSERT INTO share_returns (id, share_id, amount_fen, reason, state, number, asks, ask_at, version,
                           created_at)
VALUES ($1, $2, $3, $4, 'asked', $5, 0, $6, 1, $6)
ON CONFLICT (share_id, reason) DO NOTHING RETURNING id
"""


class Facts(NamedTuple):
    """What decides over a payment that WeChat keeps; amounts in fen.

    ``account``: where the merchant is paid, if WeChat knows it.
    """

    order_id: UUID
    community_id: UUID
    paid_fen: int
    paid_at: datetime
    is_counted: bool
    order_state: str
    refunded_fen: int
    merchant_id: UUID | None
    sold_fen: int
    account: str | None


async def to_plan(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Payments that WeChat keeps money of, and nobody has decided over."""
    moments = (now, now - DISPUTE_WINDOW, now - AT_LATEST, now - TOO_LATE)
    return [r[0] for r in await run(session, _TO_PLAN_SQL, *moments, limit)]


async def facts(session: AsyncSession, *, payment_id: UUID) -> Facts | None:
    """What decides over one of them, which is locked; ``None``: it is decided."""
    rows = await run(session, _FACTS_SQL, payment_id)
    return Facts(*rows[0]) if rows else None


async def add(session: AsyncSession, *, row: Receiver | Share) -> None:
    """Insert a receiver or a share."""
    session.add(row)
    await session.flush()


async def add_return(session: AsyncSession, *, row: ShareReturn) -> bool:
    """Insert a return; false: it was asked for before."""
    values = (row.id, row.share_id, row.amount_fen, row.reason, row.number, row.created_at)
    return bool(await run(session, _ADD_RETURN_SQL, *values))


async def receiver(
    session: AsyncSession, *, merchant_id: UUID, lock: bool = False
) -> Receiver | None:
    """The receiver of a merchant, locked until the transaction ends if asked."""
    return await session.get(
        Receiver, merchant_id, populate_existing=True, with_for_update=lock or None
    )


async def share(session: AsyncSession, *, share_id: UUID, lock: bool = False) -> Share | None:
    """One share, locked until the transaction ends if asked."""
    return await session.get(Share, share_id, populate_existing=True, with_for_update=lock or None)


async def share_return(
    session: AsyncSession, *, return_id: UUID, lock: bool = False
) -> ShareReturn | None:
    """One return, locked until the transaction ends if asked."""
    return await session.get(
        ShareReturn, return_id, populate_existing=True, with_for_update=lock or None
    )


async def of_order(session: AsyncSession, *, order_id: UUID) -> list[Share]:
    """Shares of an order that were given or are under way, locked until the transaction ends."""
    keys = [r[0] for r in await run(session, _OF_ORDER_SQL, order_id)]
    found = [await share(session, share_id=key) for key in keys]
    return [row for row in found if row is not None]


async def returned_fen(session: AsyncSession, *, share_id: UUID, but_for: str) -> int:
    """What of a share is given back or under way, but for one decision."""
    return (await run(session, _RETURNED_SQL, share_id, but_for))[0][0]


async def due(session: AsyncSession, model: Model, *, now: datetime, limit: int) -> list[UUID]:
    """Rows of a kind whose turn it is to be asked about."""
    return [r[0] for r in await run(session, _DUE_SQL[model], now, limit)]


async def claim(session: AsyncSession, model: Model, *, key: UUID, now: datetime) -> bool:
    """Take a row whose turn it is; false: it is not, or somebody else has it."""
    return bool(await run(session, _CLAIM_SQL[model], key, now))


async def transaction_of(session: AsyncSession, *, payment_id: UUID) -> str:
    """WeChat's number of a payment that was made."""
    return (await run(session, _TRANSACTION_SQL, payment_id))[0][0]


async def move(
    session: AsyncSession, row: Receiver | Share | ShareReturn, event: str, **values: Any
) -> Row[Any]:
    """Move a locked row by an event of its machine."""
    table, machine = _MACHINES[type(row)]
    moved = await move_row(
        session,
        table,
        machine,
        key=row.id,
        event=event,
        from_state=row.state,
        **values,
    )
    assert moved is not None, "the row is locked"
    return moved
