"""Taking back what should not stand in the ledger: by one more entry, never by changing one."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import emit
from api.identity.caller import MANAGERS, Caller
from api.people.service.joining import same_household
from api.points.events import ENTRY_REVERSED
from api.points.models import PointsEntry
from api.points.queries import ledger
from api.points.service.appealing import place_path_of


async def reverse(
    session: AsyncSession, *, entry_id: UUID, reason: str, caller: Caller
) -> PointsEntry:
    """Say that the fact of an entry never counted; a reversal may itself be reversed, once each.

    Raises:
        AppError: role_missing, not_found, own_decision, already_reversed.
    """
    caller.require_anywhere(MANAGERS)
    entry = await ledger.entry(session, entry_id=entry_id)
    if entry is None:
        raise AppError("not_found")
    path = await place_path_of(session, runner_id=entry.runner_id)
    caller.require_there(MANAGERS, path)
    if await same_household(session, a=caller.user_id, b=entry.runner_id):
        raise AppError("own_decision")
    await ledger.lock_balance(session, runner_id=entry.runner_id)
    if await ledger.is_reversed(session, entry_id=entry.id):
        raise AppError("already_reversed")
    await emit(
        session,
        ENTRY_REVERSED,
        subject_id=entry.id,
        subject_seq=1,
        actor=caller.actor,
        now=caller.now,
        community_id=path[-1],
        runner_id=str(entry.runner_id),
        reason=reason,
    )
    return entry
