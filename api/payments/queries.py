"""SQL of payments and refunds."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import move_row, run
from api.payments.models import Payment, Refund
from api.payments.states import PAYMENT, REFUND

PAYMENTS = Payment.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
REFUNDS = Refund.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]

# Every minute for twenty minutes, longer than an order waits for its money; then 2, 4 … minutes, at
# most an hour apart. What we closed is asked about until the gateway takes no money for it.
_PAYMENTS_TO_ASK_SQL = """
UPDATE payments SET asks = asks + 1,
    ask_at = $1 + make_interval(mins => least(60, (2 ^ greatest(least(asks, 26) - 20, 0))::int))
WHERE id IN (SELECT id FROM payments
             WHERE (state = 'created' OR state = 'closed' AND NOT is_shut) AND ask_at <= $1
             ORDER BY ask_at LIMIT $2 FOR UPDATE SKIP LOCKED)
RETURNING out_trade_no, state
"""
_SHUT_SQL = "UPDATE payments SET is_shut = true WHERE id = $1"
# Only money that WeChat holds is frozen there. Once told it is never planned again.
_PLAN_SQL = """
UPDATE payments SET ship_at = $2
WHERE is_counted AND gateway = 'wechat' AND ship_at IS NULL AND shipped IS NULL AND order_id IN ({})
"""
_PLAN_OF_JOB_SQL = _PLAN_SQL.format(
    "SELECT order_id FROM stops WHERE job_id = $1 AND state = 'delivered'"
)
_PLAN_OF_ORDER_SQL = _PLAN_SQL.format(
    "SELECT id FROM orders WHERE id = $1 AND (cost_fen > 0 OR collected_at IS NOT NULL)"
)
# Told again after 1, 2, 4 … minutes, at most an hour apart. Who left has no openid to tell it with.
_TO_SHIP_SQL = """
UPDATE payments AS p SET ship_asks = ship_asks + 1,
    ship_at = $1 + make_interval(mins => least(60, (2 ^ least(ship_asks, 6))::int))
FROM orders AS o, users AS u
WHERE o.id = p.order_id AND u.id = p.payer_id AND p.id IN (
    SELECT q.id FROM payments AS q
    JOIN users AS w ON w.id = q.payer_id AND w.openid IS NOT NULL
    WHERE q.ship_at <= $1 ORDER BY q.ship_at LIMIT $2 FOR UPDATE OF q SKIP LOCKED)
RETURNING p.id, p.transaction_id, u.openid, o.kind, o.collected_at IS NOT NULL
"""
_SHIPPED_SQL = "UPDATE payments SET ship_at = NULL, shipped = $2 WHERE id = $1"
_REFUNDS_TO_SEND_SQL = """
UPDATE refunds SET asks = asks + 1,
    ask_at = $1 + make_interval(mins => least(60, (2 ^ least(asks, 6))::int))
WHERE id IN (SELECT id FROM refunds WHERE state = 'requested' AND ask_at <= $1
             ORDER BY ask_at LIMIT $2 FOR UPDATE SKIP LOCKED)
RETURNING id
"""
# A change that is no move is counted like one, as it has an event.
_UNFIT_PAYMENT_SQL = """
UPDATE payments SET unfit = $2, version = version + 1
WHERE out_trade_no = $1 AND unfit IS DISTINCT FROM $2 RETURNING id, order_id, version
"""
_UNFIT_REFUND_SQL = """
UPDATE refunds SET unfit = $2, version = version + 1
WHERE id = $1 AND unfit IS DISTINCT FROM $2 RETURNING version
"""
_REFUNDED_SQL = """
SELECT payment_id, sum(amount_fen)::int FROM refunds
WHERE order_id = $1 AND reason <> $2 AND state <> 'failed' GROUP BY payment_id
"""
_COMMUNITY_SQL = "SELECT community_id FROM orders WHERE id = $1"
_REQUEST_SQL = """
INSERT INTO refunds (id, payment_id, order_id, amount_fen, reason, state, out_refund_no, asks,
                     ask_at, version, created_at)
VALUES ($1, $2, $3, $4, $5, 'requested', $6, 0, $7, 1, $7)
ON CONFLICT (payment_id, reason) DO NOTHING RETURNING id
"""


async def add(session: AsyncSession, *, payment: Payment) -> None:
    """Insert a payment."""
    session.add(payment)
    await session.flush()


async def payment(session: AsyncSession, *, payment_id: UUID) -> Payment | None:
    """One payment."""
    return await session.get(Payment, payment_id, populate_existing=True)


async def order_of_number(session: AsyncSession, *, out_trade_no: str) -> UUID | None:
    """The order that a payment number stands for."""
    statement = select(Payment.order_id).where(Payment.out_trade_no == out_trade_no)
    return (await session.exec(statement)).one_or_none()


async def by_number(session: AsyncSession, *, out_trade_no: str) -> Payment | None:
    """One payment by the number the gateway knows, locked until the transaction ends."""
    statement = select(Payment).where(Payment.out_trade_no == out_trade_no).with_for_update()
    return (await session.exec(statement)).one_or_none()


async def by_transaction(session: AsyncSession, *, transaction_id: str) -> UUID | None:
    """The payment that was paid under a number of WeChat's."""
    statement = select(Payment.id).where(Payment.transaction_id == transaction_id)
    return (await session.exec(statement)).one_or_none()


