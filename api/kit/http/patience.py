"""The HTTP protocol with bounds of its own: heads are short and come soon, answers are read.

uvicorn bounds none of it with httptools: half-open requests and clients that do not read would stay
for ever, and headers could grow without end before the application sees any of them.
"""

import asyncio
import socket
import struct
from typing import Any

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.errors import CATALOGUE
from api.kit.http.problems import MEDIA_TYPE
from api.kit.http.socket import PATH

HEAD_BYTES_MAX = 32_768
HEAD_S = 10.0
# In this time so much of what waits to be sent must have left, or all of it.
SEND_S = 10.0
SEND_BYTES_MIN = 16_384
# So much of an answer the kernel takes ahead of its client; by itself it takes megabytes, each of
# them read, copied and kept for a client that may never read it.
_AHEAD_BYTES = 65_536
_NO_FAREWELL = struct.pack("ii", 1, 0)


class PatientProtocol(HttpToolsProtocol):
    """Closes connections whose heads are too long or too slow, or whose clients do not read."""

    _head_bytes = 0
    _is_in_head = True
    _head_timer: asyncio.TimerHandle | None = None
    _send_timer: asyncio.TimerHandle | None = None
    _unsent_bytes = 0
    _cycles: tuple[Any, ...] = ()

    def connection_made(self, transport: asyncio.Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """A connection that sends nothing is as slow as one that sends little."""
        super().connection_made(transport)
        self._set(socket.IPPROTO_TCP, getattr(socket, "TCP_NOTSENT_LOWAT", None), _AHEAD_BYTES)
        self._begin_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is left to wait for."""
        self._end_head()
        self._end_sending()
        # uvicorn tells the last one only; of requests in a row it is not the one at work, which
        # would then write to a connection that is gone.
        for cycle in self._cycles:
            cycle.disconnected = True
            cycle.message_event.set()
        # Nor would it leave out those that have not begun.
        self.pipeline.clear()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what belongs to the head before it is kept."""
        if self._is_in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._is_in_head and self._head_bytes > HEAD_BYTES_MAX and self.transport is not None:  # pyright: ignore[reportUnnecessaryComparison]
            self._refuse("headers_too_large")

    def _should_upgrade(self) -> bool:
        # Whatever else asks to be upgraded is answered as if it had not.
        return self.url.partition(b"?")[0] == PATH.encode() and super()._should_upgrade()

    def on_message_begin(self) -> None:
        """A further request on the same connection."""
        super().on_message_begin()
        if not self._is_in_head:
            self._begin_head()

    def on_headers_complete(self) -> None:
        """The head is there; from here on the application bounds the request."""
        self._end_head()
        super().on_headers_complete()
        self._cycles = (*(c for c in self._cycles if not c.response_complete), self.cycle)

    def pause_writing(self) -> None:
        """More waits to be sent than the client takes at the moment."""
        super().pause_writing()
        self._watch_sending()

    def resume_writing(self) -> None:
        """It took enough of it."""
        self._end_sending()
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        """Whoever asks nothing more and did not even read the last answer is not waited for."""
        if self.transport.get_write_buffer_size():
            self._abort()
        super().timeout_keep_alive_handler()

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP is refused like everything else."""
        self._refuse("malformed_http")

    def _begin_head(self) -> None:
        self._is_in_head = True
        self._head_bytes = 0
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_S, self._refuse, "body_too_slow")

    def _end_head(self) -> None:
        self._is_in_head = False
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _watch_sending(self) -> None:
        self._unsent_bytes = self.transport.get_write_buffer_size()
        self._send_timer = self.loop.call_later(SEND_S, self._check_sending)

    def _check_sending(self) -> None:
        if self.transport.get_write_buffer_size() + SEND_BYTES_MIN <= self._unsent_bytes:
            self._watch_sending()
        else:
            self._abort()

    def _end_sending(self) -> None:
        if self._send_timer is not None:
            self._send_timer.cancel()
            self._send_timer = None

    def _abort(self) -> None:
        # What the kernel still holds goes, too: nobody reads it.
        self._set(socket.SOL_SOCKET, socket.SO_LINGER, _NO_FAREWELL)
        self.transport.abort()

    def _set(self, level: int, option: int | None, value: int | bytes) -> None:
        connection = self.transport.get_extra_info("socket")
        if option is not None and connection is not None and connection.family != socket.AF_UNIX:
            connection.setsockopt(level, option, value)

    def _refuse(self, code: str) -> None:
        self._end_head()
        if self.transport.is_closing():
            return
        refusal = CATALOGUE[code]
        content: dict[str, Any] = {
            "type": "about:blank",
            "title": refusal.zh,
            "status": refusal.status,
            "detail": "",
            "code": code,
            "errors": [],
            "request_id": "",
        }
        body = orjson.dumps(content)
        head = f"HTTP/1.1 {refusal.status} \r\ncontent-type: {MEDIA_TYPE}\r\n"
        head += f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        self.transport.write(head.encode("ascii") + body)
        self.transport.close()
