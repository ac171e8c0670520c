"""The day's clock as the players see it: minutes of the day, many times as fast as the real one."""

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

# A sleeper looks again so often, since the pace may have changed meanwhile.
_NAP_S = 0.5


@dataclass(slots=True)
class Pace:
    """Minute 0 is ``midnight``; at real second ``since_s`` it was minute ``since_min``."""

    midnight: datetime
    since_min: float
    since_s: float
    speed: float

    @property
    def now_min(self) -> float:
        """The minute of the day."""
        return self.since_min + (time.monotonic() - self.since_s) * self.speed / 60

    def change(self, *, now: datetime, speed: float) -> None:
        """Go on from this moment of the day at another speed."""
        minute = (now - self.midnight).total_seconds() / 60
        self.since_min, self.since_s, self.speed = minute, time.monotonic(), speed

    def at(self, minute: float) -> datetime:
        """The moment of a minute."""
        return self.midnight + timedelta(minutes=minute)

    def minute(self, moment: str) -> float:
        """The minute of a moment that the API told."""
        return (datetime.fromisoformat(moment) - self.midnight).total_seconds() / 60

    async def until(self, minute: float) -> None:
        """Wait for a minute of the day; past ones are not waited for."""
        while (left_min := minute - self.now_min) > 0:  # noqa: ASYNC110 (nobody else knows when)
            await asyncio.sleep(min(_NAP_S, left_min * 60 / self.speed))

    async def rest(self, minutes: float) -> None:
        """Wait so many minutes of the day."""
        await self.until(self.now_min + minutes)
