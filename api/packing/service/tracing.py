"""Of which lots an item is packed, so that a lot that is called back finds its buyers."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.cycles.queries import cycles
from api.errors import AppError, malformed
from api.events.log import emit
from api.identity.caller import Caller
from api.packing.events import CYCLE_LOTS_NOTED
from api.packing.queries import bagging
from api.packing.queries import tracing as queries
from api.packing.service.listing import packed_cycle


async def note_lots(
    session: AsyncSession,
    *,
    cycle_id: UUID,
    item_id: UUID,
    lot_ids: Sequence[UUID],
    caller: Caller,
) -> None:
    """Note the lots of which an item is packed from now on; bags packed before keep theirs.

    Raises:
        AppError: not_found, role_missing, cycle_still_open, cycle_moved_on, malformed_request,
            lot_recalled.
    """
    cycle = await packed_cycle(session, cycle_id=cycle_id, caller=caller)
    # Whoever packs this item waits, or is done.
    if not await bagging.lock_items(session, cycle_id=cycle.id, item_ids=[item_id]):
        raise AppError("not_found")
    known = await queries.lots_of_item(session, item_id=item_id, lot_ids=lot_ids)
    for n, lot_id in enumerate(lot_ids):
        if lot_id not in known:
            raise malformed(f"lot_ids.{n}", "no lot of this product")
        if known[lot_id] == "recalled":
            raise AppError("lot_recalled")
    await queries.note(
        session, item_id=item_id, lot_ids=lot_ids, by_id=caller.user_id, now=caller.now
    )
    await emit(
        session,
        CYCLE_LOTS_NOTED,
        subject_id=cycle.id,
        subject_seq=await cycles.touch(session, cycle_id=cycle.id),
        actor=caller.actor,
        now=caller.now,
        community_id=cycle.community_id,
        item_id=str(item_id),
        lot_ids=[str(lot_id) for lot_id in lot_ids],
    )


async def lots_to_pack(
    session: AsyncSession, *, item_ids: Sequence[UUID]
) -> dict[UUID, list[UUID]]:
    """The lots of which these items are packed; the items are locked.

    Raises:
        AppError: item_recalled.
    """
    names = await queries.recalled(session, item_ids=item_ids)
    if names:
        raise AppError("item_recalled", "、".join(names))
    return await queries.noted(session, item_ids=item_ids)
