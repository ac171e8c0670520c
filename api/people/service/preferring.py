"""How a person likes to be served."""

from dataclasses import dataclass

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
    is_large_text: bool
    may_be_called: bool
    leave_at_door: bool


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
        is_large_text=chosen.is_large_text,
        may_be_called=chosen.may_be_called,
        leave_at_door=chosen.leave_at_door,
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
