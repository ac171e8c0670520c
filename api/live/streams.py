"""The doors to the hub: a WebSocket at `/v1/live`, server-sent events at `/v1/live/events`.

Both are bare ASGI: a line lives for hours, and a framework's layers would live as long with it.
"""

import asyncio
import secrets
from collections import deque
from contextlib import suppress
from typing import Protocol, cast
from urllib.parse import urlsplit

import structlog
from starlette.requests import HTTPConnection, Request
from starlette.types import Receive, Scope, Send

from api.errors import AppError
from api.feed.rules import reach_of
from api.feed.service import Seen, read_cursor
from api.identity.caller import Caller
from api.identity.edge import bearer_hash, busy_where_passing, check_address, parts_of, sign_in
from api.kit.clock import monotonic_s
from api.kit.db import is_passing
from api.kit.http.gate import Gate
from api.kit.http.problems import problem_response, wants_english
from api.kit.http.socket import FLOODING, HEARTBEAT_S, TOO_SLOW, BoundedSocket
from api.kit.http.staying import while_it_stays
from api.live.hub import Hub, Line, Socket
from api.live.rules import BUSY, CURSOR_UNKNOWN, PONG, Budget, fault_of
from api.live.service import use_ticket
from api.observability.metrics import LIVE_ENDED, LIVE_REFUSED

_log = structlog.get_logger(__name__)

EVENTS_PATH = "/v1/live/events"
_CODES = frozenset({1000, 1001, 1003, 1005, 1006, 1007, 1008, 1009, 1011, 1012, 1013,
                    4401, 4403, 4408, 4409, 4429})  # fmt: skip
# What a stream keeps for a client that does not read.
_UNSENT_FRAMES_MAX = 1_000


class _Parts(Protocol):
    hub: Hub


class _Door:
    """Signs a client in, before anything is said."""

    def __init__(self) -> None:
        # Thousands come at once after a restart: they wait here, and not for connections.
        self._signing_in = Gate(at_once=6, waiting=20_000, wait_s=30)

    async def _admit(self, connection: HTTPConnection) -> Caller:
        """Who is there, by the session's token or a ticket.

        Raises:
            AppError: not_signed_in, account_closed, rate_limited, busy.
        """
        parts = parts_of(connection)
        check_address(connection)
        ticket = connection.query_params.get("ticket")
        with busy_where_passing():
            async with self._signing_in, parts.database.session() as session:
                if ticket is None or "authorization" in connection.headers:
                    caller = await sign_in(connection, session, bearer_hash(connection))
                else:
                    _check_origin(connection)
                    hashed = await use_ticket(session, ticket=ticket)
                    # A page comes back by itself, so nobody is at work because of it; and the
                    # session of a console is shorter than others.
                    caller = await sign_in(connection, session, hashed, slides=False)
                await session.commit()
        _hub(connection).admit(caller.user_id)
        return caller


class LiveSocket(_Door):
    """`/v1/live`: frames `{id, event, data}`; a client may send `{"event": "ping"}`."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection, from its handshake to its end."""
        connection = HTTPConnection(scope)
        await receive()
        try:
            caller = await self._admit(connection)
        except AppError as error:
            await _refuse(error, connection, send)
            return
        await send({"type": "websocket.accept"})
        socket = cast("BoundedSocket", scope["linli.socket"])
        line = _line(connection, caller, socket)
        try:
            async with _hub(connection).joined(line, _seen(connection, caller)):
                await _listen(socket, receive)
        except AppError as error:
            socket.finish(*_why(error))
        except Exception as error:
            if not is_passing(error):
                _log.exception("live_failed")
            socket.finish(*BUSY)


async def _listen(socket: BoundedSocket, receive: Receive) -> None:
    """Hear the client out until it is gone."""
    budget = Budget(at_s=monotonic_s())
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            code = message.get("code", 1005)
            LIVE_ENDED.labels(str(code) if code in _CODES else "other").inc()
            return
        if not budget.take(monotonic_s()):
            socket.finish(*FLOODING)
        elif (fault := fault_of(message.get("text"))) is not None:
            socket.finish(*fault)
        else:
            socket.say(PONG)


