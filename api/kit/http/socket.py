"""The WebSocket protocol with bounds of its own: nobody sends much, and everybody reads.

uvicorn's answers every ping, keeps what a client does not read without end, and resets connections
that it should close with a code. A client of ours sends next to nothing, so a small budget of bytes
bounds floods of every kind (frames, fragments, pings) before they are looked at.
"""

import asyncio
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import State

from api.kit.clock import monotonic_s

# The only path on which a connection may become a WebSocket, and the longest message on it.
PATH = "/v1/live"
MESSAGE_BYTES_MAX = 4_096
# How often a client is asked whether it is there, and how long it may take to answer.
HEARTBEAT_S = 25.0
ANSWER_S = 20.0

# What a client may send: a burst, and so much a second.
_BYTES_MAX = 16_384.0
_BYTES_PER_S = 1_024.0
# What it did not read yet: beyond either it is cut, to come back and go on where it was.
_UNSENT_BYTES_MAX = 262_144
_UNSENT_FRAMES_MAX = 1_000
# How long a connection that is over may take to end; what comes meanwhile is dropped. Less where
# the process waits for it.
_END_S = 5.0
_STOP_S = 1.5

FLOODING = (1008, "flooding")
NOT_TEXT = (1007, "not_text")
TOO_SLOW = (4408, "too_slow")


class BoundedSocket(WebSocketsSansIOProtocol):
    """One WebSocket; the application finds it in its scope as ``linli.socket``.

    `say` and `finish` do not wait, so that one slow client holds nobody up.
    """

    _has_head = False
    _budget_bytes = _BYTES_MAX
    _budget_at_s = 0.0
    _unsent_frames = 0
    _end_timer: asyncio.TimerHandle | None = None
    _is_lost = False

    @property
    def is_open(self) -> bool:
        """Whether it may still be said something."""
        return self.conn.state is State.OPEN and not self.transport.is_closing()

    def say(self, text: bytes) -> None:
        """Send a text message; a client that has not read too many before is cut."""
        if not self.is_open:
            return
        self.conn.send_text(text)
        self.transport.write(b"".join(self.conn.data_to_send()))
        unsent_bytes = self.transport.get_write_buffer_size()
        self._unsent_frames = self._unsent_frames + 1 if unsent_bytes else 0
        if unsent_bytes > _UNSENT_BYTES_MAX or self._unsent_frames > _UNSENT_FRAMES_MAX:
            self.finish(*TOO_SLOW)

    def finish(self, code: int, reason: str) -> None:
        """Close with a code; whoever does not take leave within seconds is cut off."""
        if not self.is_open:
            return
        self.stop_keepalive()
        self.conn.send_close(code, reason)
        self._write_end(code, reason)

    async def drained(self) -> None:
        """Wait until the client has read most of what was said."""
        await self.writable.wait()

    def handle_connect(self, event: Any) -> None:
        """Let the application find this connection."""
        super().handle_connect(event)
        self._has_head = True
        self._budget_at_s = monotonic_s()
        if getattr(self, "scope", None) is not None:
            self.scope["linli.socket"] = self  # pyright: ignore[reportGeneralTypeIssues]

    async def send(self, message: Any) -> None:
        """A handshake that was refused is over, too; uvicorn would call it forgotten."""
        await super().send(message)
        if message["type"] == "websocket.http.response.body":
            self.handshake_complete = True

    def data_received(self, data: bytes) -> None:
        """Count what comes before anything is made of it."""
        if self._has_head and not self._may_send(len(data)):
            self.finish(*FLOODING)
            return
        if self.conn.parser_exc is None:
            super().data_received(data)

    def send_receive_event_to_app(self) -> None:
        """What is no text is refused, where uvicorn would write a stack into the log."""
        if self.curr_msg_data_type == "text":
            try:
                b"".join(self.frames).decode()
            except UnicodeDecodeError:
                self.frames = []
                self.finish(*NOT_TEXT)
                return
        super().send_receive_event_to_app()

    def handle_parser_exception(self) -> None:
        """Say what was wrong; what is on its way is read and dropped, as a reset would hide it."""
        closing = self.conn.close_sent
        assert closing is not None
        self._write_end(closing.code, closing.reason)

    def keepalive_timeout(self) -> None:
        """Nobody answers: nor will they read what waits to be sent."""
        super().keepalive_timeout()
        self._end_soon()

    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        """The application is done with it, so it ends soon, whatever the client does."""
        super().on_task_complete(task)
        self._end_soon()

    def shutdown(self) -> None:
        """The process stops: tell the client, and wait for none that does not read."""
        super().shutdown()
        self._end_soon(_STOP_S)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is left to wait for."""
        super().connection_lost(exc)
        self._is_lost = True
        if self._end_timer is not None:
            self._end_timer.cancel()

    def _write_end(self, code: int, reason: str) -> None:
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        # uvicorn closes at once where no timer of its own runs.
        self.close_timer = self.loop.call_later(_END_S, self.transport.abort)

    def _may_send(self, size: int) -> bool:
        now_s = monotonic_s()
        gained = (now_s - self._budget_at_s) * _BYTES_PER_S
        self._budget_at_s = now_s
        self._budget_bytes = min(_BYTES_MAX, self._budget_bytes + gained) - size
        return self._budget_bytes >= 0

    def _end_soon(self, within_s: float = _END_S) -> None:
        # Closing waits until everything is sent, which may be for ever.
        if self._end_timer is not None:
            self._end_timer.cancel()
        if self._is_lost:
            return
        self._end_timer = self.loop.call_later(within_s, self.transport.abort)