async def refund_by_number(
    session: AsyncSession, *, out_refund_no: str
) -> tuple[Refund, Payment] | None:
    """A refund with its payment, by the number the gateway knows."""
    statement = select(Refund, Payment).where(
        Refund.out_refund_no == out_refund_no, Payment.id == Refund.payment_id
    )
    found = (await session.exec(statement)).one_or_none()
    return None if found is None else (found[0], found[1])


async def of_order(session: AsyncSession, *, order_id: UUID) -> list[Payment]:
    """All payments of an order, locked until the transaction ends."""
    statement = select(Payment).where(Payment.order_id == order_id)
    statement = statement.order_by(col(Payment.id)).with_for_update()
    return list((await session.exec(statement)).all())


async def of_part(session: AsyncSession, *, of_id: UUID) -> list[Payment]:
    """All payments of a consent or a tip, locked until the transaction ends."""
    is_of = or_(col(Payment.consent_id) == of_id, col(Payment.tip_id) == of_id)
    return list((await session.exec(select(Payment).where(is_of).with_for_update())).all())


async def refunded(session: AsyncSession, *, order_id: UUID, but_for: str) -> dict[UUID, int]:
    """What was sent back of each payment of an order, but for one reason."""
    return {r[0]: r[1] for r in await run(session, _REFUNDED_SQL, order_id, but_for)}


async def refund(session: AsyncSession, *, refund_id: UUID) -> tuple[Refund, Payment] | None:
    """A refund with its payment."""
    statement = select(Refund, Payment).where(
        Refund.id == refund_id, Payment.id == Refund.payment_id
    )
    found = (await session.exec(statement)).one_or_none()
    return None if found is None else (found[0], found[1])


async def community_of(session: AsyncSession, *, order_id: UUID) -> UUID:
    """Where an order belongs, which is whose money at WeChat it moves."""
    return (await run(session, _COMMUNITY_SQL, order_id))[0][0]


async def request_refund(session: AsyncSession, *, row: Refund) -> bool:
    """Insert a refund; false: it was requested before for this reason."""
    arguments = (row.id, row.payment_id, row.order_id, row.amount_fen, row.reason)
    return bool(await run(session, _REQUEST_SQL, *arguments, row.out_refund_no, row.created_at))


async def move_payment(
    session: AsyncSession, *, payment_id: UUID, event: str, from_state: str, **values: Any
) -> Row[Any] | None:
    """Move a payment by an event of the machine."""
    return await move_row(
        session,
        PAYMENTS,  # pyright: ignore[reportUnknownArgumentType]
        PAYMENT,
        key=payment_id,
        event=event,
        from_state=from_state,
        **values,
    )


async def move_refund(
    session: AsyncSession, *, refund_id: UUID, event: str, **values: Any
) -> Row[Any] | None:
    """Move a requested refund by an event of the machine."""
    return await move_row(
        session,
        REFUNDS,  # pyright: ignore[reportUnknownArgumentType]
        REFUND,
        key=refund_id,
        event=event,
        from_state="requested",
        **values,
    )


async def payments_to_ask(
    session: AsyncSession, *, now: datetime, limit: int
) -> list[tuple[str, str]]:
    """Numbers and states of payments whose turn it is to be asked about."""
    return [(r[0], r[1]) for r in await run(session, _PAYMENTS_TO_ASK_SQL, now, limit)]


async def shut(session: AsyncSession, *, payment_id: UUID) -> None:
    """Note that the gateway takes no money for a closed payment any more."""
    await run(session, _SHUT_SQL, payment_id)


async def note_unfit_payment(
    session: AsyncSession, *, out_trade_no: str, why: str
) -> tuple[UUID, UUID, int] | None:
    """Note in what an answer did not fit: payment, order, version; ``None``: that is known."""
    rows = await run(session, _UNFIT_PAYMENT_SQL, out_trade_no, why)
    return (rows[0][0], rows[0][1], rows[0][2]) if rows else None


async def note_unfit_refund(session: AsyncSession, *, refund_id: UUID, why: str) -> int | None:
    """Note in what an answer did not fit: the refund's version; ``None``: that is known."""
    rows = await run(session, _UNFIT_REFUND_SQL, refund_id, why)
    return rows[0][0] if rows else None


async def refunds_to_send(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Refunds without an answer whose turn it is to be asked for again."""
    return [r[0] for r in await run(session, _REFUNDS_TO_SEND_SQL, now, limit)]


@dataclass(frozen=True, slots=True)
class Unshipped:
    """A payment of which WeChat is to be told that it was delivered for; ``at``: when."""

    payment_id: UUID
    transaction_id: str
    openid: str
    kind: str
    is_fetched: bool
    at: datetime


async def plan_shipping_of_job(session: AsyncSession, *, job_id: UUID, now: datetime) -> None:
    """Plan to tell of what was delivered of a job."""
    await run(session, _PLAN_OF_JOB_SQL, job_id, now)


async def plan_shipping_of_order(session: AsyncSession, *, order_id: UUID, now: datetime) -> None:
    """Plan to tell of an order that was cancelled at a cost, or fetched."""
    await run(session, _PLAN_OF_ORDER_SQL, order_id, now)


async def to_ship(session: AsyncSession, *, now: datetime, limit: int) -> list[Unshipped]:
    """Payments whose turn it is to be told of."""
    rows = await run(session, _TO_SHIP_SQL, now, limit)
    return [Unshipped(r[0], r[1], r[2], r[3], r[4], now) for r in rows]


async def note_shipped(session: AsyncSession, *, payment_id: UUID, outcome: str) -> None:
    """Note how WeChat took it."""
    await run(session, _SHIPPED_SQL, payment_id, outcome)
