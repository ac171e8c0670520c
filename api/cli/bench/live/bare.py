"""The limit: the same library and settings, and an application that only sends.

Every connection is greeted; ``POST /fire`` sends the frame in the environment to each in turn.
"""

import os
from collections.abc import Sequence
from typing import Any, cast

import uvicorn
import uvloop
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from api.cli.serve import server_config, set_loaded_aside

FRAME = "LINLI_BENCH_FRAME"


class Bare:
    """An ASGI application without any layer."""

    def __init__(self, frame: str) -> None:
        self._message: dict[str, Any] = {"type": "websocket.send", "text": frame}
        self._lines: set[Send] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hold a line, or send to all of them, or answer that all is well."""
        if scope["type"] == "websocket":
            await self._hold(receive, send)
        elif scope["type"] == "http":
            if scope["path"] == "/fire":
                for line in self._lines:
                    await line(self._message)
            await send({"type": "http.response.start", "status": 200,
                        "headers": [(b"content-length", b"2")]})  # fmt: skip
            await send({"type": "http.response.body", "body": b"ok"})

    async def _hold(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "text": '{"event":"hello"}'})
        self._lines.add(send)
        while (await receive())["type"] != "websocket.disconnect":
            pass
        self._lines.discard(send)


def main(arguments: Sequence[str]) -> None:
    """Serve on the port until told to stop."""
    (port,) = map(int, arguments)
    # Typed for the product's application; the server takes any.
    app = cast("FastAPI", Bare(os.environ[FRAME]))
    config = server_config(app, host="127.0.0.1", port=port)
    config.lifespan = "off"
    set_loaded_aside()
    uvloop.run(uvicorn.Server(config).serve())
