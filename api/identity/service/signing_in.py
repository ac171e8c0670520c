"""Signing in: what a code proves, and the session that follows."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.consents.purposes import PURPOSES
from api.consents.service import grant_consent
from api.errors import AppError
from api.events.log import SYSTEM
from api.identity import queries
from api.identity.models import User
from api.identity.service.granting import grant
from api.identity.service.registering import PHONE_COLUMN, find_or_register
from api.identity.service.sessions import Opened, open_session
from api.kit.crypto import Vault
from api.kit.db import Database
from api.wechat.gateway import (
    CodeNotGood,
    GatewayUnavailable,
    MiniProgram,
    PersonBlocked,
    Throttled,
)

NICKNAME = "微信用户"
_DEV_CODE = re.compile(r"dev:([a-z0-9][a-z0-9_-]{0,40})")
_PHONE = re.compile(r"1[3-9][0-9]{9}")
# What a development code such as ``dev:staff1`` may do, by the word before its number.
_DEV_ROLES = {
    "resident": "resident",
    "runner": "resident",
    "grid": "grid_worker",
    "staff": "community_staff",
    "office": "office_staff",
    "admin": "admin",
}


# Whether development codes open, also do beside WeChat's, or alone, as there is no WeChat.
DevCodes = Literal["none", "also", "only"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody at the door. ``old_token_hash``: of the token that they held until now."""

    code: str
    device: str
    old_token_hash: bytes | None
    dev_codes: DevCodes

    @property
    def is_for_development(self) -> bool:
        """Whether the code is one of development, or wants to be."""
        if self.dev_codes == "also":
            return self.code.startswith("dev:")
        return self.dev_codes == "only"


async def sign_in(
    database: Database, mini_program: MiniProgram, *, attempt: Attempt, vault: Vault
) -> Opened:
    """Sign in with a code of WeChat's, or of development where these are taken.

    WeChat is asked before the one transaction begins. The session held until now ends in it.

    Raises:
        AppError: login_code_invalid, login_blocked, login_unavailable, rate_limited,
            account_closed.
    """
    if attempt.is_for_development:
        async with database.transaction() as (session, now):
            user = await _by_dev_code(session, code=attempt.code, vault=vault, now=now)
            return await _let_in(session, user=user, attempt=attempt, code=None, now=now)
    openid = await _ask_wechat(mini_program, code=attempt.code)
    async with database.transaction() as (session, now):
        user = await find_or_register(session, openid=openid, nickname=NICKNAME, now=now)
        return await _let_in(session, user=user, attempt=attempt, code=attempt.code, now=now)


async def sign_in_by_dev_code(
    session: AsyncSession, *, code: str, vault: Vault, now: datetime
) -> Opened:
    """The same for a development code alone, inside a transaction that is open already.

    Raises:
        AppError: login_code_invalid, account_closed.
    """
    attempt = Attempt(code=code, device="", old_token_hash=None, dev_codes="only")
    user = await _by_dev_code(session, code=code, vault=vault, now=now)
    return await _let_in(session, user=user, attempt=attempt, code=None, now=now)


async def user_by_dev_code(
    session: AsyncSession, *, code: str, vault: Vault, now: datetime
) -> UUID:
    """Who a development code stands for, without opening a session of the API.

    Raises:
        AppError: login_code_invalid, account_closed.
    """
    user = await _by_dev_code(session, code=code, vault=vault, now=now)
    if user.state != "active":
        raise AppError("account_closed")
    return user.id


async def _ask_wechat(mini_program: MiniProgram, *, code: str) -> str:
    try:
        return (await mini_program.identify(code=code)).openid
    except CodeNotGood as error:
        raise AppError("login_code_invalid", "call wx.login for another code") from error
    except PersonBlocked as error:
        raise AppError("login_blocked") from error
    except Throttled as error:
        raise AppError("rate_limited", retry_after_s=error.retry_after_s) from error
    except GatewayUnavailable as error:
        raise AppError("login_unavailable", retry_after_s=3) from error


async def _let_in(
    session: AsyncSession, *, user: User, attempt: Attempt, code: str | None, now: datetime
) -> Opened:
    if user.state != "active":
        raise AppError("account_closed")
    opened = await open_session(session, user_id=user.id, now=now, device=attempt.device, code=code)
    if attempt.old_token_hash is not None:
        await queries.end_by_token(session, token_hash=attempt.old_token_hash, now=now)
    return opened


async def _by_dev_code(session: AsyncSession, *, code: str, vault: Vault, now: datetime) -> User:
    """The person of ``dev:<name>``, or of ``dev:<phone>`` where somebody has this number.

    The word before the number of a name (resident, staff, admin …) is the role it is given at
    every office there is. Who is made here has agreed to what needs no separate consent, as whoever
    was led through the mini-program has; they can take it back as everybody can.
    """
    match = _DEV_CODE.fullmatch(code)
    if match is None:
        raise AppError("login_code_invalid", "a development code looks like dev:resident1")
    name = match[1]
    if _PHONE.fullmatch(name):
        phone_indexes = vault.indexes(name, column=PHONE_COLUMN)
        user = await queries.user_by_phone(session, phone_indexes=phone_indexes)
        if user is None:
            raise AppError("login_code_invalid", "nobody has this number")
        return user
    user = await find_or_register(session, openid=f"dev:{name}", nickname=name, now=now)
    if user.created_at == now:  # Registered a moment ago, in this transaction.
        await _agree(session, user_id=user.id, now=now)
    await _grant_by_name(session, user_id=user.id, name=name, now=now)
    return user


async def _agree(session: AsyncSession, *, user_id: UUID, now: datetime) -> None:
    for asked in PURPOSES.values():
        if not asked.is_separate:
            await grant_consent(
                session,
                user_id=user_id,
                purpose=asked.purpose,
                text_version=asked.version,
                session_id=None,
                how="demo",
                now=now,
            )


async def _grant_by_name(session: AsyncSession, *, user_id: UUID, name: str, now: datetime) -> None:
    role = _DEV_ROLES.get(name.rstrip("0123456789"))
    if role is None:
        return
    places = [None] if role == "admin" else await queries.offices(session)
    for place_id in places:
        await grant(session, user_id=user_id, role=role, place_id=place_id, actor=SYSTEM, now=now)
