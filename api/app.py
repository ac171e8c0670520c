"""The HTTP application: features behind one outermost layer, errors as problem details."""

import os
import secrets
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import structlog
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError, ResponseValidationError
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.routing import Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from api.bootstrap import Parts
from api.console.page import ROOT as CONSOLE
from api.console.site import site
from api.errors import AppError
from api.identity.hot import CrowdEdge, HotEdge
from api.kit.http.bounds import Bounds, Crowd
from api.kit.http.gate import Gate
from api.kit.http.lane import Lane
from api.kit.http.problems import (
    from_status,
    from_validation,
    problem_response,
    wants_english,
)
from api.kit.http.socket import PATH
from api.live.streams import EVENTS_PATH, LiveEvents, LiveSocket
from api.migrations.head import HEAD
from api.observability.health import look
from api.observability.metrics import exposition, observe_request
from api.openapi import api_routes, describe, operation_id
from api.policy import POLICY, Policy, check_policy
from api.router import ROUTERS, SANDBOX_MESSAGES, SANDBOX_PAYMENTS
from api.settings import Settings
from api.uploads.edge import IMAGE_BODY_BYTES_MAX, UploadEdge

_log = structlog.get_logger(__name__)

_ASSETS = Path(__file__).parent / "assets"


def create_app(
    parts: Parts, *, routers: Sequence[APIRouter] = ROUTERS, policy: Policy = POLICY
) -> FastAPI:
    """Build the application on the given parts; opens and closes them with its lifespan.

    Raises:
        NoVerdict: an operation without a row in the policy.
    """

    @asynccontextmanager
    async def lifespan(running: FastAPI) -> AsyncGenerator[None]:
        await running.state.parts.open()
        yield
        await running.state.parts.close()

    app = FastAPI(
        title="邻里 Linli", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None,
        redirect_slashes=False, generate_unique_id_function=operation_id,
    )  # fmt: skip
    app.state.parts = parts
    played = (SANDBOX_PAYMENTS if parts.settings.sandbox_payments else ()) + (
        SANDBOX_MESSAGES if parts.settings.sandbox_messages else ()
    )
    for router in (*routers, *played):
        app.include_router(router)
    check_policy([operation_id(route) for route in api_routes(app)], policy)
    _add_errors(app)
    _add_operations(app)
    app.router.routes.append(WebSocketRoute(PATH, LiveSocket()))
    app.router.routes.append(Route(EVENTS_PATH, LiveEvents(), include_in_schema=False))
    _add_console(app)
    if parts.settings.docs:
        _add_docs(app)
    settings = parts.settings
    hot = [route for router in routers for route in router.routes if isinstance(route, HotEdge)]
    streamed = [r for router in routers for r in router.routes if isinstance(r, UploadEdge)]
    app.add_middleware(Lane, routes=hot)  # pyright: ignore[reportArgumentType]
    app.add_middleware(
        Bounds,  # pyright: ignore[reportArgumentType]
        body_bytes=settings.body_bytes,
        deadline_s=settings.request_deadline_s,
        at_once=settings.requests_at_once,
        waiting=settings.requests_waiting,
        wait_s=settings.wait_s,
        observe=observe_request,
        streamed={(m, r.path): IMAGE_BODY_BYTES_MAX for r in streamed for m in r.methods or ()},
        streams_at_once=settings.uploads_at_once,
        crowds=[
            _crowd(method, r, settings)
            for r in hot
            if isinstance(r, CrowdEdge)
            for method in r.methods or ()
        ],
    )
    return app


def _crowd(method: str, route: CrowdEdge, settings: Settings) -> Crowd:
    gate = Gate(
        at_once=settings.crowd_at_once, waiting=settings.crowd_waiting, wait_s=settings.wait_s
    )
    return Crowd(method, route.path_regex, gate)


def _add_errors(app: FastAPI) -> None:
    def answer(request: Request, error: AppError) -> Response:
        return problem_response(
            error,
            english=wants_english(request.headers.get("accept-language")),
            request_id=request.scope.get("linli.request_id", ""),
        )

    @app.exception_handler(AppError)
    async def refused(request: Request, error: AppError) -> Response:  # pyright: ignore[reportUnusedFunction]
        return answer(request, error)

    @app.exception_handler(RequestValidationError)
    async def malformed(request: Request, error: RequestValidationError) -> Response:  # pyright: ignore[reportUnusedFunction]
        return answer(request, from_validation(error.errors()))

    @app.exception_handler(ResponseValidationError)
    async def broken(request: Request, error: ResponseValidationError) -> Response:  # pyright: ignore[reportUnusedFunction]
        # Where, never what: the error itself repeats the answer, people's names and all.
        wrong = [".".join(map(str, e["loc"])) for e in error.errors()]
        _log.error("answer_malformed", route=request.scope["path"], fields=wrong)
        return answer(request, AppError("internal_error"))

    @app.exception_handler(HTTPException)
    async def unrouted(request: Request, error: HTTPException) -> Response:  # pyright: ignore[reportUnusedFunction]
        response = answer(request, from_status(error.status_code))
        if error.status_code == 405:
            response.headers["Allow"] = ", ".join(_methods_of(app, request.scope["path"]))
        return response


def _methods_of(app: FastAPI, path: str) -> list[str]:
    # The framework names those of one route only, and each method of ours is a route.
    found = {m for r in api_routes(app) if r.path_regex.match(path) for m in r.methods or ()}
    return sorted(found)


def _add_operations(app: FastAPI) -> None:
    # A test must never talk to a server of an earlier run: each names itself.
    run_id = f"{os.getpid()}-{secrets.token_hex(4)}"

    async def healthz(_: Request) -> Response:
        return JSONResponse({"status": "ok", "run": run_id})

    async def readyz(request: Request) -> Response:
        parts = cast("Parts", request.app.state.parts)
        found = await look(parts.database, parts.redis, schema=HEAD)
        content = {
            "status": "ok" if found.is_ready else "unavailable",
            "database": found.database,
            "redis": found.redis,
            "schema": found.schema,
            "live_lines": parts.hub.count,
            "run": run_id,
        }
        headers = None if found.is_ready else {"Retry-After": "2"}
        return JSONResponse(content, 200 if found.is_ready else 503, headers=headers)

    async def metrics(_: Request) -> Response:
        return Response(exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")

    app.add_route("/healthz", healthz, include_in_schema=False)
    app.add_route("/readyz", readyz, include_in_schema=False)
    app.add_route("/metrics", metrics, include_in_schema=False)


def _add_console(app: FastAPI) -> None:
    async def to_console(_: Request) -> Response:
        return RedirectResponse(f"{CONSOLE}/", status_code=303)

    app.add_route(CONSOLE, to_console, include_in_schema=False)
    app.mount(CONSOLE, site(), name="console")
    app.mount("/assets", StaticFiles(directory=_ASSETS), name="assets")


def _add_docs(app: FastAPI) -> None:
    async def openapi_json(_: Request) -> Response:
        return JSONResponse(describe(app))

    async def docs(_: Request) -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url="/openapi.json",
            title="邻里 Linli · API",
            swagger_js_url="/assets/swagger/swagger-ui-bundle.js",
            swagger_css_url="/assets/swagger/swagger-ui.css",
            swagger_favicon_url="/assets/swagger/favicon-32x32.png",
        )

    app.add_route("/openapi.json", openapi_json, include_in_schema=False)
    app.add_route("/docs", docs, include_in_schema=False)
