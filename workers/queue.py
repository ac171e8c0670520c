"""The bell: an arq job that carries nothing but a reaction's key, as JSON."""

import asyncio
from typing import Any

import orjson
from arq.connections import ArqRedis, RedisSettings, create_pool

# arq polls each half second unless told otherwise; at 20 ms a bell is heard within 10 on average
# and costs 2.5 % of a core when idle.
POLL_S = 0.02
RING = "react"
_PATIENCE_S = 1.0


def redis_settings(url: str) -> RedisSettings:
    """arq's settings for a Redis URL; it gives up soon, since PostgreSQL remembers."""
    settings = RedisSettings.from_dsn(url)
    settings.conn_retries = 0
    settings.conn_timeout = 1
    return settings


def write_job(value: dict[str, Any]) -> bytes:
    """JSON instead of pickle: who can write to Redis must not be able to run code here."""
    return orjson.dumps(value, default=str)


def read_job(raw: bytes) -> dict[str, Any]:
    """The opposite of `write_job`."""
    return orjson.loads(raw)


class Bell:
    """Rings for reactions; connects when first needed and again after Redis was away."""

    def __init__(self, redis_url: str) -> None:
        self._settings = redis_settings(redis_url)
        self._pool: ArqRedis | None = None

    async def ring(self, event_seq: int, task: str) -> None:
        """Ring once.

        Raises:
            RedisError, OSError, TimeoutError: Redis is away, or hangs.
        """
        # A Redis that hangs must not hold up the pump: PostgreSQL remembers the reaction.
        async with asyncio.timeout(_PATIENCE_S):
            if self._pool is None:
                self._pool = await create_pool(
                    self._settings, job_serializer=write_job, job_deserializer=read_job
                )
            await self._pool.enqueue_job(RING, event_seq, task)

    async def close(self) -> None:
        """Let go of the connection."""
        if self._pool is not None:
            await self._pool.aclose()
            self._pool = None
