"""SQL of making good. An order is locked before its reports and its lines that are called back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Table
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.cycles.models import CycleItem
from api.jobs.models import Statement
from api.kit.db import move_row, run
from api.merchants.models import Lot
from api.orders.models import Order
from api.packing.queries.tracing import MAY_BE_INSIDE, MAY_BE_PACKED
from api.packing.rules import Line
from api.remedies.models import GoodsReport, RecalledLine
from api.remedies.rules import RECALLED_WITHIN, Packed
from api.remedies.states import RECALL, REPORT

REPORTS: Table = GoodsReport.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
RECALLS: Table = RecalledLine.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]

_PACKED_SQL = """
SELECT c.merchant_id, l.count, i.price_fen, i.per_500g_fen, d.packed_count, d.packed_g,
       d.instead_count, d.due_fen,
       ((SELECT coalesce(sum(r.refund_fen), 0) FROM goods_reports AS r
         WHERE r.order_id = d.order_id AND r.item_id = d.item_id)
        + (SELECT coalesce(sum(r.refund_fen), 0) FROM recalled_lines AS r
           WHERE r.order_id = d.order_id AND r.item_id = d.item_id))::int
FROM packed_lines AS d
JOIN cycle_lines AS l ON l.order_id = d.order_id AND l.item_id = d.item_id
JOIN cycle_items AS i ON i.id = d.item_id JOIN cycles AS c ON c.id = i.cycle_id
WHERE d.order_id = $1 AND d.item_id = $2
"""
_EARLIER_SQL = (
    "SELECT reported_at FROM goods_reports WHERE reported_by_id = $1 AND reported_at > $2"
)
_DUE_SQL = """
SELECT id FROM goods_reports WHERE state IN ('waiting', 'contested') AND decide_by <= $1
ORDER BY decide_by LIMIT $2
"""
# What offers goods of a lot that was called back lately, and not before the lot came.
_OFFERED = """lots AS t
JOIN cycle_items AS i ON i.product_id = t.product_id JOIN cycles AS c ON c.id = i.cycle_id"""
_CALLED_BACK = f"""t.state = 'recalled' AND c.delivers_on >= t.arrived_on
  AND t.recalled_at > $1::timestamptz - interval '{RECALLED_WITHIN.days} days'"""
# The lines of bags that may have such a lot inside, with how many pieces, and of what is not
# packed yet the lines that were to have it (0 pieces), as far as it was not told of.
_FOUND = f"""(
SELECT t.id AS lot_id, d.order_id, d.item_id, d.count FROM {_OFFERED}
JOIN LATERAL (
    SELECT p.order_id, p.item_id, p.packed_count AS count, p.lot_ids FROM packed_lines AS p
    WHERE p.item_id = i.id AND p.packed_count > 0
    UNION ALL
    SELECT p.order_id, p.item_id, p.instead_count, p.lot_ids FROM packed_lines AS p
    WHERE p.instead_item_id = i.id) AS d ON {MAY_BE_INSIDE}
WHERE {_CALLED_BACK} AND NOT EXISTS (
    SELECT 1 FROM recalled_lines AS r WHERE r.order_id = d.order_id AND r.item_id = d.item_id
      AND r.lot_id = t.id AND r.state = 'refunded')
UNION ALL
SELECT t.id, l.order_id, l.item_id, 0 FROM {_OFFERED}
JOIN cycle_lines AS l ON l.item_id = i.id AND {MAY_BE_PACKED}
WHERE {_CALLED_BACK} AND NOT EXISTS (
    SELECT 1 FROM packed_lines AS p WHERE p.order_id = l.order_id)
  AND NOT EXISTS (
    SELECT 1 FROM recalled_lines AS r WHERE r.order_id = l.order_id AND r.item_id = l.item_id
      AND r.lot_id = t.id)) AS f"""
_CONCERNED_SQL = f"""
SELECT DISTINCT o.id FROM {_FOUND}
JOIN orders AS o ON o.id = f.order_id AND o.state IN ('active', 'completed') LIMIT $2
"""
_FOUND_SQL = f"""
SELECT f.lot_id, f.item_id, f.count FROM {_FOUND} WHERE f.order_id = $2
ORDER BY f.lot_id, f.item_id
"""

_MERCHANT_SQL = """
SELECT p.merchant_id FROM lots AS l JOIN products AS p ON p.id = l.product_id WHERE l.id = $1
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A line with goods of a lot that is called back; ``count`` 0: it is not packed yet."""

    lot_id: UUID
    item_id: UUID
    count: int


async def add(session: AsyncSession, *, row: GoodsReport | RecalledLine) -> None:
    """Insert a report or a line that is called back."""
    session.add(row)
    await session.flush()


async def packed(
    session: AsyncSession, *, order_id: UUID, item_id: UUID
) -> tuple[UUID, Packed] | None:
    """The merchant of a packed line, and the line as it is now; ``None``: nothing was packed."""
    rows = await run(session, _PACKED_SQL, order_id, item_id)
    if not rows:
        return None
    merchant_id, count, price_fen, per_500g_fen, *rest = rows[0]
    return merchant_id, Packed(Line(count, price_fen, per_500g_fen), *rest)


async def earlier(session: AsyncSession, *, user_id: UUID, since: datetime) -> list[datetime]:
    """When somebody's reports since a moment were made."""
    return [r[0] for r in await run(session, _EARLIER_SQL, user_id, since)]


