"""The one way of a process to Redis: nobody waits for it longer than a moment, and not twice.

Whoever uses Redis can do without it and goes on at once; nothing that must hold rests on it:

=================  ==================================  =========================================
use                where                               while it is away
=================  ==================================  =========================================
rate limits        kit/ratelimit.py                    each process counts by itself
bell of reactions  workers/queue.py, pump.py           they are due at once; the sweep does them
bell of feeds      feed/bell.py                        one look a second for all who wait
access token       wechat/tokens.py                    in memory, fetched by each process
readiness          observability/health.py             told, and no reason to be unready
=================  ==================================  =========================================

Only the arq worker listens on a connection of its own, beside everything else.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from contextvars import Context

import redis.asyncio as aioredis
import structlog
from redis.exceptions import RedisError

_log = structlog.get_logger(__name__)

# A healthy one answers within a millisecond.
PATIENCE_S = 0.5
# How often one that did not answer is asked whether it does again.
REST_S = 0.5


class RedisAway(Exception):
    """Redis refused, did not answer in time, or did not a moment ago: go on without it."""


class RedisLine:
    """One Redis, its connections, and whether it answers.

    After the first use that failed all others are refused at once, and a look in the background
    finds out when it is back: no request pays for looking. So whatever a request asks of Redis, it
    waits for it in vain at most once.
    """

    def __init__(self, url: str, *, patience_s: float = PATIENCE_S, rest_s: float = REST_S) -> None:
        """Connect to nothing yet; each use may take ``patience_s``, its connecting included."""
        self.client: aioredis.Redis = aioredis.Redis.from_url(  # pyright: ignore[reportUnknownMemberType]
            url, socket_timeout=patience_s, socket_connect_timeout=patience_s
        )
        self._patience_s = patience_s
        self._rest_s = rest_s
        self._looking: asyncio.Task[None] | None = None

    @property
    def is_away(self) -> bool:
        """Whether it did not answer a moment ago."""
        return self._looking is not None

    @asynccontextmanager
    async def asked(self) -> AsyncGenerator["aioredis.Redis"]:
        """Use Redis for a moment; one use may be several commands.

        Raises:
            RedisAway: at once where it was away a moment ago, else after ``patience_s`` at most.
        """
        if self.is_away:
            raise RedisAway("it was away a moment ago")
        try:
            # The pool makes its connections one after the other, so its own timeouts add up.
            async with asyncio.timeout(self._patience_s):
                yield self.client
        except (RedisError, OSError, TimeoutError) as error:
            self._lost(error)
            raise RedisAway(type(error).__name__) from error

    async def ping(self) -> None:
        """Whether it answers.

        Raises:
            RedisAway: it does not.
        """
        async with self.asked() as redis:
            await redis.ping()  # pyright: ignore[reportUnknownMemberType, reportGeneralTypeIssues]

    async def close(self) -> None:
        """Let go of the connections, within seconds; safe to call twice."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
            self._looking = None
        try:
            async with asyncio.timeout(self._patience_s):
                await self.client.aclose()
        except (RedisError, OSError, TimeoutError):
            _log.warning("redis_not_closed")

    def _lost(self, error: Exception) -> None:
        if self._looking is None:
            _log.warning("redis_away", error=type(error).__name__)
            # Of nobody's request, so that no log line of it names one.
            self._looking = asyncio.create_task(
                self._look_until_back(), name="redis-look", context=Context()
            )

    async def _look_until_back(self) -> None:
        while True:
            await asyncio.sleep(self._rest_s)
            try:
                async with asyncio.timeout(self._patience_s):
                    await self.client.ping()  # pyright: ignore[reportUnknownMemberType, reportGeneralTypeIssues]
            except (RedisError, OSError, TimeoutError):
                continue
            _log.info("redis_back")
            self._looking = None
            return
