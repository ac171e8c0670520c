"""Noticing that a client went away while its request waits for something."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress

from starlette.requests import Request


@asynccontextmanager
async def while_it_stays(
    request: Request, *, on_leaving: Callable[[], None]
) -> AsyncGenerator[None]:
    """Call ``on_leaving`` once, as soon as the client is gone; the body must have been read."""

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        on_leaving()

    watching = asyncio.create_task(watch(), name="client-watch")
    try:
        yield
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
