"""The collection point: a bag waits for its slot, not for ever, and goes to who has its code."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.cycles.models import Cycle, CycleOrder
from api.cycles.queries import cycles
from api.earnings.rules import midnight
from api.errors import AppError, CountedRefusal
from api.events.log import SYSTEM, Actor, emit
from api.events.registry import EventKind
from api.identity.caller import STAFF, Caller
from api.jobs.rules import is_locked, try_code
from api.kit.ids import new_digits
from api.orders import queries as orders
from api.orders.models import Order
from api.orders.service.cancelling import cancel_after_job, cancel_with_cycle, visible_order
from api.orders.service.caring import asked_by
from api.packing.events import COLLECTION_COLLECTED, COLLECTION_LAPSED, COLLECTION_READY
from api.packing.models import Collection
from api.packing.queries import bagging
from api.packing.queries import collecting as queries
from api.packing.rules import CODE_DIGITS, COLLECT_GRACE, may_collect
from api.packing.service.listing import packed_cycle


@dataclass(frozen=True, slots=True)
class Seen:
    """How an order is fetched: where, when, its bag once it is packed, whether it is one's own."""

    order: Order
    place: str
    begins_at: datetime
    ends_at: datetime
    row: Collection | None
    is_own: bool
    is_kept_back: bool


async def make_ready(
    session: AsyncSession, cycle: Cycle, share: CycleOrder, *, actor: Actor, now: datetime
) -> None:
    """Give a packed bag that is fetched its code, for its slot or for the whole day."""
    begins_at, ends_at = await _slot(session, cycle, share)
    row = Collection(
        id=share.order_id,
        cycle_id=cycle.id,
        begins_at=begins_at,
        ends_at=ends_at,
        code=new_digits(CODE_DIGITS),
    )
    await queries.add(session, row=row)
    await _tell(session, COLLECTION_READY, cycle, row, None, "ready", 1, actor, now)


async def see(session: AsyncSession, *, order_id: UUID, caller: Caller) -> Seen:
    """How an order of the caller's own, or of their place, is fetched.

    Raises:
        AppError: not_found, not_collected.
    """
    carried = await visible_order(session, order_id=order_id, caller=caller)
    share = await cycles.share(session, order_id=order_id)
    if share is None:
        raise AppError("not_found")
    if share.way != "collection":
        raise AppError("not_collected")
    cycle = await cycles.cycle(session, cycle_id=share.cycle_id)
    assert cycle is not None
    begins_at, ends_at = await _slot(session, cycle, share)
    row = await queries.collection(session, order_id=order_id)
    packed = await bagging.packing(session, order_id=order_id)
    order = carried.order
    return Seen(
        order,
        order.dropoff_place,
        begins_at,
        ends_at,
        row,
        is_own=asked_by(order, caller),
        is_kept_back=packed is not None and packed.kept_back_at is not None,
    )


async def hand_over(
    session: AsyncSession, *, cycle_id: UUID, order_id: UUID, code: str | None, caller: Caller
) -> Collection:
    """Give a bag to whoever says its code; staff also to somebody without a phone whom they know.

    Raises:
        AppError: not_found, role_missing, cycle_still_open, cycle_moved_on, collection_moved_on,
            bag_kept_back, collect_too_early, collect_too_late, code_needed, code_wrong,
            code_locked.
    """
    cycle = await packed_cycle(session, cycle_id=cycle_id, caller=caller)
    carried = await orders.carried(session, order_id=order_id, lock=True)
    row = await queries.collection(session, order_id=order_id, lock=True)
    if carried is None or row is None or row.cycle_id != cycle.id:
        raise AppError("not_found")
    if cycle.state != "delivering":
        raise AppError("cycle_moved_on")
    if row.state != "ready":
        raise AppError("collection_moved_on")
    if await _is_kept_back(session, row):
        raise AppError("bag_kept_back")
    if not may_collect(begins_at=row.begins_at, ends_at=row.ends_at, now=caller.now):
        raise AppError("collect_too_early" if caller.now < row.begins_at else "collect_too_late")
    if code is None:
        _refuse_without_code(carried.order, caller=caller)
    else:
        await _try(session, row, code=code, now=caller.now)
    how = "known" if code is None else "code"
    moved = await queries.move(
        session, order_id=order_id, event="collect",
        collected_at=caller.now, handed_by_id=caller.user_id, how=how,
    )  # fmt: skip
    assert moved is not None, "the bag was locked"
    await orders.collect(session, order_id=order_id, now=caller.now)
    await _tell(
        session, COLLECTION_COLLECTED, cycle, row, "ready", "collected", moved.version,
        caller.actor, caller.now, how=how,
    )  # fmt: skip
    after = await queries.collection(session, order_id=order_id)
    assert after is not None
    return after


