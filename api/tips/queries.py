"""SQL of tips. The order is locked before its tip."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import move_row, run
from api.tips.models import Tip
from api.tips.states import TIP

TABLE = Tip.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]

_ADD_SQL = """
INSERT INTO tips (id, order_id, payer_id, runner_id, amount_fen, state, until, created_at, version)
VALUES ($1, $2, $3, $4, $5, 'offered', $6, $7, 1)
ON CONFLICT (order_id) WHERE state <> 'lapsed' DO NOTHING RETURNING id
"""
_TO_LAPSE_SQL = """
SELECT id FROM tips WHERE state = 'offered' AND until <= $1
ORDER BY until LIMIT $2 FOR UPDATE SKIP LOCKED
"""


async def add(session: AsyncSession, *, tip: Tip) -> bool:
    """Insert a tip; false: the order has one already."""
    values = (tip.id, tip.order_id, tip.payer_id, tip.runner_id, tip.amount_fen)
    return bool(await run(session, _ADD_SQL, *values, tip.until, tip.created_at))


async def tip(session: AsyncSession, *, tip_id: UUID, lock: bool = False) -> Tip | None:
    """One tip, locked until the transaction ends if asked."""
    return await session.get(Tip, tip_id, populate_existing=True, with_for_update=lock or None)


async def last(session: AsyncSession, *, order_id: UUID) -> Tip | None:
    """The last tip of an order."""
    statement = select(Tip).where(Tip.order_id == order_id).order_by(col(Tip.id).desc()).limit(1)
    return (await session.exec(statement)).one_or_none()


async def to_lapse(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Tips that nobody paid in time, locked; others' are skipped."""
    return [r[0] for r in await run(session, _TO_LAPSE_SQL, now, limit)]


async def move(session: AsyncSession, *, tip_id: UUID, event: str) -> Row[Any] | None:
    """Move an offered tip by an event of the machine."""
    return await move_row(
        session,
        TABLE,  # pyright: ignore[reportUnknownArgumentType]
        TIP,
        key=tip_id,
        event=event,
        from_state="offered",
    )
