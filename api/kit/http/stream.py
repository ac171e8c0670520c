"""A large body on its way to a route that reads it by itself: capped, timed, never left half read.

The route looks at headers first (who, how much already), so that a stranger's body is never read.
"""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import AppError

STREAM_S = 60.0
# A phone on a poor line still sends something now and then.
_SILENCE_S = 10.0


class Stream:
    """The body of one request."""

    def __init__(self, receive: Receive, *, declared: bytes | None, bytes_max: int) -> None:
        """``declared`` is the Content-Length, if there is one.

        Raises:
            AppError: body_too_large, where that alone says so.
        """
        self._receive = receive
        self._bytes_max = bytes_max
        self._bytes = 0
        self._is_over = False
        self._is_endless = declared is None
        if declared is not None and (
            not declared.isdigit() or len(declared) > 12 or int(declared) > bytes_max
        ):
            raise AppError("body_too_large", f"at most {bytes_max} bytes")

    async def pass_to(self, app: ASGIApp, scope: Scope, send: Send) -> None:
        """Let ``app`` answer; the server throws away what it did not read, up to the declared end.

        Raises:
            AppError: body_too_slow, body_too_large, busy.
        """

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start" and not self._is_over and self._is_endless:
                message["headers"] = [*message.get("headers", ()), (b"connection", b"close")]
            await send(message)

        try:
            async with asyncio.timeout(STREAM_S):
                await app(scope, self._next, answer)
        except TimeoutError as error:
            code = "busy" if self._is_over else "body_too_slow"
            raise AppError(code) from error

    async def _next(self) -> Message:
        if self._is_over:
            return await self._receive()
        try:
            async with asyncio.timeout(_SILENCE_S):
                message = await self._receive()
        except TimeoutError as error:
            raise AppError("body_too_slow") from error
        if message["type"] == "http.disconnect":
            self._is_over = True
            raise AppError("body_too_slow", "the client went away")
        self._bytes += len(message.get("body", b""))
        if self._bytes > self._bytes_max:
            raise AppError("body_too_large", f"at most {self._bytes_max} bytes")
        self._is_over = not message.get("more_body", False)
        return message
