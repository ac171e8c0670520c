"""How cycles and their orders leave."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.cycles.models import Cycle, CycleOrder, StockChange
from api.cycles.queries import cycles as queries
from api.cycles.schemas import (
    CycleDetail,
    CycleOut,
    ItemOut,
    JoinOut,
    LineOut,
    SlotOut,
    StockChangeOut,
)
from api.identity.queries import nicknames
from api.orders.goods import due_fen
from api.orders.models import Order


async def detail(session: AsyncSession, row: Cycle) -> CycleDetail:
    """A cycle with its items and slots."""
    items = await queries.items(session, cycle_ids=[row.id])
    slots = await queries.slots(session, cycle_ids=[row.id])
    return CycleDetail(
        **CycleOut.model_validate(row).model_dump(),
        items=[ItemOut.model_validate(i) for i in items],
        slots=[SlotOut.model_validate(s) for s in slots],
    )


async def stock_changes(session: AsyncSession, rows: Sequence[StockChange]) -> list[StockChangeOut]:
    """Changes of stock with the names of who made them, by one more query."""
    names = await nicknames(session, user_ids=[row.changed_by_id for row in rows])
    return [
        StockChangeOut(
            n=row.n,
            from_count=row.from_count,
            to_count=row.to_count,
            reason=row.reason,  # pyright: ignore[reportArgumentType]
            changed_by_id=row.changed_by_id,
            changed_by_name=names.get(row.changed_by_id),
            changed_at=row.changed_at,
        )
        for row in rows
    ]


async def shares(session: AsyncSession, rows: Sequence[tuple[Order, CycleOrder]]) -> list[JoinOut]:
    """Orders of cycles with their lines, by one more query."""
    lines: dict[UUID, list[LineOut]] = defaultdict(list)
    for line, item in await queries.lines(session, order_ids=[o.id for o, _ in rows]):
        lines[line.order_id].append(
            LineOut(item_id=item.id, name=item.name, count=line.count, paid_fen=line.paid_fen)
        )
    return [
        JoinOut(
            number=order.number,
            id=order.id,
            cycle_id=share.cycle_id,
            state=order.state,  # pyright: ignore[reportArgumentType]
            way=share.way,  # pyright: ignore[reportArgumentType]
            slot_id=share.slot_id,
            on_short=share.on_short,  # pyright: ignore[reportArgumentType]
            fee_fen=order.fee_fen,
            goods_fen=order.goods_fen,
            total_fen=due_fen(fee_fen=order.fee_fen, goods_fen=order.goods_fen),
            pay_by=order.pay_by,
            lines=lines[order.id],
        )
        for order, share in rows
    ]
