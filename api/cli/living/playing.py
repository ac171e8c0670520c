"""Day after day: a first morning in quick motion, then at the asked pace; nights are left out."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from api.bootstrap import Parts
from api.cli.living.errands import live_errand
from api.cli.living.founding import find_shop, found
from api.cli.living.gentle import GentleWire
from api.cli.living.market import join, tend
from api.cli.living.quarrels import complain, mediate, write
from api.cli.living.runners import Runner
from api.cli.living.script import DAYS_MAX, FIRST_MIN, LAST_MIN, OPEN_MAX, RUNNERS, day_of
from api.cli.living.town import Town
from api.cli.replay.clock import change_speed, turn_clock
from api.cli.replay.governor import Governor
from api.cli.replay.pace import Pace
from api.kit.clock import china
from api.kit.db import read_now

# The first morning, up to noon, in less than a minute.
QUICK_SPEED = 330.0
MORNING_IS_OVER = "the morning is over; the day goes on"
_QUICK_UNTIL_MIN = 12.5 * 60
# What is in hand then is carried to its end.
_GONE_AFTER_MIN = 75.0
_AGAIN_MIN = 15.0
# So early people are up, and the first day may begin.
_UP_BEFORE_MIN = 30.0
_COMPLAINT_MIN = 10 * 60 + 20.0
# Requests in a second: in quick motion; and of all that follows, more where time goes faster.
_QUICK_CALLS, _CALLS, _CALLS_A_SPEED = 60.0, 4.0, 0.6

Act = tuple[float, str, Callable[[], Awaitable[None]]]


@dataclass(slots=True)
class Life:
    """The town, its clock, and how fast both go."""

    parts: Parts
    wire: GentleWire
    town: Town
    speed: float
    governor: Governor

    async def live(self, *, founded_on: datetime) -> None:
        """Live until cancelled, or until the story is told.

        Raises:
            Unexpected: this is not the demonstration community.
        """
        governing = asyncio.create_task(self.governor.govern())
        try:
            await self._begin()
            while (number := self._number(founded_on)) < DAYS_MAX:
                await self._day(number if self.town.first_are_away else 0)
                await self._sleep_until_morning()
            self.town.say(f"{DAYS_MAX} days are told; the people rest, the pages stay")
        finally:
            governing.cancel()
            with suppress(asyncio.CancelledError):
                await governing

    async def _begin(self) -> None:
        pace = self.town.pace
        if not FIRST_MIN - _UP_BEFORE_MIN <= pace.now_min % 1440 <= LAST_MIN:
            await self._sleep_until_morning()
        await self.town.enter()
        if await find_shop(self.town):
            self.town.first_are_away = True
            await self.town.recall()
            return
        if pace.now_min % 1440 > FIRST_MIN + 60:
            await self._sleep_until_morning()
        self.wire.per_s = _QUICK_CALLS
        await found(self.town)
        await self._go_at(QUICK_SPEED)

    async def _day(self, number: int) -> None:
        """Everybody's day; what belongs to minutes that are over is left out."""
        town, midnight_min = self.town, self.town.pace.now_min // 1440 * 1440
        until_min = midnight_min + LAST_MIN
        noon_min = midnight_min + _QUICK_UNTIL_MIN
        days = [self._follow(number, midnight_min), tend(town, until_min=until_min)]
        for n in range(1, RUNNERS + 1):
            if n > 1:
                days.append(self._carry(n, until_min))
            elif not town.first_are_away:
                days.append(self._carry(n, noon_min))
        if not town.first_are_away:
            days.append(self._slow_down(noon_min))
        tasks = [asyncio.create_task(day) for day in days]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _carry(self, n: int, until_min: float) -> None:
        """A runner's day; whoever was refused or not answered begins again a little later."""
        town = self.town
        runner = Runner(town, await town.person(f"runner{n}"))
        gone_min = until_min + _GONE_AFTER_MIN
        while town.pace.now_min < until_min:
            await town.guarded(
                lambda: runner.live(until_min=until_min, gone_min=gone_min), runner.client.name
            )
            await town.pace.rest(_AGAIN_MIN)

    async def _follow(self, number: int, midnight_min: float) -> None:
        """Begin what the script says when its minute comes, not too much at once."""
        town, running = self.town, set[asyncio.Task[None]]()
        began_min = town.pace.now_min
        try:
            for minute, what, act in self._acts(number):
                if midnight_min + minute < began_min:
                    continue
                await town.pace.until(midnight_min + minute)
                running = {task for task in running if not task.done()}
                if len(running) < OPEN_MAX:
                    running.add(asyncio.create_task(town.guarded(act, what)))
            await town.pace.until(midnight_min + LAST_MIN + _GONE_AFTER_MIN)
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    def _acts(self, number: int) -> list[Act]:
        town, day = self.town, day_of(number)
        acts: list[Act] = [
            *((e.minute, f"{e.wish.kind} errand", partial(live_errand, town, e))
              for e in day.errands),
            *((w.minute, "post", partial(write, town, w)) for w in day.writings),
            *((j.minute, "vegetables", partial(join, town, j)) for j in day.joins),
            *((c.minute, "case", partial(mediate, town, c)) for c in day.quarrels),
        ]  # fmt: skip
        if number == 0:
            acts.append((_COMPLAINT_MIN, "complaint", partial(complain, town)))
        return sorted(acts, key=lambda act: act[0])

    async def _slow_down(self, noon_min: float) -> None:
        """The morning is over: on at the asked speed; the keyboard's two people are let go."""
        await self.town.pace.until(noon_min)
        self.town.first_are_away = True
        self.wire.per_s = calls_per_s(self.speed)
        await self._go_at(self.speed)
        self.town.say(MORNING_IS_OVER)

    async def _go_at(self, speed: float) -> None:
        self.governor.wished = self.governor.speed = speed
        await change_speed(self.parts, self.town.pace, speed)

    async def _sleep_until_morning(self) -> None:
        """Leave the night out: the clock only ever goes forward."""
        pace = self.town.pace
        days = 1 if pace.now_min % 1440 > FIRST_MIN else 0
        morning_min = (pace.now_min // 1440 + days) * 1440 + FIRST_MIN - 10
        await turn_clock(self.parts, at=pace.at(morning_min), speed=self.governor.speed)
        pace.change(now=pace.at(morning_min), speed=self.governor.speed)

    def _number(self, founded_on: datetime) -> int:
        return (self.town.today.date() - china(founded_on).date()).days


def calls_per_s(speed: float) -> float:
    """How many requests a second all people together may send at a speed."""
    return max(_CALLS, _CALLS_A_SPEED * speed)


async def make_life(
    parts: Parts, wire: GentleWire, *, speed: float, say: Callable[[str], None]
) -> Life:
    """The clock where it stands, at the asked speed, and everybody still at home."""
    async with parts.database.session() as session:
        now = await read_now(session)
    await turn_clock(parts, at=now + timedelta(seconds=1), speed=speed)
    midnight = china(now).replace(hour=0, minute=0, second=0, microsecond=0)
    pace = Pace(midnight, 0.0, 0.0, speed)
    pace.change(now=now + timedelta(seconds=1), speed=speed)
    wire.per_s = calls_per_s(speed)
    town = Town(wire, pace, say=say)

    async def set_speed(chosen: float) -> None:
        await change_speed(parts, pace, chosen)

    return Life(parts, wire, town, speed, Governor(wire, speed, set_speed))
