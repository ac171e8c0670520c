"""Sessions of the console: a cookie of their own, shorter than the mini-program's.

A row of `sessions` like any other, so that roles and bans count with every request, and its owner
sees and ends it under `/v1/me/sessions`.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from api.console.page import ROOT
from api.errors import AppError
from api.identity import queries
from api.identity.caller import Caller
from api.identity.edge import parts_of, read_caller
from api.identity.service import IDLE, LONGEST, console_hash
from api.kit.crypto import Vault, same
from api.kit.db import run
from api.settings import Settings

COOKIE = "linli_console"
# In front of the door: a secret that a phone has not confirmed yet.
DOOR_COOKIE = "linli_console_door"
PLACE_COOKIE = "linli_console_place"
# How exact "last seen" is: one write in five minutes.
_SLIDE_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who holds a cookie, and what their forms must carry."""

    caller: Caller
    csrf: str


def token_of(request: Request, *, cookie: str = COOKIE) -> str:
    """The secret in a cookie, which may open nothing yet.

    Raises:
        AppError: not_signed_in, there is none, or it cannot be one.
    """
    token = request.cookies.get(cookie, "")
    if not 20 <= len(token) <= 100 or not token.isascii():
        raise AppError("not_signed_in")
    return token


async def signed_in(
    request: Request, session: AsyncSession, *, is_polled: bool, cookie: str = COOKIE
) -> SignedIn:
    """Who holds the cookie; counts the request, and pushes the end of the session ahead unless the
    browser asked by itself.

    Raises:
        AppError: not_signed_in, account_closed, rate_limited.
    """
    token = token_of(request, cookie=cookie)
    rows = await run(session, queries.WHO_SQL, console_hash(token))
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
