"""All pages of the console, in one table, and the application that serves them."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Router
from starlette.types import Receive, Scope, Send

from api.console.approvals import pages as approvals
from api.console.audit import pages as audit
from api.console.board import pages as board
from api.console.books import pages as books
from api.console.cases import pages as cases
from api.console.community import pages as community
from api.console.cycles import pages as cycles
from api.console.desk import pages as desk
from api.console.doors import pages as doors
from api.console.edge import answered, route_of
from api.console.figures import pages as figures
from api.console.merchants import pages as merchants
from api.console.money import pages as money
from api.console.orders import pages as orders
from api.console.packing import pages as packing
from api.console.page import Page
from api.console.points import pages as points
from api.console.runners import pages as runners
from api.errors import AppError

PAGES: tuple[Page, ...] = (
    *doors.PAGES,
    *desk.PAGES,
    *orders.PAGES,
    *approvals.PAGES,
    *board.PAGES,
    *points.PAGES,
    *cases.PAGES,
    *packing.PAGES,
    *money.PAGES,
    *books.PAGES,
    *audit.PAGES,
    *figures.PAGES,
    *cycles.PAGES,
    *runners.PAGES,
    *merchants.PAGES,
    *community.PAGES,
)


def site() -> Router:
    """The console, to be mounted under `/console`."""

    async def lost(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)

        async def nothing() -> Response:
            raise AppError("not_found")

        await (await answered(request, nothing))(scope, receive, send)

    return Router(
        routes=[*doors.ROUTES, *(route_of(page) for page in PAGES)],
        redirect_slashes=False,
        default=lost,
    )
