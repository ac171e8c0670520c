"""Signing in and out, and choosing the place one works at.

The page in front shows a QR code that somebody of the staff reads with the mini-program; the
browser asks every two seconds whether that has happened. In development a code can be typed.
"""

from collections.abc import Awaitable, Callable
from io import BytesIO

import segno
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.console.edge import SIGN_IN, Answer, answered, id_of
from api.console.forms import read_form
from api.console.page import ROOT, Here, Page
from api.console.rendering import render
from api.console.sessions import (
    COOKIE,
    DOOR_COOKIE,
    PLACE_COOKIE,
    check_origin,
    leave,
    set_cookie,
    signed_in,
    token_of,
)
from api.errors import AppError
from api.identity import queries
from api.identity.edge import check_address, parts_of
from api.identity.service import code_for, console_hash, open_console, user_by_dev_code
from api.kit.db import read_now
from api.kit.ids import new_token


async def show_door(request: Request) -> Response:
    """The page in front; each time under a new secret, so that no code is shown twice."""
    parts = parts_of(request)
    response = render(
        "doors/sign_in.html",
        takes_dev_codes=parts.settings.dev_login,
        has_expired="expired" in request.query_params,
        done=request.query_params.get("done", ""),
    )
    set_cookie(response, DOOR_COOKIE, new_token(), settings=parts.settings)
    return response


async def show_code(request: Request) -> Response:
    """The QR code of this browser, good for two minutes."""
    token, parts = token_of(request, cookie=DOOR_COOKIE), parts_of(request)
    async with parts.database.session(reads=True) as session:
        now = await read_now(session)
    code = segno.make_qr(code_for(token, vault=parts.vault, now=now), error="m")
    drawn = BytesIO()
    code.save(drawn, kind="svg", border=2, xmldecl=False, dark="#0a4a44", omitsize=True)
    return Response(drawn.getvalue(), media_type="image/svg+xml")


async def wait(request: Request) -> Response:
    """Nothing, until a phone has read the code; then the way in."""
    parts = parts_of(request)
    try:
        async with parts.database.session(reads=True) as session:
            await signed_in(request, session, is_polled=True, cookie=DOOR_COOKIE)
    except AppError as error:
        if error.code != "not_signed_in":
            raise
        return Response(status_code=204)
    response = Response(headers={"HX-Redirect": ROOT + "/"})
    token = token_of(request, cookie=DOOR_COOKIE)
    set_cookie(response, COOKIE, token, settings=parts.settings)
    response.delete_cookie(DOOR_COOKIE, path=ROOT)
    return response


async def come_in(request: Request) -> Response:
    """Sign in by a development code, where these are taken.

    Raises:
        AppError: form_forged, login_code_invalid, account_closed, role_missing, rate_limited.
    """
    check_origin(request)
    form, parts = await read_form(request), parts_of(request)
    per_minute = parts.settings.logins_per_minute
    await parts.limits.hit("login", check_address(request), per_minute=per_minute)
    if not parts.settings.dev_login:
        raise AppError("login_code_invalid")
    token = new_token()
    async with parts.database.transaction() as (session, now):
        user_id = await user_by_dev_code(
            session, code=form.get("code", ""), vault=parts.vault, now=now
        )
        _, grants = await queries.user_with_grants(session, user_id=user_id)
        await open_console(
            session,
            user_id=user_id,
            hashed=console_hash(token),
            roles=[role for role, _ in grants],
            now=now,
        )
    response = Response(status_code=303, headers={"Location": ROOT + "/"})
    set_cookie(response, COOKIE, token, settings=parts.settings)
    return response


async def go_out(here: Here) -> Response:
    """End the session."""
    response = Response(status_code=303, headers={"Location": f"{SIGN_IN}?done=bye"})
    await leave(here.session, response, caller=here.caller)
    return response


async def choose_place(here: Here) -> Response:
    """Work at another of one's places from now on."""
    chosen = id_of(here.form.get("place_id", ""))
    if chosen not in {place.id for place in here.workplaces}:
        raise AppError("not_found")
    response = here.go("/")
    set_cookie(response, PLACE_COOKIE, str(chosen), settings=here.parts.settings)
    return response


def _in_front(act: Callable[[Request], Awaitable[Response]]) -> Answer:
    async def answer(request: Request) -> Response:
        return await answered(request, lambda: act(request))

    return answer


# In front of the edge: nobody is signed in yet.
ROUTES = (
    Route("/sign-in", _in_front(show_door), methods=["GET"]),
    Route("/sign-in", _in_front(come_in), methods=["POST"]),
    Route("/sign-in/code.svg", _in_front(show_code), methods=["GET"]),
    Route("/sign-in/wait", _in_front(wait), methods=["GET"]),
)
PAGES = (
    Page("POST", "/sign-out", go_out, grants=()),
    Page("POST", "/place", choose_place, grants=("orders_read_order",)),
)
