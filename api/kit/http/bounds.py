"""The outermost layer: every request gets an id, a size, a deadline and a place in the queue."""

import asyncio
import re
import secrets
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import AppError
from api.kit.clock import monotonic_s
from api.kit.http.body import replay
from api.kit.http.gate import Gate, Shed
from api.kit.http.problems import problem_response, wants_english
from api.kit.http.stream import Stream

_log = structlog.get_logger(__name__)

HEADER_BYTES_MAX = 16_384
_URL_BYTES_MAX = 4_096
_REQUEST_ID = re.compile(rb"[A-Za-z0-9_-]{8,64}")
# Neither waits at the gate nor holds a place there: what operators ask, and files, which last as
# long as a client reads (patience.py cuts one that does not).
_LANE_FREE = ("/healthz", "/readyz", "/metrics")
_FILES = "/assets/"
_SLOW_S = 1.0
# How long a request that was told to end may take for it (giving back a connection that hangs, say)
# before its client is answered by somebody else.
_ENDING_S = 0.3

Observe = Callable[[Scope, int, float], None]


@dataclass(frozen=True, slots=True)
class Crowd:
    """Requests that come by thousands in one minute, and the gate that is only theirs."""

    method: str
    path: re.Pattern[str]
    gate: Gate


class Bounds:
    """Pure ASGI: refuses what is too large, too slow or too much before anything is parsed."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        body_bytes: int,
        deadline_s: float,
        at_once: int,
        waiting: int,
        wait_s: float,
        observe: Observe,
        streamed: Mapping[tuple[str, str], int],
        streams_at_once: int,
        crowds: Sequence[Crowd] = (),
    ) -> None:
        """``streamed`` are the methods and paths that read their bodies themselves, with caps.

        ``crowds`` wait at gates of their own, so that nobody else waits behind them.
        """
        self._app = app
        self._body_bytes = body_bytes
        self._deadline_s = deadline_s
        self._gate = Gate(at_once=at_once, waiting=waiting, wait_s=wait_s)
        self._observe = observe
        self._streamed = streamed
        # A body on its way is held in memory, and may take its time: a gate of its own.
        self._streams = Gate(at_once=streams_at_once, waiting=waiting, wait_s=wait_s)
        self._crowds = crowds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = monotonic_s()
        headers = dict(scope["headers"])
        request_id = _request_id(headers.get(b"x-request-id"))
        scope["linli.request_id"] = request_id
        reply = _Reply(send, request_id)
        structlog.contextvars.bind_contextvars(request_id=request_id)
        is_shed = False
        try:
            await self._bounded(scope, receive, reply, headers)
        except Shed as error:
            is_shed = True
            await reply.refuse(error, scope, receive)
        except AppError as error:
            await reply.refuse(error, scope, receive)
        except Exception:
            _log.exception("request_failed", path=_route_of(scope), method=scope["method"])
            await reply.refuse(AppError("internal_error"), scope, receive)
        finally:
            place: Place | None = scope.get("linli.place")
            # What a client chose to wait says nothing about how long we took.
            took_s = monotonic_s() - started - (place.waited_s if place else 0)
            self._observe(scope, reply.status, took_s)
            if not is_shed and (took_s > _SLOW_S or reply.status >= 500):
                _log.warning(
                    "request_slow_or_failed",
                    method=scope["method"],
                    route=_route_of(scope),
                    status=reply.status,
                    took_ms=round(took_s * 1000),
                )
            structlog.contextvars.clear_contextvars()

    async def _bounded(
        self, scope: Scope, receive: Receive, reply: "_Reply", headers: dict[bytes, bytes]
    ) -> None:
        if sum(len(k) + len(v) for k, v in scope["headers"]) > HEADER_BYTES_MAX:
            raise AppError("headers_too_large")
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > _URL_BYTES_MAX:
            raise AppError("headers_too_large")
        if scope["path"] in _LANE_FREE or scope["path"].startswith(_FILES):
            await self._app(scope, receive, reply)
            return
        cap_bytes = self._streamed.get((scope["method"], scope["path"]))
        if cap_bytes is not None:
            declared = headers.get(b"content-length")
            stream = Stream(receive, declared=declared, bytes_max=cap_bytes)
            async with self._streams:
                await stream.pass_to(self._app, scope, reply)
            return
        body = await self._read(receive, headers) if _has_body(scope, headers) else b""

        async def answer_anyway() -> None:
            await reply.end(_too_late(), scope, receive)

        gate = self._gate_for(scope["method"], scope["path"])
        async with Place(gate, self._deadline_s, on_late=answer_anyway) as place:
            scope["linli.place"] = place
            try:
                async with place.deadline:
                    await self._app(scope, replay(body, receive), reply)
            except TimeoutError as error:
                raise _too_late() from error

    def _gate_for(self, method: str, path: str) -> Gate:
        for crowd in self._crowds:
            if crowd.method == method and crowd.path.match(path):
                return crowd.gate
        return self._gate

    async def _read(self, receive: Receive, headers: dict[bytes, bytes]) -> bytes:
        declared = headers.get(b"content-length", b"0")
        if not declared.isdigit() or len(declared) > 12 or int(declared) > self._body_bytes:
            raise AppError("body_too_large", f"at most {self._body_bytes} bytes")
        chunks: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(self._deadline_s):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise AppError("body_too_slow", "the client went away")
                    chunk = message.get("body", b"")
                    size += len(chunk)
                    if size > self._body_bytes:
                        raise AppError("body_too_large", f"at most {self._body_bytes} bytes")
                    chunks.append(chunk)
                    if not message.get("more_body", False):
                        return b"".join(chunks)
        except TimeoutError as error:
            raise AppError("body_too_slow") from error


class Place:
    """A place among the requests at work, and the deadline of the one that holds it.

    ``on_late``: what happens where it does not end even then; it keeps its place until it does.
    """

    def __init__(
        self, gate: Gate, deadline_s: float, *, on_late: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        self._gate = gate
        self._deadline_s = deadline_s
        self._on_late = on_late
        self._late_timer: asyncio.TimerHandle | None = None
        self._late: asyncio.Task[None] | None = None
        self._is_held = False
        self.deadline = asyncio.timeout(None)
        self.waited_s = 0.0

    @asynccontextmanager
    async def given_back(self) -> AsyncGenerator[None]:
        """Let others work while this request only waits; its deadline begins anew afterwards.

        Whoever waits bounds the wait, and how many wait.

        Raises:
            AppError: busy, where there is no place to come back to.
        """
        started = monotonic_s()
        self.deadline.reschedule(None)
        self._end_watch()
        await self._leave()
        yield
        self.waited_s += monotonic_s() - started
        await self._enter()
        until_s = asyncio.get_running_loop().time() + self._deadline_s
        self.deadline.reschedule(until_s)
        self._watch(until_s)

    async def _enter(self) -> None:
        await self._gate.__aenter__()
        self._is_held = True

    async def _leave(self) -> None:
        if self._is_held:
            self._is_held = False
            await self._gate.__aexit__()

    def _watch(self, until_s: float) -> None:
        self._late_timer = asyncio.get_running_loop().call_at(until_s + _ENDING_S, self._be_late)

    def _end_watch(self) -> None:
        if self._late_timer is not None:
            self._late_timer.cancel()
            self._late_timer = None

    def _be_late(self) -> None:
        self._late = asyncio.create_task(self._on_late(), name="late-answer")

    async def __aenter__(self) -> "Place":
        # The wait for a place counts: a client waits no longer than this for anything.
        until_s = asyncio.get_running_loop().time() + self._deadline_s
        await self._enter()
        self.deadline = asyncio.timeout_at(until_s)
        self._watch(until_s)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._end_watch()
        await self._leave()
        if self._late is not None:
            await self._late


def place_of(request: HTTPConnection) -> Place:
    """The place that a request holds."""
    return cast("Place", request.scope["linli.place"])


class _Reply:
    """The way out: adds the headers that every answer carries and remembers the status."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self.status = 0
        self._has_ended = False

    async def __call__(self, message: Message) -> None:
        if not self._has_ended:
            await self._pass(message)

    async def _pass(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = message.setdefault("headers", [])
            if isinstance(headers, list):
                headers.extend(self._standing())  # pyright: ignore[reportUnknownMemberType]
            else:
                MutableHeaders(scope=message).append("x-request-id", self._request_id)
        await self._send(message)

    def _standing(self) -> list[tuple[bytes, bytes]]:
        return [
            (b"x-request-id", self._request_id.encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"no-referrer"),
        ]

    async def refuse(self, error: AppError, scope: Scope, receive: Receive) -> None:
        """Answer with a problem unless an answer has begun already."""
        if self.status:
            return
        accept = dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1")
        response = problem_response(
            error, english=wants_english(accept), request_id=self._request_id
        )
        if error.code in ("body_too_large", "body_too_slow", "headers_too_large"):
            # What was not read must not be taken for the next request.
            response.headers["Connection"] = "close"
        await response(scope, receive, self._pass)

    async def end(self, error: AppError, scope: Scope, receive: Receive) -> None:
        """Refuse in place of whoever should have answered; what they still send is dropped."""
        if not self.status:
            self._has_ended = True
            await self.refuse(error, scope, receive)


def _too_late() -> AppError:
    return AppError("busy", "the deadline of the request passed")


def _request_id(given: bytes | None) -> str:
    if given is not None and _REQUEST_ID.fullmatch(given):
        return given.decode("ascii")
    return secrets.token_hex(12)


def _has_body(scope: Scope, headers: dict[bytes, bytes]) -> bool:
    return scope["method"] in ("POST", "PUT", "DELETE") or b"content-length" in headers


def _route_of(scope: Scope) -> str:
    route = scope.get("route")
    return str(getattr(route, "path", "unmatched"))
