"""SQL of cycles, their items and slots, and of the orders in them. A cycle is locked first."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Table
from sqlmodel import SQLModel, col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.cycles.models import Cycle, CycleItem, CycleLine, CycleOrder, CycleSlot
from api.cycles.states import CYCLE
from api.kit.db import move_row, run
from api.orders.models import Order

TABLE: Table = Cycle.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]

_TOUCH_SQL = "UPDATE cycles SET version = version + 1 WHERE id = $1 RETURNING version"
_CHANGE_SQL = """
UPDATE cycles SET title = $3, scope = $4, opens_at = $5, closes_at = $6, delivers_on = $7,
    has_delivery = $8, has_collection = $9::uuid IS NOT NULL, collection_place_id = $9,
    fee_fen = $10, orders_min = $11, version = version + 1
WHERE id = $1 AND version = $2 AND state = 'draft' RETURNING version
"""
_CLEAR_ITEMS_SQL = "DELETE FROM cycle_items WHERE cycle_id = $1"
_CLEAR_SLOTS_SQL = "DELETE FROM cycle_slots WHERE cycle_id = $1"
_CUT_OFF_SQL = """
UPDATE cycles SET closes_at = $2, version = version + 1
WHERE id = $1 AND state = 'open' AND closes_at > $2 RETURNING version
"""
# From the cut-off on nobody cancels for free.
_END_CANCELLING_SQL = """
UPDATE orders SET cancel_until = $2
WHERE id IN (SELECT order_id FROM cycle_orders WHERE cycle_id = $1) AND cancel_until > $2
"""
_DUE_TO_OPEN_SQL = """
SELECT c.id FROM cycles AS c
WHERE c.state = 'draft' AND c.opens_at <= $1 AND c.closes_at > $1
  AND EXISTS (SELECT 1 FROM cycle_items AS i WHERE i.cycle_id = c.id)
ORDER BY c.opens_at LIMIT $2 FOR UPDATE OF c SKIP LOCKED
"""
# Only when each of its orders is paid, or gone: then it is known whether it happens.
_DUE_TO_CLOSE_SQL = """
SELECT c.id FROM cycles AS c
WHERE c.state = 'open' AND c.closes_at <= $1 AND NOT EXISTS (
    SELECT 1 FROM cycle_orders AS j JOIN orders AS o ON o.id = j.order_id
    WHERE j.cycle_id = c.id AND o.state = 'awaiting_payment')
ORDER BY c.closes_at LIMIT $2 FOR UPDATE OF c SKIP LOCKED
"""
_STANDING_SQL = """
SELECT count(*) FILTER (WHERE o.state = 'awaiting_payment'),
       count(*) FILTER (WHERE o.state = 'active')
FROM cycle_orders AS j JOIN orders AS o ON o.id = j.order_id WHERE j.cycle_id = $1
"""
_TO_UNWIND_SQL = """
SELECT o.id FROM cycles AS c
JOIN cycle_orders AS j ON j.cycle_id = c.id JOIN orders AS o ON o.id = j.order_id
WHERE c.state = 'cancelled' AND NOT c.is_unwound AND o.state IN ('awaiting_payment', 'active')
  AND $1::timestamptz IS NOT NULL
LIMIT $2 FOR UPDATE OF o SKIP LOCKED
"""
_UNWOUND_SQL = """
UPDATE cycles AS c SET is_unwound = true
WHERE c.state = 'cancelled' AND NOT c.is_unwound AND NOT EXISTS (
    SELECT 1 FROM cycle_orders AS j JOIN orders AS o ON o.id = j.order_id
    WHERE j.cycle_id = c.id AND o.state IN ('awaiting_payment', 'active'))
