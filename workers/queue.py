"""The bell: an arq job that carries nothing but a reaction's key, as JSON."""

from typing import Any

import orjson
from arq.connections import ArqRedis, RedisSettings

from api.kit.redis_line import RedisLine

# arq polls each half second unless told otherwise; at 20 ms a bell is heard within 10 on average
# and costs 2.5 % of a core when idle.
POLL_S = 0.02
RING = "react"


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
    """Rings for reactions over the process's line to Redis."""

    def __init__(self, line: RedisLine) -> None:
        self._line = line
        self._queue = ArqRedis(
            line.client.connection_pool,  # pyright: ignore[reportArgumentType]
            job_serializer=write_job,
            job_deserializer=read_job,
        )

    async def ring(self, event_seq: int, task: str) -> None:
        """Ring once.

        Raises:
            RedisAway: PostgreSQL remembers the reaction.
        """
        async with self._line.asked():
            await self._queue.enqueue_job(RING, event_seq, task)
