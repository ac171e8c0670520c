"""The API with two more routes that answer a constant page: what the hall is measured against.

It serves like ``linli api``. ``/v1/bench/constant`` is the
hall's route up to its query (the layers, the limits, the session, the runner and whether they may
take anything), then a page of given bytes. ``/v1/bench/bare`` leaves out the database too.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import uvicorn
import uvloop
from fastapi import FastAPI, Query, Request, Response

from api.app import create_app
from api.bootstrap import Parts, build
from api.cli.serve import server_config, set_loaded_aside
from api.errors import AppError
from api.identity.edge import WithParts, bearer_hash
from api.identity.hot import HotEdge
from api.identity.rules import check_session
from api.kit.http.routing import FeatureRouter
from api.matching.hall import read_cursor
from api.matching.queries import HALL_WHO_SQL
from api.matching.rules import Reach, runner_refusal
from api.matching.schemas import HallPage, HallQuery
from api.matching.signing import runner_now
from api.observability.logs import configure_logs
from api.policy import POLICY, Policy
from api.router import ROUTERS
from api.settings import read_settings

PAGE_FILE = "LINLI_BENCH_PAGE"
router = FeatureRouter(prefix="/v1/bench", route_class=HotEdge)


@router.get("/constant", response_model=HallPage)
async def read_constant(
    query: Annotated[HallQuery, Query()], request: Request, parts: WithParts
) -> Response:
    """A constant page for whoever could see the hall."""
    token_hash = bearer_hash(request)
    parts.by_user.hit(token_hash.hex())
    read_cursor(query.cursor)
    async with parts.database.hot() as connection:
        who = await connection.fetchrow(HALL_WHO_SQL, token_hash)
        check_session(who)
        assert who is not None
        reach = Reach(who["radius_m"], who["position_max_age_s"])
        if (code := runner_refusal(runner_now(who), reach, now=who["now"])) is not None:
            raise AppError(code)
    return Response(request.app.state.page, media_type="application/json")


@router.get("/bare", response_model=HallPage)
async def read_bare(
    query: Annotated[HallQuery, Query()], request: Request, parts: WithParts
) -> Response:
    """The same page, without a statement."""
    parts.by_user.hit(bearer_hash(request).hex())
    read_cursor(query.cursor)
    return Response(request.app.state.page, media_type="application/json")


def create_measured_app(parts: Parts) -> FastAPI:
    """The application with the constant routes beside the real ones."""
    policy: Policy = {**POLICY, "cli_read_constant": ("runner",), "cli_read_bare": ("runner",)}
    app = create_app(parts, routers=(*ROUTERS, router), policy=policy)
    app.state.page = Path(os.environ[PAGE_FILE]).read_bytes()
    return app


def main(arguments: Sequence[str]) -> None:
    """Serve on the port until told to stop."""
    (port,) = map(int, arguments)
    configure_logs()
    measured = create_measured_app(build(read_settings()))
    config = server_config(measured, host="127.0.0.1", port=port)
    set_loaded_aside()
    uvloop.run(uvicorn.Server(config).serve())
