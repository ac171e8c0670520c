"""Of a client that left, the request at work hears, whatever it had sent after it."""

import asyncio
from typing import Any

from starlette.types import Receive, Scope, Send
from uvicorn import Config
from uvicorn.server import ServerState

from api.kit.http.patience import PatientProtocol

_REQUEST = b"GET /assets/large HTTP/1.1\r\nHost: x\r\n\r\n"


class _Transport(asyncio.Transport):
    """A connection that takes everything until it is gone, as uvloop's does."""

    is_gone = False

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return default

    def is_closing(self) -> bool:
        return self.is_gone

    def write(self, data: Any) -> None:
        if self.is_gone:
            raise RuntimeError("the handler is closed")

    def get_write_buffer_size(self) -> int:
        return 0

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...

    def close(self) -> None:
        self.is_gone = True

    def abort(self) -> None:
        self.is_gone = True


async def test_the_first_of_three_in_a_row_hears_that_its_client_left() -> None:
    """It would write to a connection that is gone, and be reported as broken."""
    has_begun, may_go_on = asyncio.Event(), asyncio.Event()
    ended: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        has_begun.set()
        await may_go_on.wait()
        try:
            await send({"type": "http.response.body", "body": b"x" * 100, "more_body": True})
        except RuntimeError as error:
            ended.append(str(error))
        else:
            ended.append("unheard")

    config = Config(app, log_level="critical", log_config=None)
    config.load()
    state = ServerState()
    protocol = PatientProtocol(config, state, {})
    transport = _Transport()
    protocol.connection_made(transport)
    protocol.data_received(_REQUEST * 3)
    await asyncio.wait_for(has_begun.wait(), 5)
    transport.abort()
    protocol.connection_lost(None)
    may_go_on.set()
    await asyncio.gather(*state.tasks)

    assert ["unheard"] == ended
