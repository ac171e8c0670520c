"""Keeping a packed bag back while goods of a lot that is called back are in it."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import SYSTEM, Actor, emit
from api.events.registry import EventKind
from api.identity.caller import Caller
from api.jobs.service.keeping import keep_stop_back
from api.orders import queries as orders
from api.orders.queries import Carried
from api.packing.events import PACKING_KEPT_BACK, PACKING_TAKEN_OUT
from api.packing.models import Packing
from api.packing.queries import bagging as queries
from api.packing.service.listing import packed_cycle


async def keep_back(session: AsyncSession, *, order_id: UUID, now: datetime) -> None:
    """Hand a packed bag over to nobody until what is called back is out of it.

    Nothing changes where it is kept back already, or its buyer has it.
    """
    carried = await orders.carried(session, order_id=order_id, lock=True)
    row = await queries.packing(session, order_id=order_id, lock=True)
    assert carried is not None
    assert row is not None, "what is called back was packed"
    if row.kept_back_at is not None or not _is_ours(carried):
        return
    await _set(session, carried, row, PACKING_KEPT_BACK, is_kept=True, actor=SYSTEM, now=now)


async def take_out(
    session: AsyncSession, *, cycle_id: UUID, order_id: UUID, caller: Caller
) -> Packing:
    """Note that what is called back is out of a bag: the rest of it may be handed over.

    Raises:
        AppError: not_found, role_missing, cycle_still_open, cycle_moved_on, bag_not_kept_back,
            order_moved_on.
    """
    cycle = await packed_cycle(session, cycle_id=cycle_id, caller=caller)
    carried = await orders.carried(session, order_id=order_id, lock=True)
    row = await queries.packing(session, order_id=order_id, lock=True)
    if carried is None or row is None or row.cycle_id != cycle.id:
        raise AppError("not_found")
    if row.kept_back_at is None:
        raise AppError("bag_not_kept_back")
    if not _is_ours(carried):
        raise AppError("order_moved_on")
    await _set(
        session, carried, row, PACKING_TAKEN_OUT, is_kept=False, actor=caller.actor, now=caller.now
    )
    after = await queries.packing(session, order_id=order_id)
    assert after is not None
    return after


def _is_ours(carried: Carried) -> bool:
    """Whether a bag is still in the hands of those who pack and bring it."""
    if carried.order.state != "active" or carried.order.collected_at is not None:
        return False
    return carried.stop is None or carried.stop.state == "pending"


async def _set(
    session: AsyncSession,
    carried: Carried,
    row: Packing,
    kind: EventKind,
    *,
    is_kept: bool,
    actor: Actor,
    now: datetime,
) -> None:
    version = await queries.keep_back(session, order_id=row.id, since=now if is_kept else None)
    await emit(
        session,
        kind,
        subject_id=row.id,
        subject_seq=version,
        actor=actor,
        now=now,
        community_id=carried.order.community_id,
    )
    job, stop = carried.job, carried.stop
    if job is not None and stop is not None and stop.state == "pending":
        await keep_stop_back(session, job, stop, is_kept=is_kept, actor=actor, now=now)
