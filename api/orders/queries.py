"""SQL of quotes, orders and ratings."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.jobs.models import Job, Stop
from api.kit.db import move_row, run
from api.orders.models import Consent, Dispute, HeldAct, Order, Quote, Rating
from api.orders.rules import Split
from api.orders.states import ACT, CONSENT, ORDER

HELD_ACTS = HeldAct.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
TABLE = Order.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]

CONSENTS = Consent.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]

_USE_QUOTE_SQL = "UPDATE quotes SET order_id = $2 WHERE id = $1 AND order_id IS NULL RETURNING id"
_HELD_DUE_SQL = """
SELECT id FROM held_acts WHERE state = 'held' AND due_at <= $1
ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED
"""
_UNPAID_SQL = """
SELECT id FROM orders WHERE state = 'awaiting_payment' AND pay_by <= $1
ORDER BY pay_by LIMIT $2 FOR UPDATE SKIP LOCKED
"""
_TO_CONFIRM_SQL = """
SELECT o.id FROM orders AS o
LEFT JOIN stops AS s ON s.order_id = o.id
LEFT JOIN jobs AS j ON j.id = s.job_id
JOIN places AS c ON c.id = o.community_id
WHERE o.state = 'active'
  AND (o.collected_at IS NOT NULL OR (s.state = 'delivered' AND j.state = 'delivered'))
  AND coalesce(o.collected_at, s.closed_at)
      + make_interval(secs => (c.settings->>'auto_confirm_s')::float8) <= $1
LIMIT $2 FOR UPDATE OF o SKIP LOCKED
"""
_COLLECT_SQL = "UPDATE orders SET collected_at = $2 WHERE id = $1 AND state = 'active'"
# Of a job that brought something: where nothing was brought, the goods come back first.
_FAILED_STOPS_SQL = """
SELECT s.order_id, s.fail_reason FROM stops AS s JOIN jobs AS j ON j.id = s.job_id
WHERE s.job_id = $1 AND s.state = 'failed' AND j.state = 'delivered' ORDER BY s.order_id
"""
_RESOLVE_SQL = """
UPDATE disputes SET resolved_at = $2, resolved_by = $3, outcome = $4, resident_fen = $5,
    runner_fen = $6, platform_fen = $7, source = $8
