"""Slows the day down while the machine is behind, so that its latency does not become people's.

At 240 times the pace a request of one second takes four minutes of the day. Where requests take
too long for that, because others use the machine or because the API is being restarted, the
simulated clock is slowed until they are answered in time again; the summary says so.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from api.cli.replay.wire import Wire

_LOOK_EVERY_S = 0.25
# What a request may take, in minutes of the day.
TOLERATED_MIN = 0.5
_SLOWEST = 1 / 32
_SLOWER, _FASTER = 0.5, 1.25


def next_speed(speed: float, *, wished: float, waiting_s: float) -> float:
    """The speed to go on with, when requests take ``waiting_s`` real seconds at the moment."""
    if waiting_s * speed / 60 > TOLERATED_MIN:
        return max(wished * _SLOWEST, speed * _SLOWER)
    if waiting_s * speed * _FASTER / 60 < TOLERATED_MIN / 2:
        return min(wished, speed * _FASTER)
    return speed


@dataclass(slots=True)
class Governor:
    """Watches one wire and sets the clock through ``set_speed``."""

    wire: Wire
    wished: float
    set_speed: Callable[[float], Awaitable[None]]
    speed: float = field(init=False)
    slowed_s: float = 0.0

    def __post_init__(self) -> None:
        self.speed = self.wished

    async def govern(self) -> None:
        """Look and adjust until cancelled."""
        last_s = time.monotonic()
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            now_s = time.monotonic()
            if self.speed < self.wished:
                self.slowed_s += now_s - last_s
            last_s = now_s
            speed = next_speed(self.speed, wished=self.wished, waiting_s=self.wire.waiting_s())
            if speed != self.speed:
                await self.set_speed(speed)
                self.speed = speed
