"""Granting roles at places, and taking one back."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.events.log import Actor, emit
from api.identity import queries
from api.identity.events import USER_CHANGED, USER_GRANTED
from api.identity.models import Grant


async def grant(
    session: AsyncSession,
    *,
    user_id: UUID,
    role: str,
    place_id: UUID | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Grant a role at a place (none: the whole deployment); granting twice changes nothing."""
    row = Grant(
        user_id=user_id, role=role, place_id=place_id, granted_by=actor.user_id, created_at=now
    )
    if not await queries.add_grant(session, grant=row):
        return
    await emit(
        session,
        USER_GRANTED,
        subject_id=user_id,
        subject_seq=await queries.bump_user(session, user_id=user_id),
        actor=actor,
        now=now,
        role=role,
        place_id=None if place_id is None else str(place_id),
    )


async def revoke(
    session: AsyncSession,
    *,
    user_id: UUID,
    role: str,
    place_id: UUID,
    actor: Actor,
    now: datetime,
) -> None:
    """Take a role at a place back; what is not held is not missed."""
    if not await queries.revoke_grant(
        session, user_id=user_id, role=role, place_id=place_id, now=now
    ):
        return
    await emit(
        session,
        USER_CHANGED,
        subject_id=user_id,
        subject_seq=await queries.bump_user(session, user_id=user_id),
        actor=actor,
        now=now,
        fields=["grants"],
    )
