"""What people change about their own account."""

from sqlmodel.ext.asyncio.session import AsyncSession

from api.events.log import emit
from api.identity import queries
from api.identity.caller import Caller
from api.identity.events import USER_CHANGED
from api.identity.models import User


async def rename(session: AsyncSession, *, caller: Caller, nickname: str) -> None:
    """Give the caller another nickname."""
    user = await session.get_one(User, caller.user_id)
    user.nickname = nickname
    session.add(user)
    await session.flush()
    await emit(
        session,
        USER_CHANGED,
        subject_id=user.id,
        subject_seq=await queries.bump_user(session, user_id=user.id),
        actor=caller.actor,
        now=caller.now,
        fields=["nickname"],
    )
