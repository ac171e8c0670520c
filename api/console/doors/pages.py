"""Signing in and out, and choosing the place one works at."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.console.edge import SIGN_IN, answered, id_of
from api.console.forms import read_form
from api.console.page import ROOT, Here, Page
from api.console.rendering import render
from api.console.sessions import PLACE_COOKIE, check_origin, enter, leave, set_cookie
from api.errors import AppError
from api.identity.edge import check_address, parts_of
from api.identity.service import user_by_dev_code


async def show_door(request: Request) -> Response:
    """The page in front: it names what opens the console here."""
    return render(
        "doors/sign_in.html",
        takes_dev_codes=parts_of(request).settings.dev_login,
        has_expired="expired" in request.query_params,
        done=request.query_params.get("done", ""),
    )


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
    response = Response(status_code=303, headers={"Location": ROOT + "/"})
    async with parts.database.transaction() as (session, now):
        user_id = await user_by_dev_code(
            session, code=form.get("code", ""), vault=parts.vault, now=now
        )
        await enter(session, response, user_id=user_id, parts=parts, now=now)
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


async def _show_door(request: Request) -> Response:
    return await answered(request, lambda: show_door(request))


async def _come_in(request: Request) -> Response:
    return await answered(request, lambda: come_in(request))


# In front of the edge: nobody is signed in yet.
ROUTES = (
    Route("/sign-in", _show_door, methods=["GET"]),
    Route("/sign-in", _come_in, methods=["POST"]),
)
PAGES = (
    Page("POST", "/sign-out", go_out, grants=()),
    Page("POST", "/place", choose_place, grants=("orders_list_orders",)),
)
