"""SQL of standing orders."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, RowMapping, Table
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.cycles.models import CycleItem, StandingOrder
from api.cycles.states import STANDING
from api.kit.db import move_row, run

TABLE: Table = StandingOrder.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]

_START_SQL = """
INSERT INTO standing_orders (id, customer_id, merchant_id, community_id, state, wishes, way,
                             on_short, created_at, version)
VALUES ($1, $2, $3, $4, 'active', $5::jsonb, $6, $7, $8, 1) ON CONFLICT DO NOTHING RETURNING id
"""
_TOUCH_SQL = "UPDATE standing_orders SET version = version + 1 WHERE id = $1 RETURNING version"
# Standing orders and the open cycles of their merchant, for whoever lives in scope, not tried yet.
_OPEN = """
FROM standing_orders AS s
JOIN cycles AS c ON c.merchant_id = s.merchant_id AND c.state = 'open'
JOIN memberships AS m ON m.user_id = s.customer_id AND m.state = 'joined'
    AND m.place_path && c.scope
WHERE s.state = 'active' AND c.closes_at > $1 AND NOT EXISTS (
    SELECT 1 FROM standing_runs AS r WHERE r.standing_id = s.id AND r.cycle_id = c.id)
"""
_DUE_SQL = f"SELECT DISTINCT s.id {_OPEN} LIMIT $2"
_CYCLES_SQL = f"SELECT c.id {_OPEN} AND s.id = $2 ORDER BY c.id LIMIT 5"
_HOME_SQL = """
SELECT u.id AS user_id, u.phone_sealed, m.id AS membership_id, m.household_id, m.building_id,
       m.place_path, m.door_sealed, b.name AS building
FROM memberships AS m JOIN users AS u ON u.id = m.user_id JOIN places AS b ON b.id = m.building_id
WHERE m.user_id = $1 AND m.state = 'joined'
"""
_NOTE_SQL = """
INSERT INTO standing_runs (standing_id, cycle_id, order_id, code) VALUES ($1, $2, $3, $4)
"""
_LIVING_SQL = "SELECT id FROM standing_orders WHERE customer_id = $1 AND state <> 'ended'"


async def start(session: AsyncSession, *, row: StandingOrder, wishes: str) -> bool:
    """Insert a standing order; false: this person has one with this merchant."""
    return bool(
        await run(
            session, _START_SQL, row.id, row.customer_id, row.merchant_id, row.community_id, wishes,
            row.way, row.on_short, row.created_at,
        )
    )  # fmt: skip


async def standing(
    session: AsyncSession, *, standing_id: UUID, lock: bool = False
) -> StandingOrder | None:
    """One standing order, locked until the transaction ends if asked."""
    return await session.get(
        StandingOrder, standing_id, populate_existing=True, with_for_update=lock or None
    )


async def of_customer(
    session: AsyncSession, *, customer_id: UUID, before: UUID | None, limit: int
) -> list[StandingOrder]:
    """Somebody's standing orders, newest first."""
    statement = select(StandingOrder).where(StandingOrder.customer_id == customer_id)
    if before is not None:
        statement = statement.where(col(StandingOrder.id) < before)
    rows = await session.exec(statement.order_by(col(StandingOrder.id).desc()).limit(limit))
    return list(rows.all())


async def living(session: AsyncSession, *, customer_id: UUID) -> list[UUID]:
    """Somebody's standing orders that did not end."""
    return [r[0] for r in await run(session, _LIVING_SQL, customer_id)]


async def move(
    session: AsyncSession, *, standing_id: UUID, event: str, **values: Any
) -> Row[Any] | None:
    """Move a standing order by an event of its machine; ``None``: it moved on meanwhile."""
    return await move_row(
        session,
        TABLE,
        STANDING,
        key=standing_id,
        event=event,
        **values,
    )


async def touch(session: AsyncSession, *, standing_id: UUID) -> int:
    """Count the version up without a move, for an event that is none."""
    return (await run(session, _TOUCH_SQL, standing_id))[0][0]


async def due(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Standing orders whose merchant has an open cycle for them that was not tried yet."""
    return [r[0] for r in await run(session, _DUE_SQL, now, limit)]


async def cycles_for(session: AsyncSession, *, standing_id: UUID, now: datetime) -> list[UUID]:
    """The cycles that a standing order has to join now."""
    return [r[0] for r in await run(session, _CYCLES_SQL, now, standing_id)]


async def home(session: AsyncSession, *, user_id: UUID) -> RowMapping | None:
    """Where somebody lives, sealed as it is kept."""
    connection = await session.connection()
    return (await connection.exec_driver_sql(_HOME_SQL, (user_id,))).mappings().one_or_none()


async def items_of(
    session: AsyncSession, *, cycle_id: UUID, product_ids: Sequence[UUID]
) -> dict[UUID, UUID]:
    """The items of a cycle by product, where it offers them."""
    statement = select(CycleItem.product_id, CycleItem.id).where(
        CycleItem.cycle_id == cycle_id, col(CycleItem.product_id).in_(product_ids)
    )
    return dict((await session.exec(statement)).all())


async def note(
    session: AsyncSession,
    *,
    standing_id: UUID,
    cycle_id: UUID,
    order_id: UUID | None,
    code: str | None,
) -> None:
    """Note what became of a standing order in a cycle."""
    await run(session, _NOTE_SQL, standing_id, cycle_id, order_id, code)
