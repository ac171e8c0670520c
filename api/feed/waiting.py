"""Where clients wait for a change: bounded, woken by a bell in Redis, by a look while it is away.

Whoever waits here holds neither a database connection nor a place among the requests at work.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Generator, Iterable
from contextlib import contextmanager, suppress
from uuid import UUID

import orjson
import structlog
from redis.exceptions import RedisError

from api.errors import AppError
from api.kit.db import is_passing
from api.kit.redis_line import RedisAway, RedisLine

_log = structlog.get_logger(__name__)

_CHANNEL = "linli:feed"
# One statement for all who wait: often while the bell is away, seldom while it rings, for a ring
# that was lost.
_LOOK_S = 5.0
_LOOK_WITHOUT_BELL_S = 1.0
# Silence for so long is looked into: a Redis that hangs is as silent as one with nothing to say.
_EAR_S = 1.0

Look = Callable[[list[UUID]], Awaitable[dict[UUID, int]]]


class Seat:
    """One client that waits for more than ``after``."""

    def __init__(self, person: UUID, after: int, leave: Callable[["Seat"], None]) -> None:
        self.person = person
        self.after = after
        self._leave = leave
        self.is_taken = True
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Let it look."""
        self._woken.set()

    def give_back(self) -> None:
        """Let somebody else have it: whoever waited on it looks once more, and is done."""
        self._leave(self)

    async def sleep(self, seconds: float) -> None:
        """Until woken, or until the time is over."""
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return
        self._woken.clear()


class WaitingRoom:
    """The seats of one process."""

    def __init__(self, line: RedisLine, *, look: Look, seats: int, seats_each: int) -> None:
        """``look``: how far the feeds of some people have come."""
        self._line = line
        self._look = look
        self._seats_max = seats
        self._seats_each = seats_each
        self._seats: dict[UUID, deque[Seat]] = {}
        self._count = 0
        self._hears = False
        self._is_closing = False
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def taken(self) -> int:
        """How many wait."""
        return self._count

    @contextmanager
    def seat(self, person: UUID, *, after: int) -> Generator[Seat]:
        """A seat, from before the first look, so that no ring is missed.

        Whoever takes one too many for one person takes the oldest, whose client is likely gone.
        Once the room is closing, a seat is none: its client looks once and goes.

        Raises:
            AppError: busy, where the room is full.
        """
        taken = self._seats.get(person, deque())
        if len(taken) >= self._seats_each:
            self._leave(taken[0])
        elif self._count >= self._seats_max:
            raise AppError("busy", retry_after_s=5)
        seat = Seat(person, after, self._leave)
        if self._is_closing:
            seat.is_taken = False
            yield seat
            return
        self._begin()
        self._seats.setdefault(person, deque()).append(seat)
        self._count += 1
        try:
            yield seat
        finally:
            seat.give_back()

    async def ring(self, people: Iterable[UUID]) -> None:
        """Tell all processes that these people's feeds grew; a ring that is lost is made up for."""
        told = orjson.dumps([str(p) for p in people])
        with suppress(RedisAway):
            async with self._line.asked() as redis:
                await redis.publish(_CHANNEL, told)  # pyright: ignore[reportUnknownMemberType]

    def let_go(self) -> None:
        """Wake everybody and let nobody wait any more: the process was told to stop."""
        self._is_closing = True
        for seats in list(self._seats.values()):
            for seat in list(seats):
                self._leave(seat)

    async def close(self) -> None:
        """Let everybody go and stop listening."""
        self.let_go()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    def _leave(self, seat: Seat) -> None:
        if not seat.is_taken:
            return
        seat.is_taken = False
        seat.wake()
        self._count -= 1
        left = self._seats[seat.person]
        left.remove(seat)
        if not left:
            del self._seats[seat.person]

    def _wake(self, person: UUID) -> None:
        for seat in self._seats.get(person, ()):
            seat.wake()

    def _begin(self) -> None:
        if not self._tasks:
            self._tasks = [
                asyncio.create_task(self._listen_forever(), name="feed-ear"),
                asyncio.create_task(self._look_forever(), name="feed-look"),
            ]

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
                # Whoever can write to Redis can at most wake somebody for nothing.
                with suppress(ValueError, TypeError):
                    for person in orjson.loads(heard["data"]):  # pyright: ignore[reportUnknownArgumentType, reportArgumentType]
                        self._wake(UUID(person))

    async def _look_forever(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_S if self._hears else _LOOK_WITHOUT_BELL_S)
            if not self._seats:
                continue
            try:
                newest = await self._look(list(self._seats))
            except Exception as error:
                if not is_passing(error):
                    _log.exception("feed_look_failed")
                continue
            for person, n in newest.items():
                for seat in self._seats.get(person, ()):
                    if seat.after < n:
                        seat.wake()
