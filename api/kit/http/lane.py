"""The lane of hot routes: found by one look and called at once, before the framework's own router.

FastAPI tries its routes one after the other, twice, then solves the dependencies of the one it
found: two thirds of the processor time of an answer that needs no statement. The lane takes only
requests that are plainly well-formed. Any other goes the documented way, which says what is wrong
with it.
"""

import re
from collections.abc import Callable, Sequence
from inspect import signature
from typing import Any, Protocol, get_args, get_origin
from urllib.parse import parse_qsl
from uuid import UUID

from fastapi.params import Query
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.kit.http.body import replay

Getter = Callable[[Request], Any]

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class Unplain(ValueError):
    """An argument that is not plainly well-formed: the documented way decides."""


class HotRoute(Protocol):
    """A route that may be answered in the lane."""

    methods: set[str]
    path_regex: re.Pattern[str]

    async def answer(self, request: Request) -> Response:
        """Answer.

        Raises:
            Unplain: before anything was done.
        """
        ...


class Lane:
    """Pure ASGI: answers the hot routes, leaves everything else to ``app``."""

    def __init__(self, app: ASGIApp, *, routes: Sequence[HotRoute]) -> None:
        self._app = app
        self._routes = [(m, r.path_regex.match, r) for r in routes for m in sorted(r.methods)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            method, path = scope["method"], scope["path"]
            for hot_method, match, route in self._routes:
                if hot_method == method and (found := match(path)) is not None:
                    scope["route"] = route
                    scope["path_params"] = found.groupdict()
                    request = Request(scope, receive)
                    try:
                        response = await route.answer(request)
                    except Unplain:
                        receive = _unread(request, receive)
                        break
                    await response(scope, receive, send)
                    return
        await self._app(scope, receive, send)


def body_getters(endpoint: Callable[..., Any]) -> dict[str, Getter]:
    """How to read the argument that is the body, from the JSON that was parsed of it."""
    return {
        name: _body_getter(kind)
        for name, kind in _kinds(endpoint).items()
        if isinstance(kind, type) and issubclass(kind, BaseModel)
    }


def plain_getters(endpoint: Callable[..., Any], own: dict[Any, Getter]) -> dict[str, Getter]:
    """How to read each argument of an endpoint but its body, by its annotation.

    ``own`` adds kinds of its own.

    Raises:
        TypeError: an annotation that the lane does not know.
    """
    getters: dict[str, Getter] = {}
    bodies = body_getters(endpoint)
    for name, kind in _kinds(endpoint).items():
        if name in bodies:
            continue
        if kind is Request:
            getters[name] = _request
        elif kind in own:
            getters[name] = own[kind]
        elif kind is UUID:
            getters[name] = _uuid_getter(name)
        elif get_origin(kind) is not None and isinstance(get_args(kind)[-1], Query):
            getters[name] = _query_getter(get_args(kind)[0])
        else:
            raise TypeError(f"the lane cannot read {name}: {kind}")
    return getters


def _kinds(endpoint: Callable[..., Any]) -> dict[str, Any]:
    parameters = signature(endpoint, eval_str=True).parameters
    return {name: parameter.annotation for name, parameter in parameters.items()}


def _request(request: Request) -> Request:
    return request


def _unread(request: Request, receive: Receive) -> Receive:
    """The way to a request's body, for the next reader, whether it was read or not."""
    body: bytes | None = getattr(request, "_body", None)  # Starlette's own cache.
    return receive if body is None else replay(body, receive)


def _body_getter(model: type[BaseModel]) -> Getter:
    def read(request: Request) -> BaseModel:
        try:
            return model.model_validate(getattr(request, "_json", None))
        except ValidationError as error:
            raise Unplain("body") from error

    return read


def _uuid_getter(name: str) -> Getter:
    def read(request: Request) -> UUID:
        text = request.scope["path_params"][name]
        if not _UUID.fullmatch(text):
            raise Unplain(name)
        return UUID(text)

    return read


def _query_getter(model: type[BaseModel]) -> Getter:
    def read(request: Request) -> BaseModel:
        raw: bytes = request.scope["query_string"]
        if not raw:
            return model()
        try:
            pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True)
            values = dict(pairs)
            if len(values) != len(pairs):
                raise Unplain("a name stands twice")
            return model.model_validate(values)
        except (UnicodeDecodeError, ValidationError) as error:
            raise Unplain("query") from error

    return read
