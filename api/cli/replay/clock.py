"""Turning the simulated clock of the database, and the players' pace with it."""

from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from api.bootstrap import Parts
from api.cli.replay.pace import Pace
from api.kit.db import is_passing
from api.kit.simulated import clear_clock, set_clock

# Longer than setting the clock takes.
_STEP_S = 0.05


async def turn_clock(parts: Parts, *, at: datetime, speed: float) -> None:
    """Let the clock stand at a moment and run so many times as fast as the real one."""
    async with parts.database.transaction() as (session, _):
        await set_clock(session, settings=parts.settings, at=at, speed=speed)


async def change_speed(parts: Parts, pace: Pace, speed: float) -> None:
    """Go on at another speed from a moment just ahead, so that time never runs backwards."""
    try:
        async with parts.database.transaction() as (session, now):
            at = now + timedelta(seconds=_STEP_S * pace.speed)
            await set_clock(session, settings=parts.settings, at=at, speed=speed)
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        if not is_passing(error):
            raise
        return
    pace.change(now=at, speed=speed)


async def real_clock(parts: Parts) -> None:
    """Go back to the real clock."""
    async with parts.database.transaction() as (session, _):
        await clear_clock(session)
