"""How a person likes to be served."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import emit
from api.identity.caller import Caller
from api.people import queries
from api.people.events import PREFERENCES_CHANGED
from api.people.models import Preferences


@dataclass(frozen=True, slots=True)
class Chosen:
    """Preferences as chosen; quiet hours in minutes after midnight in China, or none."""

    quiet_min: tuple[int, int] | None
    language: str
    may_be_called: bool
    leave_at_door: bool
    asks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a person wants to be delivered to.

    ``carer_may_be_called``: the second phone, of whoever ordered for them.
    """

    may_be_called: bool = True
    leave_at_door: bool = False
    asks: tuple[str, ...] = ()
    carer_may_be_called: bool = True


async def wishes_of(session: AsyncSession, *, user_ids: Collection[UUID]) -> dict[UUID, Wishes]:
    """What each of these people wishes, the defaults where they never chose."""
    rows = await queries.preferences_of(session, user_ids=user_ids)
    chosen = {
        r.id: Wishes(r.may_be_called, r.leave_at_door, tuple(r.asks), r.may_be_called) for r in rows
    }
    return {user_id: chosen.get(user_id, Wishes()) for user_id in user_ids}


async def quiet_hours_of(
    session: AsyncSession, *, user_ids: Collection[UUID]
) -> dict[UUID, tuple[int, int]]:
    """Quiet hours of those of these people who chose some, in minutes after midnight in China."""
    rows = await queries.preferences_of(session, user_ids=user_ids)
    return {
        r.id: (r.quiet_from_min, r.quiet_to_min)
        for r in rows
        if r.quiet_from_min is not None and r.quiet_to_min is not None
    }


async def read(session: AsyncSession, *, caller: Caller) -> Preferences:
    """The caller's preferences; version 0 and every default where none were ever chosen."""
    row = await queries.preferences(session, user_id=caller.user_id)
    return row or Preferences(id=caller.user_id, version=0, changed_at=caller.now)


async def prefer(
    session: AsyncSession, *, chosen: Chosen, version: int, caller: Caller
) -> Preferences:
    """Write the caller's preferences over the version that was read.

    Raises:
        AppError: version_changed.
    """
    quiet_from, quiet_to = chosen.quiet_min or (None, None)
    row = Preferences(
        id=caller.user_id,
        quiet_from_min=quiet_from,
        quiet_to_min=quiet_to,
        language=chosen.language,
        may_be_called=chosen.may_be_called,
        leave_at_door=chosen.leave_at_door,
        asks=sorted(set(chosen.asks)),
        changed_at=caller.now,
    )
    written = await queries.prefer(session, row=row, version=version)
    if written is None:
        raise AppError("version_changed")
    await emit(
        session,
        PREFERENCES_CHANGED,
        subject_id=caller.user_id,
        subject_seq=written,
        actor=caller.actor,
        now=caller.now,
    )
    return await read(session, caller=caller)


async def pass_on(session: AsyncSession, *, to_id: UUID, caller: Caller) -> None:
    """Let an account that never chose anything prefer what the caller, who leaves it, did."""
    row = await queries.preferences(session, user_id=caller.user_id)
    if row is None or await queries.preferences(session, user_id=to_id) is not None:
        return
    is_quiet = row.quiet_from_min is not None and row.quiet_to_min is not None
    chosen = Chosen(
        quiet_min=(row.quiet_from_min, row.quiet_to_min) if is_quiet else None,  # pyright: ignore[reportArgumentType]
        language=row.language,
        may_be_called=row.may_be_called,
        leave_at_door=row.leave_at_door,
        asks=tuple(row.asks),
    )
    await prefer(session, chosen=chosen, version=0, caller=replace(caller, user_id=to_id))
