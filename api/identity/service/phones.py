"""One's own phone number: vouched for by WeChat, sealed, and one account's only."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import emit
from api.identity import queries
from api.identity.caller import Caller
from api.identity.events import USER_CHANGED, USER_JOINED
from api.identity.models import User
from api.identity.service.granting import grant
from api.identity.service.registering import PHONE_COLUMN
from api.kit.crypto import Vault, mask_phone
from api.kit.db import Database
from api.wechat.gateway import CodeNotGood, GatewayUnavailable, MiniProgram, Throttled

# Changing a number takes over whatever is reached by it: only shortly after signing in.
_FRESH = timedelta(minutes=5)
_CHINA = "86"
_MAINLAND = re.compile(r"1[3-9][0-9]{9}")
_DEV_PHONE = re.compile(r"dev:(1[3-9][0-9]{9})")


@dataclass(frozen=True, slots=True)
class Bound:
    """The number that an account now has, masked; whether a prepared account was joined."""

    phone_masked: str
    joined: bool


async def bind_phone(
    database: Database,
    mini_program: MiniProgram,
    *,
    code: str,
    takes_dev_codes: bool,
    vault: Vault,
    caller: Caller,
) -> Bound:
    """Give the caller the number behind a phone code. WeChat is asked between two transactions.

    Raises:
        AppError: login_too_old, phone_code_invalid, phone_not_mainland, phone_taken,
            phone_unavailable, rate_limited.
    """
    # A code is good for once, and each is charged: what can be refused before is.
    async with database.transaction() as (session, now):
        await _check_fresh(session, caller=caller, now=now)
    dev_code = _DEV_PHONE.fullmatch(code) if takes_dev_codes else None
    phone = dev_code[1] if dev_code else await _ask_wechat(mini_program, code=code)
    async with database.transaction() as (session, now):
        joined = await _take_number(session, phone=phone, vault=vault, caller=caller, now=now)
    return Bound(mask_phone(phone), joined)


async def _ask_wechat(mini_program: MiniProgram, *, code: str) -> str:
    try:
        found = await mini_program.phone_number(code=code)
    except CodeNotGood as error:
        raise AppError("phone_code_invalid", "let the person tap the button again") from error
    except Throttled as error:
        raise AppError("rate_limited", retry_after_s=error.retry_after_s) from error
    except GatewayUnavailable as error:
        raise AppError("phone_unavailable", retry_after_s=3) from error
    if found.country_code != _CHINA or not _MAINLAND.fullmatch(found.number):
        raise AppError("phone_not_mainland")
    return found.number


async def _check_fresh(session: AsyncSession, *, caller: Caller, now: datetime) -> None:
    user = await session.get_one(User, caller.user_id)
    if user.phone_index is None:
        return
    if now - await queries.opened_at(session, session_id=caller.session_id) > _FRESH:
        raise AppError("login_too_old", "change the number within 5 minutes of signing in")


async def _take_number(
    session: AsyncSession, *, phone: str, vault: Vault, caller: Caller, now: datetime
) -> bool:
    """Give the number to the caller; whether an account prepared for it was joined."""
    phone_indexes = vault.indexes(phone, column=PHONE_COLUMN)
    await queries.lock_phone(session, phone_indexes=phone_indexes)
    holder = await queries.user_by_phone(session, phone_indexes=phone_indexes)
    if holder is not None and holder.id == caller.user_id:
        return False
    # Somebody signs in to it, or it was closed for a reason: it is not for the taking.
    if holder is not None and (holder.openid is not None or holder.state != "active"):
        raise AppError("phone_taken")
    if holder is not None:
        await _join(session, prepared=holder, caller=caller, now=now)
    sealed = vault.seal(phone, column=PHONE_COLUMN, row=caller.user_id)
    version = await queries.set_phone(
        session, user_id=caller.user_id, sealed=sealed, phone_index=phone_indexes[0]
    )
    await emit(
        session,
        USER_CHANGED,
        subject_id=caller.user_id,
        subject_seq=version,
        actor=caller.actor,
        now=now,
        fields=["phone"],
    )
    await queries.end_sessions(
        session, user_id=caller.user_id, now=now, session_id=caller.session_id, this_one=False
    )
    return holder is not None


async def _join(session: AsyncSession, *, prepared: User, caller: Caller, now: datetime) -> None:
    """Make an account that was prepared for a number part of its owner's own.

    Its roles pass over here; what features above keep for it passes over by `USER_JOINED`.
    """
    await queries.end_all_sessions(session, user_id=prepared.id, now=now)
    held = await queries.revoke_grants(session, user_id=prepared.id, now=now)
    version = await queries.close_user(session, user_id=prepared.id)
    await emit(
        session,
        USER_JOINED,
        subject_id=prepared.id,
        subject_seq=version,
        actor=caller.actor,
        now=now,
        into=str(caller.user_id),
    )
    for role, place_id in held:
        await grant(
            session,
            user_id=caller.user_id,
            role=role,
            place_id=place_id,
            actor=caller.actor,
            now=now,
        )