async def report(
    session: AsyncSession, *, report_id: UUID, lock: bool = False
) -> GoodsReport | None:
    """One report, locked until the transaction ends if asked."""
    return await session.get(
        GoodsReport, report_id, populate_existing=True, with_for_update=lock or None
    )


async def is_reported(session: AsyncSession, *, order_id: UUID, item_id: UUID) -> bool:
    """Whether a line was reported."""
    statement = select(GoodsReport.id).where(
        GoodsReport.order_id == order_id, GoodsReport.item_id == item_id
    )
    return (await session.exec(statement)).one_or_none() is not None


async def of_order(session: AsyncSession, *, order_id: UUID) -> list[GoodsReport]:
    """The reports of an order, oldest first: as many as it has lines at most."""
    statement = select(GoodsReport).where(GoodsReport.order_id == order_id)
    return list((await session.exec(statement.order_by(col(GoodsReport.id)).limit(100))).all())


async def listed(
    session: AsyncSession,
    *,
    merchant_id: UUID | None,
    community_id: UUID | None,
    reporter_id: UUID | None,
    state: str | None,
    before: UUID | None,
    limit: int,
) -> list[GoodsReport]:
    """Reports of a merchant, of a community or by somebody, newest first."""
    statement = select(GoodsReport)
    for column, value in (
        (GoodsReport.merchant_id, merchant_id),
        (GoodsReport.community_id, community_id),
        (GoodsReport.reported_by_id, reporter_id),
        (GoodsReport.state, state),
    ):
        if value is not None:
            statement = statement.where(col(column) == value)
    if before is not None:
        statement = statement.where(col(GoodsReport.id) < before)
    rows = await session.exec(statement.order_by(col(GoodsReport.id).desc()).limit(limit))
    return list(rows.all())


async def told_of(
    session: AsyncSession, *, reports: Sequence[GoodsReport]
) -> dict[UUID, tuple[str, int, Statement]]:
    """Of each report the name of its item, its order's number, and what was said."""
    statement = (
        select(GoodsReport.id, CycleItem.name, Order.number, Statement)
        .join(CycleItem, col(CycleItem.id) == col(GoodsReport.item_id))
        .join(Order, col(Order.id) == col(GoodsReport.order_id))
        .join(Statement, col(Statement.id) == col(GoodsReport.statement_id))
        .where(col(GoodsReport.id).in_([r.id for r in reports]))
    )
    return {r[0]: (r[1], r[2], r[3]) for r in (await session.exec(statement)).all()}


async def move(
    session: AsyncSession, *, report_id: UUID, event: str, from_state: str, **values: Any
) -> Row[Any] | None:
    """Move a report by an event of its machine."""
    return await move_row(
        session,
        REPORTS,
        REPORT,
        key=report_id,
        event=event,
        from_state=from_state,
        **values,
    )


async def due(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Reports that nobody decided in time."""
    return [r[0] for r in await run(session, _DUE_SQL, now, limit)]


async def concerned(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Orders that have, or were to have, goods that are called back, and were not told of it."""
    return [r[0] for r in await run(session, _CONCERNED_SQL, now, limit)]


async def found(session: AsyncSession, *, order_id: UUID, now: datetime) -> list[Found]:
    """What of an order is called back and was not told of."""
    return [Found(*r) for r in await run(session, _FOUND_SQL, now, order_id)]


async def recalled_line(
    session: AsyncSession, *, order_id: UUID, item_id: UUID, lot_id: UUID
) -> RecalledLine | None:
    """What was told of a line and a lot."""
    statement = select(RecalledLine).where(
        RecalledLine.order_id == order_id,
        RecalledLine.item_id == item_id,
        RecalledLine.lot_id == lot_id,
    )
    return (await session.exec(statement)).one_or_none()


async def refund_withheld(
    session: AsyncSession, *, line_id: UUID, refund_fen: int
) -> Row[Any] | None:
    """What was withheld was packed after all, and is refunded."""
    return await move_row(
        session,
        RECALLS,
        RECALL,
        key=line_id,
        event="refund",
        refund_fen=refund_fen,
    )


async def recalled_of_order(
    session: AsyncSession, *, order_id: UUID
) -> list[tuple[RecalledLine, CycleItem, Lot]]:
    """What of an order is called back, oldest first."""
    statement = (
        select(RecalledLine, CycleItem, Lot)
        .join(CycleItem, col(CycleItem.id) == col(RecalledLine.item_id))
        .join(Lot, col(Lot.id) == col(RecalledLine.lot_id))
        .where(RecalledLine.order_id == order_id)
        .order_by(col(RecalledLine.id))
        .limit(100)
    )
    return [(line, item, lot) for line, item, lot in (await session.exec(statement)).all()]


async def recalled_of_lot(
    session: AsyncSession, *, lot_id: UUID, after: UUID | None, limit: int
) -> list[tuple[RecalledLine, Order]]:
    """Whose orders have, or were to have, goods of a lot, oldest first."""
    statement = (
        select(RecalledLine, Order)
        .join(Order, col(Order.id) == col(RecalledLine.order_id))
        .where(RecalledLine.lot_id == lot_id)
    )
    if after is not None:
        statement = statement.where(col(RecalledLine.id) > after)
    rows = await session.exec(statement.order_by(col(RecalledLine.id)).limit(limit))
    return [(line, order) for line, order in rows.all()]


async def merchant_of_lot(session: AsyncSession, *, lot_id: UUID) -> UUID | None:
    """Whose lot it is."""
    rows = await run(session, _MERCHANT_SQL, lot_id)
    return rows[0][0] if rows else None