WHERE id = $1 AND resolved_at IS NULL
"""
_ADD_REFUNDED_SQL = """
UPDATE orders SET refunded_fen = refunded_fen + $2, version = version + 1
WHERE id = $1 RETURNING version
"""
_RATE_SQL = """
INSERT INTO ratings (order_id, runner_id, stars, tags, created_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING RETURNING order_id
"""
_LOCK_JOB_SQL = """
SELECT id FROM jobs WHERE id = (SELECT job_id FROM stops WHERE order_id = $1) FOR UPDATE
"""
_ORDER_OF_JOB_SQL = "SELECT order_id FROM stops WHERE job_id = $1 LIMIT 2"
_ORDER_OF_STOP_SQL = "SELECT order_id FROM stops WHERE job_id = $1 AND n = $2"
_ASKED_STOPS_SQL = """
SELECT s.n FROM stops AS s JOIN orders AS o ON o.id = s.order_id
WHERE s.job_id = $1 AND (o.customer_id = $2 OR o.placed_by_id = $2) ORDER BY s.n
"""
_TOUCH_SQL = "UPDATE orders SET version = version + 1 WHERE id = $1 RETURNING version"
_RAISE_GOODS_SQL = """
UPDATE orders SET goods_fen = goods_fen + $2, version = version + 1
WHERE id = $1 AND state = 'active' RETURNING version, goods_fen
"""
_SETTLE_GOODS_SQL = """
UPDATE orders SET spent_fen = $2, refunded_fen = refunded_fen + $3, version = version + 1
WHERE id = $1 AND spent_fen IS NULL RETURNING version
"""
_LEAVE_DISPUTE_SQL = """
UPDATE disputes SET left_fen = left_fen - $2 WHERE order_id = $1 AND resolved_at IS NULL
"""
_TO_SETTLE_SQL = """
SELECT o.id FROM orders AS o JOIN stops AS s ON s.order_id = o.id
WHERE s.job_id = $1 AND s.state = 'delivered' AND s.spent_fen IS NOT NULL AND o.spent_fen IS NULL
ORDER BY o.id
"""
_TO_LAPSE_SQL = """
SELECT id FROM consents WHERE state IN ('asked', 'agreed') AND until <= $1
ORDER BY until LIMIT $2 FOR UPDATE SKIP LOCKED
"""
# Fee and goods; of what was cancelled only its cost, of goods only what the receipt says.
_SPENT_SQL = """
SELECT coalesce(sum(CASE state WHEN 'cancelled' THEN cost_fen
    ELSE fee_fen + coalesce(spent_fen, goods_fen) END), 0)::bigint
FROM orders WHERE beneficiary_id = $1 AND created_at >= $2 AND created_at < $3
"""


@dataclass(frozen=True, slots=True)
class Carried:
    """An order with the job and stop that carry it out, where there are any."""

    order: Order
    job: Job | None
    stop: Stop | None


async def add(session: AsyncSession, *, row: Quote | Order | Dispute | HeldAct | Consent) -> None:
    """Insert a quote, an order, a dispute, a held act or a consent."""
    session.add(row)
    await session.flush()


async def quote(session: AsyncSession, *, quote_id: UUID) -> Quote | None:
    """One quote, locked until the transaction ends."""
    statement = select(Quote).where(Quote.id == quote_id).with_for_update()
    return (await session.exec(statement)).one_or_none()


async def use_quote(session: AsyncSession, *, quote_id: UUID, order_id: UUID) -> bool:
    """Spend a quote on an order; false: it was spent already."""
    return bool(await run(session, _USE_QUOTE_SQL, quote_id, order_id))


async def carried(session: AsyncSession, *, order_id: UUID, lock: bool = False) -> Carried | None:
    """An order with its job and stop; order and job locked if asked, in the order of `jobs`."""
    statement = select(Order).where(Order.id == order_id)
    statement = statement.execution_options(populate_existing=True)
    if lock:
        statement = statement.with_for_update()
    order = (await session.exec(statement)).one_or_none()
    if order is None:
        return None
    if lock:
        # Else the job could change hands between this look at it and the move.
        await run(session, _LOCK_JOB_SQL, order_id)
    pair = select(Job, Stop).join(Stop, col(Stop.job_id) == col(Job.id))
    pair = pair.where(Stop.order_id == order_id).execution_options(populate_existing=True)
    found = (await session.exec(pair)).one_or_none()
    return Carried(order, None, None) if found is None else Carried(order, *found)


async def listed(
    session: AsyncSession,
    *,
    customer_id: UUID | None,
    community_id: UUID | None,
    state: str | None,
    kind: str | None,
    before: UUID | None,
    limit: int,
    merchant_id: UUID | None = None,
) -> list[Carried]:
    """Orders of or by a person, a community or a merchant, newest first, with jobs and stops."""
    statement = (
        select(Order, Job, Stop)
        .outerjoin(Stop, col(Stop.order_id) == col(Order.id))
        .outerjoin(Job, col(Job.id) == col(Stop.job_id))
    )
    if customer_id is not None:
        statement = statement.where(
            or_(col(Order.customer_id) == customer_id, col(Order.placed_by_id) == customer_id)
        )
    if community_id is not None:
        statement = statement.where(Order.community_id == community_id)
    if merchant_id is not None:
        statement = statement.where(Order.merchant_id == merchant_id)
    if state is not None:
        statement = statement.where(Order.state == state)
    if kind is not None:
        statement = statement.where(Order.kind == kind)
    if before is not None:
        statement = statement.where(col(Order.id) < before)
    rows = (await session.exec(statement.order_by(col(Order.id).desc()).limit(limit))).all()
    return [Carried(order, job, stop) for order, job, stop in rows]


async def order_of_job(session: AsyncSession, *, job_id: UUID) -> UUID | None:
    """The one order behind a job; ``None`` where there are none or several."""
    rows = await run(session, _ORDER_OF_JOB_SQL, job_id)
    return rows[0][0] if len(rows) == 1 else None


async def order_of_stop(session: AsyncSession, *, job_id: UUID, n: int) -> UUID | None:
    """The order that one stop of a job brings."""
    rows = await run(session, _ORDER_OF_STOP_SQL, job_id, n)
    return rows[0][0] if rows else None


async def asked_stops(session: AsyncSession, *, job_id: UUID, user_id: UUID) -> list[int]:
    """The stops of a job that bring what somebody ordered, for themselves or somebody else."""
    return [r[0] for r in await run(session, _ASKED_STOPS_SQL, job_id, user_id)]


async def move(
    session: AsyncSession, *, order_id: UUID, event: str, from_state: str, **values: Any
) -> Row[Any] | None:
    """Move an order by an event of the machine; ``None``: it moved on meanwhile."""
    return await move_row(
        session,
        TABLE,  # pyright: ignore[reportUnknownArgumentType]
        ORDER,
        key=order_id,
        event=event,
        from_state=from_state,
        **values,
    )


async def raise_goods(
    session: AsyncSession, *, order_id: UUID, extra_fen: int
) -> tuple[int, int] | None:
    """Add to what is paid in front: version and sum; ``None``: the order is not active."""
    rows = await run(session, _RAISE_GOODS_SQL, order_id, extra_fen)
    return (rows[0][0], rows[0][1]) if rows else None


async def settle_goods(
    session: AsyncSession, *, order_id: UUID, spent_fen: int, refund_fen: int
) -> int | None:
    """Store what was needed of the money in front, once, and what of it goes back.

    A dispute is about what is left then. ``None``: it is stored already.
    """
    rows = await run(session, _SETTLE_GOODS_SQL, order_id, spent_fen, refund_fen)
    if rows:
        await run(session, _LEAVE_DISPUTE_SQL, order_id, refund_fen)
    return rows[0][0] if rows else None


async def goods_to_settle(session: AsyncSession, *, job_id: UUID) -> list[UUID]:
    """The delivered orders of a job whose receipt was not settled yet."""
    return [r[0] for r in await run(session, _TO_SETTLE_SQL, job_id)]


async def consent(session: AsyncSession, *, consent_id: UUID, lock: bool = False) -> Consent | None:
    """One consent, locked until the transaction ends if asked."""
    return await session.get(
        Consent, consent_id, populate_existing=True, with_for_update=lock or None
    )


async def last_consent(
    session: AsyncSession, *, order_id: UUID, lock: bool = False
) -> Consent | None:
    """What was last asked of an order's customer, locked until the transaction ends if asked."""
    statement = select(Consent).where(Consent.order_id == order_id)
    statement = statement.order_by(col(Consent.id).desc()).limit(1)
    statement = statement.execution_options(populate_existing=True)
    if lock:
        statement = statement.with_for_update()
    return (await session.exec(statement)).one_or_none()


async def last_consent_of_job(
    session: AsyncSession, *, job_id: UUID, runner_id: UUID
) -> Consent | None:
    """What this runner of a job last asked its customer."""
    statement = (
        select(Consent)
        .join(Stop, col(Stop.order_id) == col(Consent.order_id))
        .join(Job, col(Job.id) == col(Stop.job_id))
        .where(Job.id == job_id, Job.runner_id == runner_id)
        .order_by(col(Consent.id).desc())
        .limit(1)
    )
    return (await session.exec(statement)).one_or_none()


async def move_consent(
    session: AsyncSession, *, consent_id: UUID, event: str, from_state: str
) -> Row[Any] | None:
    """Move a consent by an event of its machine; ``None``: it moved on meanwhile."""
    return await move_row(
        session,
        CONSENTS,  # pyright: ignore[reportUnknownArgumentType]
        CONSENT,
        key=consent_id,
        event=event,
        from_state=from_state,
    )


async def consents_to_lapse(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Consents whose time is over, locked; others' are skipped."""
    return [r[0] for r in await run(session, _TO_LAPSE_SQL, now, limit)]


async def touch(session: AsyncSession, *, order_id: UUID) -> int:
    """Count the version up without a move, for an event that is none."""
    return (await run(session, _TOUCH_SQL, order_id))[0][0]


async def collect(session: AsyncSession, *, order_id: UUID, now: datetime) -> None:
    """Note that a locked, active order was fetched."""
    await run(session, _COLLECT_SQL, order_id, now)


async def failed_stops(session: AsyncSession, *, job_id: UUID) -> list[tuple[UUID, str]]:
    """The orders of a delivered job that it could not bring, and why not."""
    return [(r[0], r[1]) for r in await run(session, _FAILED_STOPS_SQL, job_id)]


async def add_rating(session: AsyncSession, *, rating: Rating) -> bool:
    """Insert a rating; false: there is one already."""
    arguments = (rating.order_id, rating.runner_id, rating.stars, rating.tags, rating.created_at)
    return bool(await run(session, _RATE_SQL, *arguments))


async def open_dispute(session: AsyncSession, *, order_id: UUID) -> Dispute | None:
    """The dispute of an order that is not resolved yet."""
    statement = select(Dispute).where(
        Dispute.order_id == order_id, col(Dispute.resolved_at).is_(None)
    )
    return (await session.exec(statement)).one_or_none()


async def last_dispute(session: AsyncSession, *, order_id: UUID) -> Dispute | None:
    """The latest dispute of an order, resolved or not."""
    statement = select(Dispute).where(Dispute.order_id == order_id)
    statement = statement.order_by(col(Dispute.id).desc()).limit(1)
    return (await session.exec(statement)).one_or_none()


async def held_act(session: AsyncSession, *, act_id: UUID, lock: bool = False) -> HeldAct | None:
    """One held act, locked until the transaction ends if asked."""
    return await session.get(HeldAct, act_id, populate_existing=True, with_for_update=lock or None)


async def held_act_of(session: AsyncSession, *, order_id: UUID) -> HeldAct | None:
    """The act on an order that waits at the moment."""
    statement = select(HeldAct).where(HeldAct.order_id == order_id, HeldAct.state == "held")
    return (await session.exec(statement)).one_or_none()


async def held_due(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Acts whose time to be undone is over, locked; others' are skipped."""
    return [r[0] for r in await run(session, _HELD_DUE_SQL, now, limit)]


async def move_held_act(
    session: AsyncSession, *, act_id: UUID, event: str, **values: Any
) -> Row[Any] | None:
    """Move a held act by an event of its machine."""
    return await move_row(
        session,
        HELD_ACTS,  # pyright: ignore[reportUnknownArgumentType]
        ACT,
        key=act_id,
        event=event,
        from_state="held",
        **values,
    )


async def resolve_dispute(
    session: AsyncSession,
    *,
    dispute_id: UUID,
    outcome: str,
    split: Split,
    source: str,
    by: UUID,
    now: datetime,
) -> None:
    """Write how it was settled, once."""
    await run(
        session, _RESOLVE_SQL, dispute_id, now, by, outcome,
        split.resident_fen, split.runner_fen, split.platform_fen, source,
    )  # fmt: skip


async def add_refunded(session: AsyncSession, *, order_id: UUID, amount_fen: int) -> int:
    """Count what was decided to go back; the new version."""
    return (await run(session, _ADD_REFUNDED_SQL, order_id, amount_fen))[0][0]


async def rating(session: AsyncSession, *, order_id: UUID) -> Rating | None:
    """The rating of an order."""
    return await session.get(Rating, order_id)


async def unpaid(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Orders whose time for paying is over, locked; others' are skipped."""
    return [r[0] for r in await run(session, _UNPAID_SQL, now, limit)]


async def to_confirm(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Delivered orders that nobody confirmed in time, locked; others' are skipped."""
    return [r[0] for r in await run(session, _TO_CONFIRM_SQL, now, limit)]


async def spent_fen(
    session: AsyncSession, *, beneficiary_id: UUID, begins: datetime, ends: datetime
) -> int:
    """What a carer's orders for a dependant cost that were placed in a span of time, in fen."""
    return (await run(session, _SPENT_SQL, beneficiary_id, begins, ends))[0][0]
