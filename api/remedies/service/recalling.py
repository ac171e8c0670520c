"""Lots that are called back: whoever has or was to have of them is told once, and refunded."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.events.log import SYSTEM, emit
from api.kit.ids import new_id
from api.orders import queries as orders
from api.orders.models import Order
from api.orders.service.cancelling import left_of
from api.packing.service.keeping import keep_back
from api.remedies import queries
from api.remedies.events import RECALL_REFUNDED, RECALL_WITHHELD
from api.remedies.models import RecalledLine
from api.remedies.queries import Found
from api.remedies.rules import pieces_fen
from api.remedies.service.refunding import send_back

_LIVING = ("active", "completed")


async def call_back(session: AsyncSession, *, order_id: UUID, now: datetime) -> bool:
    """Tell of what is called back of an order, and refund what is in its bag; safe to call twice.

    A bag that its buyer has not got yet is kept back until the goods are out of it. What is not
    packed yet does not get into the bag (`packing.service.tracing`), and goes back as
    whatever else is packed less. False: there is nothing, or nothing any more.
    """
    carried = await orders.carried(session, order_id=order_id, lock=True)
    if carried is None or carried.order.state not in _LIVING:
        return False
    lines = await queries.found(session, order_id=order_id, now=now)
    for line in lines:
        if line.count == 0:
            await _withhold(session, carried.order, line, now=now)
        else:
            await _refund(session, order_id, line, now=now)
    return bool(lines)


async def _withhold(session: AsyncSession, order: Order, line: Found, *, now: datetime) -> None:
    row = _row(order.id, line, state="withheld", refund_fen=0, now=now)
    await queries.add(session, row=row)
    await emit(
        session,
        RECALL_WITHHELD,
        subject_id=row.id,
        subject_seq=1,
        actor=SYSTEM,
        now=now,
        community_id=order.community_id,
        to_state="withheld",
        order_id=str(row.order_id),
        item_id=str(row.item_id),
        lot_id=str(row.lot_id),
    )


async def _refund(session: AsyncSession, order_id: UUID, line: Found, *, now: datetime) -> None:
    # Read anew for each line: what went back before counts.
    carried = await orders.carried(session, order_id=order_id, lock=True)
    there = await queries.packed(session, order_id=order_id, item_id=line.item_id)
    assert carried is not None
    assert there is not None, "it is in the bag"
    merchant_id, packed = there
    refund_fen = min(pieces_fen(packed, count=line.count), left_of(carried.order))
    before, version = None, 1
    row = await queries.recalled_line(
        session, order_id=order_id, item_id=line.item_id, lot_id=line.lot_id
    )
    if row is None:
        row = _row(order_id, line, state="refunded", refund_fen=refund_fen, now=now)
        await queries.add(session, row=row)
    else:
        moved = await queries.refund_withheld(session, line_id=row.id, refund_fen=refund_fen)
        assert moved is not None, "the order is locked"
        before, version = "withheld", moved.version
    await emit(
        session,
        RECALL_REFUNDED,
        subject_id=row.id,
        subject_seq=version,
        actor=SYSTEM,
        now=now,
        community_id=carried.order.community_id,
        from_state=before,
        to_state="refunded",
        order_id=str(order_id),
        item_id=str(line.item_id),
        lot_id=str(line.lot_id),
        refund_fen=refund_fen,
    )
    await send_back(
        session, carried, merchant_id=merchant_id, amount_fen=refund_fen, reason="lot_recalled",
        actor=SYSTEM, now=now,
    )  # fmt: skip
    await keep_back(session, order_id=order_id, now=now)


def _row(
    order_id: UUID, line: Found, *, state: str, refund_fen: int, now: datetime
) -> RecalledLine:
    return RecalledLine(
        id=new_id(),
        lot_id=line.lot_id,
        order_id=order_id,
        item_id=line.item_id,
        state=state,
        refund_fen=refund_fen,
        found_at=now,
    )