"""
_WHY_OF_ORDER_SQL = """
SELECT c.cancelled_why FROM cycle_orders AS j JOIN cycles AS c ON c.id = j.cycle_id
WHERE j.order_id = $1
"""
_HOME_SQL = "SELECT place_path FROM memberships WHERE user_id = $1 AND state = 'joined'"

# Above one's own home, and above those of the dependants whom one may order for.
_NEAR_SQL = """
SELECT unnest(place_path) FROM memberships WHERE user_id = $1 AND state = 'joined'
UNION SELECT unnest(place_path) FROM dependants WHERE carer_id = $1 AND state = 'active'
"""


async def add(session: AsyncSession, *, rows: Sequence[SQLModel]) -> None:
    """Insert a cycle, items or slots."""
    session.add_all(rows)
    await session.flush()


async def cycle(session: AsyncSession, *, cycle_id: UUID, lock: bool = False) -> Cycle | None:
    """One cycle, locked until the transaction ends if asked."""
    return await session.get(Cycle, cycle_id, populate_existing=True, with_for_update=lock or None)


async def items(session: AsyncSession, *, cycle_ids: Sequence[UUID]) -> list[CycleItem]:
    """The items of some cycles in their order."""
    statement = select(CycleItem).where(col(CycleItem.cycle_id).in_(cycle_ids))
    statement = statement.order_by(col(CycleItem.cycle_id), col(CycleItem.n))
    return list((await session.exec(statement)).all())


async def slots(session: AsyncSession, *, cycle_ids: Sequence[UUID]) -> list[CycleSlot]:
    """The slots of some cycles, earliest first."""
    statement = select(CycleSlot).where(col(CycleSlot.cycle_id).in_(cycle_ids))
    statement = statement.order_by(col(CycleSlot.cycle_id), col(CycleSlot.begins_at))
    return list((await session.exec(statement)).all())


async def listed(
    session: AsyncSession,
    *,
    merchant_id: UUID | None,
    community_id: UUID | None,
    home: Sequence[UUID],
    state: str | None,
    before: UUID | None,
    limit: int,
) -> list[Cycle]:
    """Cycles of a merchant, of a community, or else those announced to a home; newest first."""
    statement = select(Cycle)
    if merchant_id is not None:
        statement = statement.where(Cycle.merchant_id == merchant_id)
    elif community_id is not None:
        statement = statement.where(Cycle.community_id == community_id)
    else:
        statement = statement.where(
            col(Cycle.scope).op("&&")(list(home)),
            or_(Cycle.state != "draft", col(Cycle.opens_at).is_not(None)),
        )
    if state is not None:
        statement = statement.where(Cycle.state == state)
    if before is not None:
        statement = statement.where(col(Cycle.id) < before)
    rows = await session.exec(statement.order_by(col(Cycle.id).desc()).limit(limit))
    return list(rows.all())


async def move(
    session: AsyncSession, *, cycle_id: UUID, event: str, from_state: str, **values: Any
) -> Row[Any] | None:
    """Move a cycle by an event of its machine; ``None``: it moved on meanwhile."""
    return await move_row(
        session,
        TABLE,
        CYCLE,
        key=cycle_id,
        event=event,
        from_state=from_state,
        **values,
    )


async def touch(session: AsyncSession, *, cycle_id: UUID) -> int:
    """Count the version up without a move, for an event that is none."""
    return (await run(session, _TOUCH_SQL, cycle_id))[0][0]


async def change(
    session: AsyncSession,
    *,
    cycle_id: UUID,
    version: int,
    title: str,
    scope: list[UUID],
    opens_at: datetime | None,
    closes_at: datetime,
    delivers_on: date,
    has_delivery: bool,
    collection_place_id: UUID | None,
    fee_fen: int,
    orders_min: int,
) -> int | None:
    """Write a draft over the version that was read; ``None``: it changed, or is none any more."""
    rows = await run(
        session, _CHANGE_SQL, cycle_id, version, title, scope, opens_at, closes_at, delivers_on,
        has_delivery, collection_place_id, fee_fen, orders_min,
    )  # fmt: skip
    return rows[0][0] if rows else None


async def clear_items(session: AsyncSession, *, cycle_id: UUID) -> None:
    """Take all items off the list of a draft."""
    await run(session, _CLEAR_ITEMS_SQL, cycle_id)


async def clear_slots(session: AsyncSession, *, cycle_id: UUID) -> None:
    """Take all slots of a draft away."""
    await run(session, _CLEAR_SLOTS_SQL, cycle_id)


async def cut_off(session: AsyncSession, *, cycle_id: UUID, now: datetime) -> int | None:
    """Let nobody join any more; the version, or ``None``: it was over already."""
    rows = await run(session, _CUT_OFF_SQL, cycle_id, now)
    if not rows:
        return None
    await run(session, _END_CANCELLING_SQL, cycle_id, now)
    return rows[0][0]


async def due_to_open(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Drafts with items whose time to open has come, locked; others' are skipped."""
    return [r[0] for r in await run(session, _DUE_TO_OPEN_SQL, now, limit)]


