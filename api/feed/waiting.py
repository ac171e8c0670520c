"""Where clients wait for a change: bounded, woken by the bell, by a look while it is away.

Whoever waits here holds neither a database connection nor a place among the requests at work.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from uuid import UUID

import structlog

from api.errors import AppError
from api.feed.bell import FeedBell
from api.kit.db import is_passing

_log = structlog.get_logger(__name__)

Look = Callable[[list[UUID]], Awaitable[dict[UUID, int]]]


class Seat:
    """One client that waits for more than ``after``."""

    def __init__(
        self, person: UUID, after: int, leave: Callable[["Seat"], None], *, places: bool
    ) -> None:
        self.person = person
        self.after = after
        self.hears_places = places
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

    def __init__(self, bell: FeedBell, *, look: Look, seats: int, seats_each: int) -> None:
        """``look``: how far the feeds of some people have come."""
        self._bell = bell
        self._look = look
        self._seats_max = seats
        self._seats_each = seats_each
        self._seats: dict[UUID, deque[Seat]] = {}
        self._count = 0
        self._is_closing = False
        self._looking: asyncio.Task[None] | None = None

    @property
    def taken(self) -> int:
        """How many wait."""
        return self._count

    @contextmanager
    def seat(self, person: UUID, *, after: int, places: bool) -> Generator[Seat]:
        """A seat, from before the first look, so that no ring is missed; with ``places`` it is
        woken by what happens at any place, too.

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
        seat = Seat(person, after, self._leave, places=places)
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

    def let_go(self) -> None:
        """Wake everybody and let nobody wait any more: the process was told to stop."""
        self._is_closing = True
        for seats in list(self._seats.values()):
            for seat in list(seats):
                self._leave(seat)

    async def close(self) -> None:
        """Let everybody go and stop looking."""
        self.let_go()
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
            self._looking = None

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

    def _wake(self, people: frozenset[UUID], places: bool) -> None:
        for person in people:
            for seat in self._seats.get(person, ()):
                seat.wake()
        if places:
            self._wake_for_places()

    def _wake_for_places(self) -> None:
        for seats in self._seats.values():
            for seat in seats:
                if seat.hears_places:
                    seat.wake()

    def _begin(self) -> None:
        if self._looking is None:
            self._bell.listen(self._wake)
            self._looking = asyncio.create_task(self._look_forever(), name="feed-look")

    async def _look_forever(self) -> None:
        # One statement for all who wait.
        while True:
            await asyncio.sleep(self._bell.look_s)
            if not self._seats:
                continue
            try:
                newest = await self._look(list(self._seats))
            except Exception as error:
                if not is_passing(error):
                    _log.exception("feed_look_failed")
                continue
            self._wake_for_places()
            for person, n in newest.items():
                for seat in self._seats.get(person, ()):
                    if seat.after < n:
                        seat.wake()
