"""The bell: an arq job that carries nothing but a reaction's key or a community's, as JSON."""

from typing import Any
from uuid import UUID

import orjson
from arq.connections import ArqRedis
from redis.asyncio import ConnectionPool

from api.kit.redis_line import RedisLine

# arq polls each half second unless told otherwise; at 20 ms a bell is heard within 10 on average
# and costs 2.5 % of a core when idle.
POLL_S = 0.02
RING = "react"
ROUND = "round"
# A line that was cut is as silent as a Redis that is slow; arq itself would wait for ever.
_SILENCE_S = 5
_CONNECT_S = 1


def open_queue(url: str) -> ArqRedis:
    """Connections for an arq worker to listen on; they give up soon, since PostgreSQL remembers."""
    return _queue(
        ConnectionPool.from_url(  # pyright: ignore[reportUnknownMemberType]
            url, socket_timeout=_SILENCE_S, socket_connect_timeout=_CONNECT_S
        )
    )


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
        self._queue = _queue(line.client.connection_pool)

    async def ring(self, event_seq: int, task: str) -> None:
        """Ring once.

        Raises:
            RedisAway: PostgreSQL remembers the reaction.
        """
        async with self._line.asked():
            await self._queue.enqueue_job(RING, event_seq, task)

    async def ring_round(self, community_id: UUID, n: int) -> None:
        """Ring for a community's n-th round; whoever rings for it again is not heard.

        Raises:
            RedisAway: PostgreSQL remembers the turn.
        """
        async with self._line.asked():
            await self._queue.enqueue_job(
                ROUND, str(community_id), _job_id=f"{ROUND}:{community_id}:{n}"
            )


def _queue(pool: Any) -> ArqRedis:
    return ArqRedis(pool, job_serializer=write_job, job_deserializer=read_job)
