"""Beginning, changing and ending the emergency of a community."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import SYSTEM, Actor, emit
from api.identity.caller import MANAGERS, Caller
from api.places import queries
from api.places.events import EMERGENCY_BEGAN, EMERGENCY_CHANGED, EMERGENCY_ENDED
from api.places.models import Emergency
from api.places.rules import Community
from api.places.service import community_of_place

LASTS_MAX = timedelta(days=14)


async def begin(
    session: AsyncSession,
    *,
    place_id: UUID,
    kind: str,
    note: str,
    due_percent: int,
    ends_at: datetime,
    caller: Caller,
) -> Emergency:
    """Declare an emergency in the community of a place.

    Raises:
        AppError: not_found, role_missing, window_past, window_too_far, emergency_on.
    """
    community = await _managed(session, place_id=place_id, caller=caller)
    _check_end(ends_at, now=caller.now)
    if await queries.emergency_on(session, community_id=community.id) is not None:
        raise AppError("emergency_on")
    row = Emergency(
        community_id=community.id,
        kind=kind,
        note=note,
        due_percent=due_percent,
        began_at=caller.now,
        ends_at=ends_at,
    )
    try:
        await queries.add_emergency(session, row=row)
    except IntegrityError as error:
        raise AppError("emergency_on") from error
    await emit(
        session,
        EMERGENCY_BEGAN,
        subject_id=row.id,
        subject_seq=1,
        actor=caller.actor,
        now=caller.now,
        community_id=community.id,
        to_state="on",
        place_id=str(community.id),
        kind=kind,
        due_percent=due_percent,
        ends_at=ends_at.isoformat(),
    )
    return row


async def change(
    session: AsyncSession,
    *,
    place_id: UUID,
    note: str,
    due_percent: int,
    ends_at: datetime,
    caller: Caller,
) -> Emergency:
    """Let it last longer or shorter, or tell people something else.

    Raises:
        AppError: not_found, role_missing, window_past, window_too_far.
    """
    community = await _managed(session, place_id=place_id, caller=caller)
    _check_end(ends_at, now=caller.now)
    row = await queries.emergency_on(session, community_id=community.id, lock=True)
    if row is None:
        raise AppError("not_found", "no emergency is on")
    version = await queries.change_emergency(
        session, emergency_id=row.id, note=note, due_percent=due_percent, ends_at=ends_at
    )
    assert version is not None
    await emit(
        session,
        EMERGENCY_CHANGED,
        subject_id=row.id,
        subject_seq=version,
        actor=caller.actor,
        now=caller.now,
        community_id=community.id,
        place_id=str(community.id),
        due_percent=due_percent,
        ends_at=ends_at.isoformat(),
    )
    await session.refresh(row)
    return row


async def end(session: AsyncSession, *, place_id: UUID, caller: Caller) -> None:
    """End it now; where none is on there is nothing to do.

    Raises:
        AppError: not_found, role_missing.
    """
    community = await _managed(session, place_id=place_id, caller=caller)
    row = await queries.emergency_on(session, community_id=community.id)
    if row is not None:
        await end_emergency(session, emergency_id=row.id, actor=caller.actor, now=caller.now)


async def end_emergency(
    session: AsyncSession, *, emergency_id: UUID, now: datetime, actor: Actor = SYSTEM
) -> bool:
    """Note that it is over; false: it was noted before."""
    moved = await queries.end_emergency(session, emergency_id=emergency_id, now=now)
    if moved is None:
        return False
    await emit(
        session,
        EMERGENCY_ENDED,
        subject_id=emergency_id,
        subject_seq=moved.version,
        actor=actor,
        now=now,
        community_id=moved.community_id,
        from_state="on",
        to_state="over",
        place_id=str(moved.community_id),
    )
    return True


async def emergency_now(
    session: AsyncSession, *, place_id: UUID, now: datetime
) -> Emergency | None:
    """The emergency at a place, if one is on.

    Raises:
        AppError: not_found.
    """
    community = await community_of_place(session, place_id=place_id)
    row = await queries.emergency_on(session, community_id=community.id)
    return row if row is not None and now < row.ends_at else None


async def _managed(session: AsyncSession, *, place_id: UUID, caller: Caller) -> Community:
    community = await community_of_place(session, place_id=place_id)
    caller.require(MANAGERS, community.path)
    return community


def _check_end(ends_at: datetime, *, now: datetime) -> None:
    if ends_at <= now:
        raise AppError("window_past")
    if ends_at > now + LASTS_MAX:
        raise AppError("window_too_far", f"at most {LASTS_MAX.days} days ahead")
