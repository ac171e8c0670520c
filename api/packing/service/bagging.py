"""Claiming a bag, giving it back, noting what came, packing it and settling its money at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.cycles.models import Cycle, CycleItem, CycleLine, CycleOrder
from api.cycles.queries import cycles
from api.errors import AppError, malformed
from api.events.log import emit
from api.events.registry import EventKind
from api.identity.caller import MANAGERS, Caller
from api.orders import queries as orders
from api.orders.queries import Carried
from api.orders.service.booking import book_refund
from api.orders.service.cancelling import left_of
from api.orders.service.caring import asked_by
from api.orders.service.refunding import tell_refund
from api.packing.events import (
    CYCLE_ARRIVED,
    CYCLE_PACKING,
    PACKING_CLAIMED,
    PACKING_PACKED,
    PACKING_RELEASED,
)
from api.packing.models import PackedLine, Packing
from api.packing.queries import bagging as queries
from api.packing.rules import Line, Settled, settle_with_substitute, what_to_do
from api.packing.service.listing import packed_cycle
from api.packing.sharing import shared


@dataclass(frozen=True, slots=True)
class Put:
    """What a packer put into the bag for one line."""

    item_id: UUID
    packed_count: int
    packed_g: int | None = None
    instead_item_id: UUID | None = None
    instead_count: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """A move of a bag, and its number."""

    from_state: str | None
    to_state: str
    version: int


async def claim(
    session: AsyncSession, *, cycle_id: UUID, order_id: UUID, caller: Caller
) -> Packing:
    """Take a bag to pack; the first claim of a cycle begins its packing. Safe to call twice.

    Raises:
        AppError: not_found, role_missing, cycle_still_open, order_moved_on, packing_claimed,
            packing_moved_on, packing_own.
    """
    cycle = await packed_cycle(session, cycle_id=cycle_id, caller=caller)
    carried, _ = await _own_order(session, cycle, order_id=order_id)
    # What is packed decides what goes back, and nobody decides over their own money.
    if asked_by(carried.order, caller):
        raise AppError("packing_own")
    if await queries.claim(
        session, order_id=order_id, cycle_id=cycle.id, packer_id=caller.user_id, now=caller.now
    ):
        told = Told(None, "claimed", 1)
    else:
        row = await _row(session, order_id=order_id)
        if row.state == "claimed" and row.packer_id == caller.user_id:
            return row
        if row.state == "claimed":
            raise AppError("packing_claimed")
        if row.state != "waiting":
            raise AppError("packing_moved_on")
        moved = await queries.move(
            session, order_id=order_id, event="claim", from_state="waiting",
            packer_id=caller.user_id, claimed_at=caller.now,
        )  # fmt: skip
        assert moved is not None, "the bag was locked"
        told = Told("waiting", "claimed", moved.version)
    await _tell(session, PACKING_CLAIMED, cycle, told, order_id=order_id, caller=caller)
    await _begin(session, cycle, caller=caller)
    return await _row(session, order_id=order_id)


async def read(session: AsyncSession, *, cycle_id: UUID, order_id: UUID, caller: Caller) -> Packing:
    """A bag that somebody has claimed.

    Raises:
        AppError: not_found, role_missing, cycle_still_open.
    """
    cycle = await packed_cycle(session, cycle_id=cycle_id, caller=caller)
    row = await queries.packing(session, order_id=order_id)
    if row is None or row.cycle_id != cycle.id:
        raise AppError("not_found")
    return row


async def release(
    session: AsyncSession, *, cycle_id: UUID, order_id: UUID, caller: Caller
) -> Packing:
    """Give a claimed bag back, so that somebody else may pack it; staff do it for others.

    Raises:
        AppError: not_found, role_missing, cycle_still_open, packing_moved_on, packing_claimed.
    """
    cycle = await packed_cycle(session, cycle_id=cycle_id, caller=caller)
    row = await queries.packing(session, order_id=order_id, lock=True)
    if row is None or row.cycle_id != cycle.id:
        raise AppError("not_found")
    if row.state != "claimed":
        raise AppError("packing_moved_on")
    if row.packer_id != caller.user_id and not caller.holds(MANAGERS, cycle.place_path):
        raise AppError("packing_claimed")
    moved = await queries.move(
        session, order_id=order_id, event="release", from_state="claimed",
        packer_id=None, claimed_at=None,
    )  # fmt: skip
    assert moved is not None, "the bag was locked"
    told = Told("claimed", "waiting", moved.version)
    await _tell(session, PACKING_RELEASED, cycle, told, order_id=order_id, caller=caller)
    return await _row(session, order_id=order_id)


async def note_arrival(
    session: AsyncSession, *, cycle_id: UUID, item_id: UUID, there_count: int, caller: Caller
) -> None:
    """Note how many pieces of an item came; from now on bags get fair shares of it.

    Raises:
        AppError: not_found, role_missing, cycle_still_open, arrived_too_few.
    """
    cycle = await packed_cycle(session, cycle_id=cycle_id, caller=caller)
    if item_id not in await queries.lock_items(session, cycle_id=cycle.id, item_ids=[item_id]):
        raise AppError("not_found")
    used = (await queries.stocks(session, item_ids=[item_id]))[item_id].used_count
    if there_count < used:
        raise AppError("arrived_too_few", f"{used} are in bags already")
    await queries.arrive(
        session, item_id=item_id, there_count=there_count, by_id=caller.user_id, now=caller.now
    )
    await emit(
        session,
        CYCLE_ARRIVED,
        subject_id=cycle.id,
        subject_seq=await cycles.touch(session, cycle_id=cycle.id),
        actor=caller.actor,
        now=caller.now,
        community_id=cycle.community_id,
        item_id=str(item_id),
        there_count=there_count,
    )


async def pack(
    session: AsyncSession,
    *,
    cycle_id: UUID,
    order_id: UUID,
    puts: Sequence[Put],
    answer: Literal["substitute", "refund"] | None,
    caller: Caller,
) -> Packing:
    """Close a bag: what is in it decides what each line costs, and the rest goes back at once.

    ``answer``: what a buyer who wants to be called said.

    Raises:
        AppError: not_found, role_missing, cycle_still_open, order_moved_on, packing_moved_on,
            packing_claimed, malformed_request, over_share, buyer_to_call, substitute_unwanted,
            substitute_gone.
    """
    cycle = await packed_cycle(session, cycle_id=cycle_id, caller=caller)
    carried, share = await _own_order(session, cycle, order_id=order_id)
    row = await queries.packing(session, order_id=order_id, lock=True)
    if row is None or row.state != "claimed":
        raise AppError("packing_moved_on")
    if row.packer_id != caller.user_id:
        raise AppError("packing_claimed")
    lines = await cycles.lines(session, order_ids=[order_id])
    puts_by_item = _whole(lines, puts)
    await _refuse_over_share(session, cycle, order_id=order_id, puts=puts)
    rows = [
        await _packed(session, share, line, item, puts_by_item[item.id], answer=answer)
        for line, item in lines
    ]
    back_fen = min(sum(r.refund_fen for r in rows), left_of(carried.order))
    moved = await queries.move(
        session, order_id=order_id, event="pack", from_state="claimed",
        packed_at=caller.now, refund_fen=back_fen,
    )  # fmt: skip
    assert moved is not None, "the bag was locked"
    await queries.add_lines(session, rows=rows)
    told = Told("claimed", "packed", moved.version)
    await _tell(
        session, PACKING_PACKED, cycle, told, order_id=order_id, caller=caller, refund_fen=back_fen
    )
    if back_fen:
        await _send_back(session, carried, amount_fen=back_fen, caller=caller)
    return await _row(session, order_id=order_id)


async def _send_back(
    session: AsyncSession, carried: Carried, *, amount_fen: int, caller: Caller
) -> None:
    version = await tell_refund(
        session, carried, amount_fen=amount_fen, reason="packed_less", actor=caller.actor,
        now=caller.now,
    )  # fmt: skip
    await book_refund(
        session, carried.order, amount_fen=amount_fen, version=version, now=caller.now
    )


async def _own_order(
    session: AsyncSession, cycle: Cycle, *, order_id: UUID
) -> tuple[Carried, CycleOrder]:
    """A paid order of the cycle, locked."""
    share = await cycles.share(session, order_id=order_id)
    if share is None or share.cycle_id != cycle.id:
        raise AppError("not_found")
    carried = await orders.carried(session, order_id=order_id, lock=True)
    assert carried is not None
    if carried.order.state != "active":
        raise AppError("order_moved_on")
    return carried, share


def _whole(lines: Sequence[tuple[CycleLine, CycleItem]], puts: Sequence[Put]) -> dict[UUID, Put]:
    """What was put for each line: every line of the order once, no more pieces than ordered."""
    found = {put.item_id: put for put in puts}
    if found.keys() != {item.id for _, item in lines} or len(found) != len(puts):
        raise malformed("lines", "each line of the order once")
    for n, put in enumerate(puts):
        line, item = next(pair for pair in lines if pair[1].id == put.item_id)
        if put.packed_count + put.instead_count > line.count:
            raise malformed(f"lines.{n}.packed_count", f"at most {line.count}")
        if (put.packed_g is None) != (item.sold_by == "piece"):
            raise malformed(f"lines.{n}.packed_g", "where it is weighed, and only there")
        if (put.instead_count > 0) != (put.instead_item_id is not None):
            raise malformed(f"lines.{n}.instead_item_id", "with instead_count")
        if put.instead_item_id == put.item_id:
            raise malformed(f"lines.{n}.instead_item_id", "another item")
    return found


async def _refuse_over_share(
    session: AsyncSession, cycle: Cycle, *, order_id: UUID, puts: Sequence[Put]
) -> None:
    """Nobody gets more than their share of what is short, nor others' goods as a substitute."""
    instead: dict[UUID, int] = {}
    for put in puts:
        if put.instead_item_id is not None:
            now = instead.get(put.instead_item_id, 0)
            instead[put.instead_item_id] = now + put.instead_count
    asked = {put.item_id for put in puts} | instead.keys()
    if asked - await queries.lock_items(session, cycle_id=cycle.id, item_ids=sorted(asked)):
        raise malformed("lines", "an item of this cycle")
    stocks = await queries.stocks(session, item_ids=sorted(asked))
    short = {item_id for item_id, stock in stocks.items() if stock.there_count is not None}
    wanted = await queries.wanted(session, item_ids=sorted(short | instead.keys()))
    for put in puts:
        stock = stocks[put.item_id]
        if stock.there_count is not None:
            there = stock.there_count - stock.used_count
            mine = shared(wanted[put.item_id], there_count=max(0, there))[order_id]
            if put.packed_count > mine:
                raise AppError("over_share", f"{mine} of {put.item_id}")
    for item_id, count in instead.items():
        stock = stocks[item_id]
        came = stock.stock_count if stock.there_count is None else stock.there_count
        theirs = sum(share.wanted_count for share in wanted[item_id])
        if count > came - stock.used_count - theirs:
            raise AppError("substitute_gone")


