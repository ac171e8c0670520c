"""The edge of the console: who it is, whether they may, one transaction, an answer as a page."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.console.forms import read_form
from api.console.page import ROOT, Here, Page
from api.console.queries import Workplace, workplaces
from api.console.rendering import HEADERS, problem
from api.console.sessions import COOKIE, PLACE_COOKIE, check_form, signed_in
from api.errors import AppError, CountedRefusal
from api.identity.caller import STAFF
from api.identity.edge import busy_where_passing, check_address, parts_of

Answer = Callable[[Request], Awaitable[Response]]
SIGN_IN = f"{ROOT}/sign-in"


@dataclass(frozen=True, slots=True)
class Label:
    """What a page's requests are counted under."""

    path: str


def route_of(page: Page) -> Route:
    """The route of one page behind the edge."""

    label = Label(ROOT + page.path)

    async def answer(request: Request) -> Response:
        request.scope["route"] = label
        return await answered(request, lambda: _in_transaction(request, page))

    return Route(page.path, answer, methods=[page.method])


async def answered(request: Request, act: Callable[[], Awaitable[Response]]) -> Response:
    """What an act answers, or its refusal as a page; without a session, the way to the door."""
    try:
        check_address(request)
        with busy_where_passing():
            response = await act()
    except AppError as error:
        response = _refused(request, error)
    response.headers.update({k: v for k, v in HEADERS.items() if k not in response.headers})
    return response


async def _in_transaction(request: Request, page: Page) -> Response:
    form = await read_form(request) if page.method == "POST" else {}
    database = parts_of(request).database
    async with database.session(reads=page.method == "GET") as session:
        who = await signed_in(request, session, is_polled=page.is_polled)
        if page.method == "POST":
            check_form(request, sent=form.pop("csrf", ""), expected=who.csrf)
        mine = [place for role, place in who.caller.grants if role in STAFF]
        found = await workplaces(
            session, place_ids=[p for p in mine if p is not None], is_everywhere=None in mine
        )
        here = Here(
            request, parts_of(request), session, who.caller, who.csrf, found,
            _chosen(request, found), form,
        )  # fmt: skip
        try:
            who.caller.require_anywhere(page.roles)
            response = await page.show(here, **request.path_params)
        except CountedRefusal as error:
            await session.commit()
            return _refused(request, error, here=here)
        except AppError as error:
            await session.rollback()
            return _refused(request, error, here=here)
        await session.commit()
        return response


def _chosen(request: Request, found: list[Workplace]) -> Workplace | None:
    wanted = request.cookies.get(PLACE_COOKIE, "")
    by_id: dict[str, Workplace] = {str(place.id): place for place in found}
    return by_id.get(wanted) or (found[0] if found else None)


def _refused(request: Request, error: AppError, *, here: Here | None = None) -> Response:
    if error.code == "not_signed_in":
        return _to_the_door(request)
    return problem(
        error,
        here=here,
        request_id=request.scope.get("linli.request_id", ""),
        back=_back(here),
    )


def _to_the_door(request: Request) -> Response:
    # A poll cannot follow a redirect with the whole page: it is told to.
    if request.headers.get("hx-request"):
        return Response(status_code=204, headers={"HX-Redirect": SIGN_IN})
    was_here = COOKIE in request.cookies
    target = f"{SIGN_IN}?expired=1" if was_here else SIGN_IN
    return Response(status_code=303, headers={"Location": target})


def _back(here: Here | None) -> str:
    """The page whose form was refused; nothing but a page of ours, whoever wrote the form."""
    path = here.form.get("back", "") if here else ""
    return path if path.startswith(ROOT + "/") else ""


def id_of(text: str) -> UUID:
    """An id that a form or an address holds.

    Raises:
        AppError: not_found.
    """
    try:
        return UUID(text)
    except ValueError as error:
        raise AppError("not_found") from error