class LiveEvents(_Door):
    """`/v1/live/events`: the same frames as server-sent events, for pages of staff."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, which lasts until its client is gone."""
        request = Request(scope, receive)
        caller = await self._admit(request)
        began_s = monotonic_s()
        stream = _Stream()
        try:
            await _begin_stream(send)
            async with while_it_stays(request, on_leaving=stream.leave):
                await _run_stream(request, caller, stream, send)
        finally:
            scope["linli.waited_s"] = monotonic_s() - began_s
        await send({"type": "http.response.body", "body": stream.take(), "more_body": False})
        LIVE_ENDED.labels("stream").inc()


class _Stream:
    """A stream of events as the hub sees it: bounded, written by whoever serves the request."""

    def __init__(self) -> None:
        self.is_open = True
        self._unsent: deque[bytes] = deque()
        self._woken = asyncio.Event()
        self._emptied = asyncio.Event()
        self._emptied.set()

    def say(self, text: bytes) -> None:
        """Send a frame, under its id."""
        if not self.is_open:
            return
        cursor = text[7 : text.index(b'"', 7)]
        self._unsent.append(b"id: %b\ndata: %b\n\n" % (cursor, text))
        self._emptied.clear()
        self._woken.set()
        if len(self._unsent) > _UNSENT_FRAMES_MAX:
            self.finish(*TOO_SLOW)

    def finish(self, code: int, reason: str) -> None:
        """Say why, then end."""
        if self.is_open:
            self._unsent.append(
                b'event: end\ndata: {"code":%d,"reason":"%b"}\n\n' % (code, reason.encode())
            )
            self.leave()

    def leave(self) -> None:
        """Its client is gone, or is to go."""
        self.is_open = False
        self._woken.set()
        # Nobody will take the rest.
        self._emptied.set()

    async def drained(self) -> None:
        """Wait until the server has taken what was said."""
        await self._emptied.wait()

    async def next(self) -> bytes:
        """What is to be sent; after a heartbeat's time a comment, which says that all is well."""
        with suppress(TimeoutError):
            async with asyncio.timeout(HEARTBEAT_S):
                await self._woken.wait()
        self._woken.clear()
        return self.take() or b":\n\n"

    def take(self) -> bytes:
        """All that waits to be sent."""
        taken = b"".join(self._unsent)
        self._unsent.clear()
        self._emptied.set()
        return taken


async def _begin_stream(send: Send) -> None:
    headers = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        # A proxy must not collect it.
        (b"x-accel-buffering", b"no"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b":\n\n", "more_body": True})


async def _run_stream(request: Request, caller: Caller, stream: _Stream, send: Send) -> None:
    async def pour() -> None:
        while stream.is_open:
            body = await stream.next()
            await send({"type": "http.response.body", "body": body, "more_body": True})

    pouring = asyncio.create_task(pour(), name="live-stream")
    try:
        line = _line(request, caller, stream)
        async with _hub(request).joined(line, _seen(request, caller)):
            await pouring
    except AppError as error:
        stream.finish(*_why(error))
    finally:
        pouring.cancel()
        with suppress(asyncio.CancelledError):
            await pouring


def _hub(connection: HTTPConnection) -> Hub:
    return cast("_Parts", connection.app.state.parts).hub


def _line(connection: HTTPConnection, caller: Caller, socket: Socket) -> Line:
    wants_places = connection.query_params.get("places") != "false"
    reach = reach_of(caller.grants) if wants_places else None
    return Line(socket, caller.user_id, caller.session_id, reach, wants_places)


def _seen(connection: HTTPConnection, caller: Caller) -> Seen:
    last_id = connection.query_params.get("last_id") or connection.headers.get("last-event-id")
    return read_cursor(last_id or None, user_id=caller.user_id)


def _why(error: AppError) -> tuple[int, str]:
    return BUSY if error.code == "busy" else CURSOR_UNKNOWN


def _check_origin(connection: HTTPConnection) -> None:
    """A page of another host got hold of a ticket: it may not use it.

    Raises:
        AppError: not_signed_in.
    """
    origin = connection.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != connection.headers.get("host"):
        raise AppError("not_signed_in")


async def _refuse(error: AppError, connection: HTTPConnection, send: Send) -> None:
    LIVE_REFUSED.labels(error.code).inc()
    response = problem_response(
        error,
        english=wants_english(connection.headers.get("accept-language")),
        request_id=secrets.token_hex(12),
    )
    start = {"status": response.status_code, "headers": response.raw_headers}
    await send({"type": "websocket.http.response.start", **start})
    await send({"type": "websocket.http.response.body", "body": response.body})
