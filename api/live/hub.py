"""Who is on the line in this process, and the one reader that tells them what is new.

However many lines there are: one ear (feed/bell.py), one statement for all whose feeds grew, one
for what happened at places, one every few seconds for whether their sessions still hold. A line
that comes reads what it missed by itself, from the database, and joins where the reader is.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol
from uuid import UUID

import structlog

from api.errors import AppError
from api.feed.bell import FeedBell
from api.feed.queries import read_everywhere, read_many
from api.feed.rules import Reach, reach_of
from api.feed.schemas import change_out
from api.feed.service import Seen, changes_after, write_cursor
from api.identity.queries import still_live
from api.kit.clock import monotonic_s
from api.kit.db import Database, is_passing
from api.kit.http.gate import Gate
from api.live.rules import (
    REPLACED,
    RESTARTING,
    RIGHTS_CHANGED,
    SESSION_ENDED,
    frame,
    frame_tail,
    hello,
)
from api.observability.metrics import LIVE_FRAMES, LIVE_LINES, LIVE_PASS_SECONDS

_log = structlog.get_logger(__name__)

# Rows of one statement: of one person, of all places, and people asked for at once.
_PAGE = 100
_PLACES_PAGE = 200
_PEOPLE_AT_ONCE = 500
# After so many lines others get their turn.
_LINES_IN_A_ROW = 250
_REST_S = 0.5
# A session that ended, a role that was withdrawn: cut within about twice this.
_CHECK_S = 2.0
# Lines that read what they missed: at once, and waiting.
_READING_AT_ONCE = 6
_READING_WAITING = 20_000
_READING_WAIT_S = 30.0


class Socket(Protocol):
    """What carries a line: a WebSocket, or a stream of events. Neither act waits."""

    @property
    def is_open(self) -> bool:
        """Whether it may still be said something."""
        ...

    def say(self, text: bytes) -> None:
        """Send; a client that has not read too much before is cut."""
        ...

    def finish(self, code: int, reason: str) -> None:
        """End it with a code."""
        ...

    async def drained(self) -> None:
        """Wait until most of what was said is read."""
        ...


@dataclass(slots=True, eq=False)
class Line:
    """One client that is told what changes. It has been told everything up to ``n``."""

    socket: Socket
    user_id: UUID
    session_id: UUID
    # Where its person is staff and wants to be told.
    reach: Reach | None
    wants_places: bool
    n: int = 0
    # Of places; while it is on the line, what the hub has told counts where that is more.
    places_n: int = 0
    is_joined: bool = False

    def cursor(self) -> str:
        """Where it stands, as its client sends it to go on."""
        return write_cursor(self.n, self.places_n, user_id=self.user_id)


class Hub:
    """The lines of one process."""

    def __init__(self, database: Database, bell: FeedBell, *, lines: int, lines_each: int) -> None:
        """``lines`` at once, of which ``lines_each`` of one person."""
        self._database = database
        self._bell = bell
        self._lines_max = lines
        self._lines_each = lines_each
        # A line that comes waits for its turn rather than be refused: many come after a restart.
        self._reading = Gate(
            at_once=_READING_AT_ONCE, waiting=_READING_WAITING, wait_s=_READING_WAIT_S
        )
        self._of_people: dict[UUID, list[Line]] = {}
        self._of_places: dict[UUID | None, set[Line]] = {}
        self._count = 0
        # Everything of places up to here was told; only where somebody is told of places.
        self._places_n = 0
        self._rung: set[UUID] = set()
        self._is_rung_for_places = False
        self._has_rung = asyncio.Event()
        self._is_closing = False
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def count(self) -> int:
        """How many are on the line."""
        return self._count

    def admit(self, user_id: UUID) -> None:
        """Refuse early, while a refusal can still be read; who would end a line of theirs may come.

        Raises:
            AppError: busy, where the process has too many lines or stops.
        """
        ends_one = len(self._of_people.get(user_id, ())) >= self._lines_each
        if self._is_closing or (self._count >= self._lines_max and not ends_one):
            raise AppError("busy", retry_after_s=5)

    @asynccontextmanager
    async def joined(self, line: Line, seen: Seen) -> AsyncGenerator[None]:
        """Hold a line: what its client missed since ``seen`` is told, then what happens.

        One too many of one person ends their oldest, whose client is likely gone.

        Raises:
            AppError: busy; cursor_unknown, where so old a position is no longer known.
        """
        self.admit(line.user_id)
        self._begin()
        mine = self._of_people.get(line.user_id, [])
        if len(mine) >= self._lines_each:
            oldest = mine[0]
            oldest.socket.finish(*REPLACED)
            self._leave(oldest)
        self._of_people.setdefault(line.user_id, []).append(line)
        self._counts(1)
        try:
            await self._catch_up(line, seen)
            yield
        finally:
            self._leave(line)

    def let_go(self) -> None:
        """Take nobody new and end every line, to come back elsewhere: the process stops."""
        self._is_closing = True
        for line in self._lines():
            line.socket.finish(*RESTARTING)

    async def close(self) -> None:
        """Stop reading."""
        self.let_go()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    def _begin(self) -> None:
        if not self._tasks:
            self._bell.listen(self._ring)
            self._tasks = [
                asyncio.create_task(self._tell_forever(), name="live-telling"),
                asyncio.create_task(self._check_forever(), name="live-checking"),
            ]

    def _lines(self) -> list[Line]:
        return [line for lines in self._of_people.values() for line in lines]

    def _counts(self, more: int) -> None:
        self._count += more
        LIVE_LINES.inc(more)

    def _leave(self, line: Line) -> None:
        mine = self._of_people.get(line.user_id, [])
        if line not in mine:
            return
        mine.remove(line)
        if not mine:
            del self._of_people[line.user_id]
        self._counts(-1)
        line.is_joined = False
        for key in _keys(line.reach):
            lines = self._of_places.get(key, set())
            lines.discard(line)
            if not lines:
                self._of_places.pop(key, None)

    async def _catch_up(self, line: Line, seen: Seen) -> None:
        while line.socket.is_open:
            async with self._reading, self._database.session(reads=True) as session:
                found = await changes_after(
                    session, user_id=line.user_id, seen=seen, reach=line.reach
                )
            if not line.socket.is_open:
                return
            # Whoever has read nothing of places yet begins with them here.
            line.n, line.places_n = seen.n or 0, seen.places_n or found.places_n
            for n, *change in found.rows:
                _say(line, _tail([n, *change]), n=n)
            for n, *change in found.of_places:
                _say(line, _tail([n, *change]), n=found.n, places_n=n)
            line.n, line.places_n = found.n, found.places_n
            seen = Seen(found.n, found.places_n)
            if not found.has_more and self._join(line):
                line.socket.say(hello(line.cursor()))
                return
            await line.socket.drained()
            await asyncio.sleep(0)

    def _join(self, line: Line) -> bool:
        """Let the reader tell this line from now on; false: the reader is ahead of it."""
        if line.reach is not None:
            if line.places_n < self._places_n:
                return False
            if not self._of_places:
                self._places_n = line.places_n
            for key in _keys(line.reach):
                self._of_places.setdefault(key, set()).add(line)
        line.is_joined = True
        # What was rung while it caught up was not for it.
        self._ring(frozenset((line.user_id,)), line.reach is not None)
        return True

    def _ring(self, people: frozenset[UUID], places: bool) -> None:
        self._rung |= people & self._of_people.keys()
        self._is_rung_for_places |= places and bool(self._of_places)
        if self._rung or self._is_rung_for_places:
            self._has_rung.set()

    async def _tell_forever(self) -> None:
        looked_s = monotonic_s()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0, looked_s + self._bell.look_s - monotonic_s())):
                    await self._has_rung.wait()
            self._has_rung.clear()
            people, places = self._rung, self._is_rung_for_places
            self._rung, self._is_rung_for_places = set(), False
            if monotonic_s() - looked_s >= self._bell.look_s:
                # For rings that were lost.
                people, places, looked_s = set(self._of_people), True, monotonic_s()
            began_s = monotonic_s()
            try:
                await self._tell_people(people)
                if places:
                    await self._tell_of_places()
            except Exception as error:
                if not is_passing(error):
                    _log.exception("live_telling_failed")
                await asyncio.sleep(_REST_S)
                self._ring(frozenset(people), places)
            else:
                LIVE_PASS_SECONDS.observe(monotonic_s() - began_s)

    async def _tell_people(self, people: Iterable[UUID]) -> None:
        """Tell whoever is on the line what is new in their own feeds."""
        waiting: dict[UUID, int] = {}
        for person in people:
            if joined := [line.n for line in self._of_people.get(person, ()) if line.is_joined]:
                waiting[person] = min(joined)
        while waiting:
            after = dict(islice(waiting.items(), _PEOPLE_AT_ONCE))
            async with self._database.session(reads=True) as session:
                rows = await read_many(session, after=after, limit=_PAGE)
            told = Counter(row[0] for row in rows)
            for person, *change in rows:
                self._tell_person(person, change)
                waiting[person] = change[0]
            for person in after:
                if told[person] < _PAGE:
                    del waiting[person]
            await asyncio.sleep(0)

    def _tell_person(self, person: UUID, change: list[Any]) -> None:
        n, tail = change[0], _tail(change)
        for line in tuple(self._of_people.get(person, ())):
            # The next one only: a line that joined since these were read may lack some before
            # them, and is read for by itself.
            if line.is_joined and line.n + 1 == n:
                line.n = n
                # Whoever is not told of places stays where they were there.
                _say(line, tail, n=n, places_n=self._places_n if line.reach else 0)

    async def _tell_of_places(self) -> None:
        """Tell staff what is new where they are staff."""
        while self._of_places:
            async with self._database.session(reads=True) as session:
                rows = await read_everywhere(session, after=self._places_n, limit=_PLACES_PAGE)
            for *change, path, concerned in rows:
                await self._tell_of_place(change, path, frozenset(concerned))
            if len(rows) < _PLACES_PAGE:
                return

    async def _tell_of_place(
        self, change: list[Any], path: list[UUID], concerned: frozenset[UUID]
    ) -> None:
        n = change[0]
        if n <= self._places_n:
            return
        tail = _tail(change)
        # Before anybody is told: a line that joins meanwhile must have read this one by itself.
        self._places_n = n
        lines = set[Line]().union(*(self._of_places.get(key, ()) for key in (*path, None)))
        for told, line in enumerate(lines, start=1):
            # Whom it concerns anyway is told so in their own feed.
            if line.is_joined and line.places_n < n and line.user_id not in concerned:
                _say(line, tail, n=line.n, places_n=n)
            if told % _LINES_IN_A_ROW == 0:
                await asyncio.sleep(0)

    async def _check_forever(self) -> None:
        while True:
            await asyncio.sleep(_CHECK_S)
            lines = self._lines()
            for first in range(0, len(lines), _PEOPLE_AT_ONCE):
                try:
                    await self._check(lines[first : first + _PEOPLE_AT_ONCE])
                except Exception as error:
                    if not is_passing(error):
                        _log.exception("live_checking_failed")

    async def _check(self, lines: list[Line]) -> None:
        """End lines whose session ended, and those whose person is staff elsewhere now."""
        async with self._database.session(reads=True) as session:
            held = await still_live(session, session_ids=[line.session_id for line in lines])
        for line in lines:
            grants = held.get(line.session_id)
            if grants is None:
                line.socket.finish(*SESSION_ENDED)
            elif line.wants_places and reach_of(grants) != line.reach:
                line.socket.finish(*RIGHTS_CHANGED)


def _keys(reach: Reach | None) -> Iterable[UUID | None]:
    """Under what a line is found when something happens at a place; ``None``: at any."""
    if reach is None:
        return ()
    return (None,) if reach.is_everywhere else reach.place_ids


def _tail(change: list[Any]) -> bytes:
    told = change_out(change)
    return frame_tail(told.kind, told.model_dump_json().encode())


def _say(line: Line, tail: bytes, *, n: int, places_n: int = 0) -> None:
    cursor = write_cursor(n, max(places_n, line.places_n), user_id=line.user_id)
    LIVE_FRAMES.inc()
    line.socket.say(frame(cursor, tail))