async def _packed(
    session: AsyncSession,
    share: CycleOrder,
    line: CycleLine,
    item: CycleItem,
    put: Put,
    *,
    answer: Literal["substitute", "refund"] | None,
) -> PackedLine:
    """One line as it is in the bag, by the buyer's rule."""
    to_do = what_to_do(
        missing_count=line.count - put.packed_count,
        on_short=share.on_short,  # pyright: ignore[reportArgumentType]
        has_substitute=put.instead_count > 0,
        answer=answer if share.on_short == "call" else None,
    )
    if to_do == "call":
        raise AppError("buyer_to_call", item.name)
    if put.instead_count and to_do != "substitute":
        raise AppError("substitute_unwanted", item.name)
    settled = await _settled(session, line, item, put)
    return PackedLine(
        order_id=line.order_id,
        item_id=item.id,
        packed_count=put.packed_count,
        packed_g=put.packed_g,
        instead_item_id=put.instead_item_id,
        instead_count=put.instead_count,
        due_fen=settled.due_fen,
        refund_fen=settled.refund_fen,
    )


async def _settled(session: AsyncSession, line: CycleLine, item: CycleItem, put: Put) -> Settled:
    instead_fen = 0
    if put.instead_item_id is not None:
        other = await queries.item(session, item_id=put.instead_item_id)
        assert other is not None, "it was locked"
        instead_fen = other.price_fen
    return settle_with_substitute(
        Line(line.count, item.price_fen, item.per_500g_fen),
        packed_count=put.packed_count,
        packed_g=put.packed_g,
        instead_count=put.instead_count,
        instead_fen=instead_fen,
    )


async def _begin(session: AsyncSession, cycle: Cycle, *, caller: Caller) -> None:
    """The first claim moves the cycle on; all later ones find it moved."""
    moved = await cycles.move(session, cycle_id=cycle.id, event="pack", from_state="closed")
    if moved is None:
        return
    await emit(
        session,
        CYCLE_PACKING,
        subject_id=cycle.id,
        subject_seq=moved.version,
        actor=caller.actor,
        now=caller.now,
        community_id=cycle.community_id,
        from_state="closed",
        to_state="packing",
    )


async def _tell(
    session: AsyncSession,
    kind: EventKind,
    cycle: Cycle,
    told: Told,
    *,
    order_id: UUID,
    caller: Caller,
    **data: Any,
) -> None:
    await emit(
        session,
        kind,
        subject_id=order_id,
        subject_seq=told.version,
        actor=caller.actor,
        now=caller.now,
        community_id=cycle.community_id,
        from_state=told.from_state,
        to_state=told.to_state,
        **data,
    )


async def _row(session: AsyncSession, *, order_id: UUID) -> Packing:
    row = await queries.packing(session, order_id=order_id, lock=True)
    assert row is not None
    return row
