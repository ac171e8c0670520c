"""Messages out of the house, in a loop of their own: WeChat may be slow, and timers must not be."""

import asyncio

import structlog

from api.bootstrap import Parts
from api.kit.db import is_passing
from api.notifications.service.sending import Post, send_due

_log = structlog.get_logger(__name__)

BATCH = 50


async def send_once(parts: Parts) -> int:
    """Send what is due; how many messages were looked at."""
    post = Post(parts.database, parts.messenger, parts.chaos)
    return await send_due(post, limit=BATCH)


async def send_forever(parts: Parts, *, stopping: asyncio.Event) -> None:
    """Send until told to stop."""
    while not stopping.is_set():
        try:
            if await send_once(parts) == BATCH:
                continue
        except Exception as error:
            if not is_passing(error):
                _log.exception("sending_failed")
        try:
            async with asyncio.timeout(parts.settings.timer_poll_s):
                await stopping.wait()
        except TimeoutError:
            pass