async def to_lapse(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Bags that nobody fetched as long as the goods kept."""
    return await queries.to_lapse(session, before=now - COLLECT_GRACE, limit=limit)


async def lapse(session: AsyncSession, *, order_id: UUID, now: datetime) -> bool:
    """Take a bag back that nobody fetched, the money by fault; false: it was fetched after all."""
    carried = await orders.carried(session, order_id=order_id, lock=True)
    row = await queries.collection(session, order_id=order_id, lock=True)
    if carried is None or row is None or row.state != "ready":
        return False
    cycle = await cycles.cycle(session, cycle_id=row.cycle_id)
    assert cycle is not None
    was_to_be_had = cycle.state == "delivering" and not await _is_kept_back(session, row)
    moved = await queries.move(session, order_id=order_id, event="lapse")
    assert moved is not None, "the bag was locked"
    await _tell(
        session, COLLECTION_LAPSED, cycle, row, "ready", "lapsed", moved.version, SYSTEM, now
    )
    if was_to_be_had:
        await cancel_after_job(
            session, order_id=order_id, job_outcome="returned", reason="nobody_there", now=now
        )
    else:
        # It never was there to be fetched, or nobody took out of it what was called back.
        await cancel_with_cycle(session, order_id=order_id, reason="not_brought", now=now)
    return True


async def _is_kept_back(session: AsyncSession, row: Collection) -> bool:
    packed = await bagging.packing(session, order_id=row.id)
    assert packed is not None, "collections_id_fkey"
    return packed.kept_back_at is not None


async def _slot(
    session: AsyncSession, cycle: Cycle, share: CycleOrder
) -> tuple[datetime, datetime]:
    if share.slot_id is not None:
        return await queries.slot(session, slot_id=share.slot_id)
    day = cycle.delivers_on
    return midnight(day), midnight(day + timedelta(days=1))


def _refuse_without_code(order: Order, *, caller: Caller) -> None:
    if not caller.holds(STAFF, order.place_path):
        raise AppError("role_missing")
    # Whom staff ordered for has no phone to read a code from; everybody else has.
    if order.customer_id == order.placed_by_id:
        raise AppError("code_needed")


async def _try(session: AsyncSession, row: Collection, *, code: str, now: datetime) -> None:
    if is_locked(row.locked_until, now=now):
        raise AppError("code_locked")
    tried = try_code(given=code, expected=row.code, wrong_codes=row.wrong_codes, now=now)
    if not tried.is_right:
        await queries.count_code(session, order_id=row.id, tried=tried)
        raise CountedRefusal(tried.refusal)


async def _tell(
    session: AsyncSession,
    kind: EventKind,
    cycle: Cycle,
    row: Collection,
    from_state: str | None,
    to_state: str,
    version: int,
    actor: Actor,
    now: datetime,
    **data: Any,
) -> None:
    await emit(
        session,
        kind,
        subject_id=row.id,
        subject_seq=version,
        actor=actor,
        now=now,
        community_id=cycle.community_id,
        from_state=from_state,
        to_state=to_state,
        **data,
    )
