"""The bell of the feeds: rung through Redis when feeds grew, heard once by each process.

Whoever waits in this process hears it through one ear, however many they are. A ring may be lost,
so everybody who listens looks by themselves now and then, and often while the bell is away.
"""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from uuid import UUID

import orjson
from redis.exceptions import RedisError

from api.kit.redis_line import RedisAway, RedisLine

_CHANNEL = "linli:feed"
# Stands after the people where changes of places were written, too.
_PLACES = "places"
# Often while the bell is away, seldom while it rings, for a ring that was lost.
_LOOK_S = 5.0
_LOOK_WITHOUT_BELL_S = 1.0
# Silence for so long is looked into: a Redis that hangs is as silent as one with nothing to say.
_EAR_S = 1.0

# Whose feeds grew, and whether changes of places were written.
Heard = Callable[[frozenset[UUID], bool], None]


class FeedBell:
    """One process's bell, and its one ear."""

    def __init__(self, line: RedisLine) -> None:
        """Listen to nothing yet."""
        self._line = line
        self._listeners: list[Heard] = []
        self._ear: asyncio.Task[None] | None = None
        self._hears = False

    @property
    def look_s(self) -> float:
        """After how many seconds whoever waits should look without having heard anything."""
        return _LOOK_S if self._hears else _LOOK_WITHOUT_BELL_S

    def listen(self, heard: Heard) -> None:
        """Tell this listener, too; the ear opens with the first."""
        self._listeners.append(heard)
        if self._ear is None:
            self._ear = asyncio.create_task(self._listen_forever(), name="feed-ear")

    async def ring(self, people: Iterable[UUID], *, places: bool) -> None:
        """Tell all processes whose feeds grew; a ring that is lost is made up for."""
        told = [*map(str, people), *([_PLACES] if places else [])]
        with suppress(RedisAway):
            async with self._line.asked() as redis:
                await redis.publish(_CHANNEL, orjson.dumps(told))  # pyright: ignore[reportUnknownMemberType]

    async def close(self) -> None:
        """Stop listening."""
        if self._ear is not None:
            self._ear.cancel()
            await asyncio.gather(self._ear, return_exceptions=True)
            self._ear = None

    async def _listen_forever(self) -> None:
        while True:
            try:
                await self._listen()
            except (RedisAway, RedisError, OSError, TimeoutError):
                self._hears = False
            await asyncio.sleep(_LOOK_WITHOUT_BELL_S)

    async def _listen(self) -> None:
        async with self._line.client.pubsub() as ear:  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
            async with self._line.asked():
                await ear.subscribe(_CHANNEL)  # pyright: ignore[reportUnknownMemberType]
            self._hears = True
            while True:
                heard = await ear.get_message(ignore_subscribe_messages=True, timeout=_EAR_S)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
                if heard is None:
                    await self._line.ping()
                    continue
                # Whoever can write to Redis can at most make somebody look for nothing.
                with suppress(ValueError, TypeError, AttributeError):
                    self._pass_on(orjson.loads(heard["data"]))  # pyright: ignore[reportUnknownArgumentType, reportArgumentType]

    def _pass_on(self, told: list[str]) -> None:
        people = frozenset(UUID(one) for one in told if one != _PLACES)
        for heard in self._listeners:
            heard(people, _PLACES in told)
