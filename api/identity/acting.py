"""The caller for whom the system acts when they are not there, with the rights they hold now."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.identity.caller import Caller
from api.identity.queries import user_with_grants

# No session stands behind what the system does for somebody.
NO_SESSION = UUID(int=0)


async def acting_for(session: AsyncSession, *, user_id: UUID, now: datetime) -> Caller:
    """A person as the caller of something that they asked for earlier.

    Raises:
        AppError: account_closed.
    """
    user, grants = await user_with_grants(session, user_id=user_id)
    if user is None or user.state != "active":
        raise AppError("account_closed")
    return Caller(user_id, NO_SESSION, user.nickname, grants, now)
