"""How a dependant wants to be delivered to: written down by their carer, or by staff."""

from collections.abc import Collection
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.care import queries
from api.care.events import DEPENDANT_WISHES_CHANGED
from api.care.models import Dependant, DependantWishes
from api.errors import AppError
from api.events.log import emit
from api.identity.caller import STAFF, Caller
from api.people.service.preferring import Wishes


async def wishes_of_dependants(
    session: AsyncSession, *, dependant_ids: Collection[UUID]
) -> dict[UUID, Wishes]:
    """What each of these dependants wishes; their own choice first, the defaults where there is
    neither that nor what others wrote down.
    """
    if not dependant_ids:
        return {}
    rows = await queries.wishes_that_act(session, dependant_ids=list(dependant_ids))
    known = {r[0]: Wishes(r[1], r[2], tuple(r[3])) for r in rows}
    return {dependant_id: known.get(dependant_id, Wishes()) for dependant_id in dependant_ids}


async def seen_by_staff(session: AsyncSession, *, dependant_id: UUID, caller: Caller) -> Dependant:
    """A living link at a place where the caller is staff, locked.

    Raises:
        AppError: role_missing, not_found.
    """
    caller.require_anywhere(STAFF)
    row = await queries.dependant(session, dependant_id=dependant_id, lock=True)
    if row is None or row.state not in ("proposed", "active"):
        raise AppError("not_found")
    caller.require_there(STAFF, row.place_path)
    return row


async def read(session: AsyncSession, *, row: Dependant, caller: Caller) -> DependantWishes:
    """What was written down; version 0 and every default where nothing was."""
    return await queries.wishes(session, dependant_id=row.id) or DependantWishes(
        id=row.id, set_by_id=caller.user_id, version=0, changed_at=caller.now
    )


async def write(
    session: AsyncSession, *, row: Dependant, wishes: Wishes, version: int, caller: Caller
) -> DependantWishes:
    """Write a dependant's wishes down over the version that was read; the link is locked.

    Raises:
        AppError: version_changed.
    """
    new = DependantWishes(
        id=row.id,
        may_be_called=wishes.may_be_called,
        leave_at_door=wishes.leave_at_door,
        asks=sorted(set(wishes.asks)),
        set_by_id=caller.user_id,
        changed_at=caller.now,
    )
    written = await queries.wish(session, row=new, version=version)
    if written is None:
        raise AppError("version_changed")
    await emit(
        session,
        DEPENDANT_WISHES_CHANGED,
        subject_id=row.id,
        subject_seq=written,
        actor=caller.actor,
        now=caller.now,
        community_id=row.place_path[1],
    )
    return await read(session, row=row, caller=caller)
