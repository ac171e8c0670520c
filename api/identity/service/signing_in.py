"""Signing in: what a code proves, and the session that follows."""

import re
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import SYSTEM
from api.identity import queries
from api.identity.service.granting import grant
from api.identity.service.registering import PHONE_COLUMN, find_or_register
from api.identity.service.sessions import Opened, open_session
from api.kit.crypto import Vault

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


async def sign_in_by_dev_code(
    session: AsyncSession, *, code: str, vault: Vault, now: datetime
) -> Opened:
    """Sign in with a development code: ``dev:<name>``, or ``dev:<phone>`` of somebody granted.

    The word before the number of a name (resident, staff, admin …) is the role it is given at
    every office there is.

    Raises:
        AppError: login_code_invalid.
    """
    match = _DEV_CODE.fullmatch(code)
    if match is None:
        raise AppError("login_code_invalid", "a development code looks like dev:resident1")
    name = match[1]
    if _PHONE.fullmatch(name):
        phone_index = vault.index(name, column=PHONE_COLUMN)
        user = await queries.user_by_phone(session, phone_index=phone_index)
        if user is None:
            raise AppError("login_code_invalid", "nobody has this number")
    else:
        user = await find_or_register(session, openid=f"dev:{name}", nickname=name, now=now)
        await _grant_by_name(session, user_id=user.id, name=name, now=now)
    if user.state != "active":
        raise AppError("account_closed")
    return await open_session(session, user_id=user.id, now=now)


async def _grant_by_name(session: AsyncSession, *, user_id: UUID, name: str, now: datetime) -> None:
    role = _DEV_ROLES.get(name.rstrip("0123456789"))
    if role is None:
        return
    places = [None] if role == "admin" else await queries.offices(session)
    for place_id in places:
        await grant(session, user_id=user_id, role=role, place_id=place_id, actor=SYSTEM, now=now)
