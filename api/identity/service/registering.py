"""Making accounts: at the first visit from WeChat, or for a phone number."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from api.events.log import SYSTEM, emit
from api.identity import queries
from api.identity.events import USER_REGISTERED
from api.identity.models import User
from api.kit.crypto import Vault
from api.kit.ids import new_id

PHONE_COLUMN = "users.phone"


async def find_or_register(
    session: AsyncSession, *, openid: str, nickname: str, now: datetime
) -> User:
    """The user of a WeChat identity, registered at the first visit; safe to call twice."""
    user = await queries.user_by_openid(session, openid=openid)
    if user is not None:
        return user
    user_id = new_id()
    if await queries.register(session, user_id=user_id, openid=openid, nickname=nickname, now=now):
        await emit(
            session,
            USER_REGISTERED,
            subject_id=user_id,
            subject_seq=1,
            actor=SYSTEM,
            now=now,
            # Never the openid itself, which is personal data.
            how="dev" if openid.startswith("dev:") else "wechat",
        )
    user = await queries.user_by_openid(session, openid=openid)
    assert user is not None
    return user


async def find_or_register_by_phone(
    session: AsyncSession, *, phone: str, vault: Vault, now: datetime
) -> User:
    """The user of a phone number, made if nobody has it yet (the first admin)."""
    phone_indexes = vault.indexes(phone, column=PHONE_COLUMN)
    await queries.lock_phone(session, phone_indexes=phone_indexes)
    user = await queries.user_by_phone(session, phone_indexes=phone_indexes)
    if user is not None:
        return user
    user = User(nickname="工作人员", created_at=now, phone_index=phone_indexes[0])
    user.phone_sealed = vault.seal(phone, column=PHONE_COLUMN, row=user.id)
    session.add(user)
    await session.flush()
    await emit(
        session,
        USER_REGISTERED,
        subject_id=user.id,
        subject_seq=1,
        actor=SYSTEM,
        now=now,
        how="phone",
    )
    return user