async def due_to_close(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Cycles after their cut-off without an order to be paid, locked; others' are skipped."""
    return [r[0] for r in await run(session, _DUE_TO_CLOSE_SQL, now, limit)]


async def standing(session: AsyncSession, *, cycle_id: UUID) -> tuple[int, int]:
    """How many orders of a cycle wait for payment, and how many are paid and not cancelled."""
    rows = await run(session, _STANDING_SQL, cycle_id)
    return rows[0][0], rows[0][1]


async def to_unwind(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Living orders of cancelled cycles, locked; others' are skipped."""
    return [r[0] for r in await run(session, _TO_UNWIND_SQL, now, limit)]


async def note_unwound(session: AsyncSession) -> None:
    """Note of cancelled cycles that no order of theirs is left."""
    await run(session, _UNWOUND_SQL)


async def cancelled_why(session: AsyncSession, *, order_id: UUID) -> str | None:
    """Why the cycle of an order does not happen."""
    rows = await run(session, _WHY_OF_ORDER_SQL, order_id)
    return rows[0][0] if rows else None


async def home_of(session: AsyncSession, *, user_id: UUID) -> list[UUID]:
    """The path of the building where somebody lives; nowhere: empty."""
    rows = await run(session, _HOME_SQL, user_id)
    return list(rows[0][0]) if rows else []


async def near_to(session: AsyncSession, *, user_id: UUID) -> set[UUID]:
    """The places where somebody lives, or a dependant of theirs."""
    return {r[0] for r in await run(session, _NEAR_SQL, user_id)}


async def share(session: AsyncSession, *, order_id: UUID) -> CycleOrder | None:
    """What makes an order one of a cycle."""
    return await session.get(CycleOrder, order_id, populate_existing=True)


async def lines(
    session: AsyncSession, *, order_ids: Sequence[UUID]
) -> list[tuple[CycleLine, CycleItem]]:
    """The lines of some orders with their items, in the order of the list."""
    statement = select(CycleLine, CycleItem).join(
        CycleItem, col(CycleItem.id) == col(CycleLine.item_id)
    )
    statement = statement.where(col(CycleLine.order_id).in_(order_ids))
    rows = await session.exec(statement.order_by(col(CycleLine.order_id), col(CycleItem.n)))
    return [(line, item) for line, item in rows.all()]


async def orders(
    session: AsyncSession, *, cycle_id: UUID, after: UUID | None, limit: int
) -> list[tuple[Order, CycleOrder]]:
    """The orders of a cycle, oldest first."""
    statement = select(Order, CycleOrder).join(
        CycleOrder, col(CycleOrder.order_id) == col(Order.id)
    )
    statement = statement.where(CycleOrder.cycle_id == cycle_id)
    if after is not None:
        statement = statement.where(col(Order.id) > after)
    rows = await session.exec(statement.order_by(col(Order.id)).limit(limit))
    return [(order, share) for order, share in rows.all()]
