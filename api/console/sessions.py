"""Sessions of the console: a cookie of their own, shorter than the mini-program's.

A row of `sessions` like any other, so that roles and bans count with every request, and its owner
sees and ends it under `/v1/me/sessions`. Its token opens nothing but the console.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from api.console.page import ADMITTED, ROOT
from api.errors import AppError
from api.identity import queries
from api.identity.caller import Caller
from api.identity.edge import Parts, parts_of, read_caller
from api.identity.service import open_session
from api.kit.crypto import Vault, same, token_hash
from api.kit.db import run
from api.settings import Settings

COOKIE = "linli_console"
PLACE_COOKIE = "linli_console_place"
DEVICE = "工作台"
# Left alone, a console closes itself after two hours; after twelve whoever works signs in again.
IDLE = timedelta(hours=2)
LONGEST = timedelta(hours=12)
# How exact "last seen" is: one write in five minutes.
_SLIDE_EVERY = timedelta(minutes=5)
_AUDIENCE = "console|"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who holds a cookie, and what their forms must carry."""

    caller: Caller
    csrf: str


async def enter(
    session: AsyncSession, response: Response, *, user_id: UUID, parts: Parts, now: datetime
) -> None:
    """Open a session for somebody who may work here, and give its cookie.

    Raises:
        AppError: role_missing, they hold no role that has work here.
    """
    _, grants = await queries.user_with_grants(session, user_id=user_id)
    if not any(role in ADMITTED for role, _ in grants):
        raise AppError("role_missing")
    opened = await open_session(
        session, user_id=user_id, now=now, device=DEVICE, ttl=IDLE, audience=_AUDIENCE
    )
    set_cookie(response, COOKIE, opened.token, settings=parts.settings)


async def signed_in(request: Request, session: AsyncSession, *, is_polled: bool) -> SignedIn:
    """Who holds the cookie; counts the request, and pushes the end of the session ahead unless the
    browser asked by itself.

    Raises:
        AppError: not_signed_in, account_closed, rate_limited.
    """
    token = request.cookies.get(COOKIE, "")
    if not 20 <= len(token) <= 100 or not token.isascii():
        raise AppError("not_signed_in")
    rows = await run(session, queries.WHO_SQL, token_hash(_AUDIENCE + token))
    caller = read_caller(rows[0] if rows else None)
    parts = parts_of(request)
    parts.by_user.hit(str(caller.user_id))
    if not is_polled and caller.now - rows[0][4] > _SLIDE_EVERY:
        opened_at = await queries.opened_at(session, session_id=caller.session_id)
        await queries.slide_session(
            session,
            session_id=caller.session_id,
            now=caller.now,
            expires_at=min(caller.now + IDLE, opened_at + LONGEST),
        )
    return SignedIn(caller, form_token(token, vault=parts.vault))


async def leave(session: AsyncSession, response: Response, *, caller: Caller) -> None:
    """End the session and take its cookie back."""
    await queries.end_session(
        session, user_id=caller.user_id, session_id=caller.session_id, now=caller.now
    )
    response.delete_cookie(COOKIE, path=ROOT)


def form_token(token: str, *, vault: Vault) -> str:
    """What every form of a session carries: it follows from the cookie, which no page can read."""
    return vault.sign(token, purpose="console.form")


def check_form(request: Request, *, sent: str, expected: str) -> None:
    """Refuse what was not sent by a page of ours under this very session.

    Raises:
        AppError: form_forged.
    """
    check_origin(request)
    if not same(sent, expected):
        raise AppError("form_forged")


def check_origin(request: Request) -> None:
    """Refuse what the browser says another site made it send.

    Raises:
        AppError: form_forged.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise AppError("form_forged")


def set_cookie(response: Response, name: str, value: str, *, settings: Settings) -> None:
    """A cookie that ends with the browser, and that no script and no other site can use."""
    response.set_cookie(
        name,
        value,
        path=ROOT,
        httponly=True,
        samesite="lax",
        secure=settings.environment == "production",
    )
