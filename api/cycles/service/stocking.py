"""Raising and lowering stock while a cycle is open, never below what is taken."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.cycles.events import STOCK_CHANGED
from api.cycles.models import Cycle
from api.cycles.queries import stocking as queries
from api.cycles.rules import is_stock_enough
from api.cycles.service.seeing import managed_cycle
from api.errors import AppError
from api.events.log import emit
from api.identity.caller import Caller
from api.kit.ids import new_id


async def restock(
    session: AsyncSession,
    *,
    cycle_id: UUID,
    item_id: UUID,
    stock_count: int,
    reason: str,
    caller: Caller,
) -> Cycle:
    """Set how many portions of an item there are in all; the same again changes nothing.

    Raises:
        AppError: not_found, role_missing, cycle_moved_on, stock_taken.
    """
    cycle = await managed_cycle(session, cycle_id=cycle_id, caller=caller)
    if not await queries.hold_open(session, cycle_id=cycle_id, now=caller.now):
        raise AppError("cycle_moved_on")
    found = await queries.lock_stock(session, cycle_id=cycle_id, item_id=item_id)
    if found is None:
        raise AppError("not_found")
    before_count, left_count = found
    if not is_stock_enough(
        stock_count=before_count, left_count=left_count, wanted_count=stock_count
    ):
        raise AppError("stock_taken", f"{before_count - left_count} are taken")
    if stock_count == before_count:
        return cycle
    change_id = new_id()
    await queries.set_stock(
        session,
        change_id=change_id,
        item_id=item_id,
        from_count=before_count,
        to_count=stock_count,
        reason=reason,
        by_id=caller.user_id,
        now=caller.now,
    )
    await emit(
        session,
        STOCK_CHANGED,
        subject_id=change_id,
        subject_seq=1,
        actor=caller.actor,
        now=caller.now,
        community_id=cycle.community_id,
        cycle_id=str(cycle_id),
        item_id=str(item_id),
        from_count=before_count,
        to_count=stock_count,
    )
    return cycle
