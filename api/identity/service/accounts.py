"""What people change about their own account."""

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError, FieldError
from api.events.log import emit
from api.identity import queries
from api.identity.caller import STAFF, Caller
from api.identity.events import USER_CHANGED
from api.identity.models import User
from api.identity.rules import nickname_fault
from api.identity.service.registering import PHONE_COLUMN
from api.kit.crypto import Vault, mask_phone


async def rename(session: AsyncSession, *, caller: Caller, nickname: str) -> None:
    """Give the caller another nickname.

    Raises:
        AppError: nickname_refused.
    """
    is_staff = any(role in STAFF for role, _ in caller.grants)
    if (fault := nickname_fault(nickname, is_staff=is_staff)) is not None:
        raise AppError("nickname_refused", fields=(FieldError("nickname", fault),))
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


async def own_phone(session: AsyncSession, *, caller: Caller, vault: Vault) -> str | None:
    """The caller's verified phone, masked; ``None``: there is none."""
    user = await session.get_one(User, caller.user_id)
    if user.phone_sealed is None:
        return None
    return mask_phone(vault.open(bytes(user.phone_sealed), column=PHONE_COLUMN, row=user.id))
