"""The process of the demonstration's people: ``python -m api.cli.living.people``."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import uvloop
from sqlalchemy.exc import SQLAlchemyError

from api.bootstrap import Parts, build
from api.cli.living.gentle import GentleWire
from api.cli.living.playing import make_life
from api.cli.living.queries import founded_on
from api.cli.living.script import FIRST_MIN
from api.cli.replay.client import GaveUp, Unexpected
from api.cli.replay.clock import turn_clock
from api.cli.seed import OFFICE
from api.kit.clock import china
from api.kit.db import read_now
from api.kit.simulated import is_simulated
from api.settings import Settings, read_settings

# A day in three hours and a half: fast enough to watch, slow enough to take part in.
DEFAULT_SPEED, SPEED_MAX = 4.0, 20.0
_AGAIN_AFTER_S, _AGAIN_AFTER_MAX_S = 5.0, 300.0
# Before the first errand: people, homes and a shop are made in the meantime.
_AHEAD_MIN = 20.0
# From so late on, the quick first morning fits into the day it is.
_NOON_MIN = 13 * 60.0


def why_not(settings: Settings) -> str | None:
    """Why simulated people may not live here; None: they may."""
    if settings.environment == "production":
        return "this is production"
    needed = {
        "LINLI_DEV_LOGIN": settings.dev_login,
        "LINLI_SANDBOX_PAYMENTS": settings.sandbox_payments,
        "LINLI_SIMULATED_CLOCK": settings.simulated_clock,
    }
    off = [name for name, is_on in needed.items() if not is_on]
    return f"the environment switches off {', '.join(off)}" if off else None


async def begin_early(parts: Parts) -> None:
    """Before the community is made: let its first day begin this morning, or yesterday's.

    The quick first morning then never runs ahead of the real time. A community that is there keeps
    its clock, because time never runs backwards.
    """
    async with parts.database.session() as session:
        if await founded_on(session, office=OFFICE) or await is_simulated(session):
            return
        now = china(await read_now(session))
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if (now - midnight) < timedelta(minutes=_NOON_MIN):
        midnight -= timedelta(days=1)
    await turn_clock(parts, at=midnight + timedelta(minutes=FIRST_MIN - _AHEAD_MIN), speed=1)


async def live(settings: Settings, *, host: str, port: int, speed: float) -> None:
    """Live until a signal; what breaks is said once and tried again, ever later.

    The clock goes at the real pace again when it ends.
    """
    parts = build(settings)
    await parts.open()
    wire = GentleWire(host=host, port=port, per_s=1.0)
    living = asyncio.create_task(_live_on(parts, wire, speed))
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, living.cancel)
    try:
        with suppress(asyncio.CancelledError):
            await living
    finally:
        wire.close()
        with suppress(SQLAlchemyError, OSError, TimeoutError):
            await _at_real_pace(parts)
        await parts.close()


async def _live_on(parts: Parts, wire: GentleWire, speed: float) -> None:
    async with parts.database.session() as session:
        founded = await founded_on(session, office=OFFICE)
    if founded is None:
        _say("there is no demonstration community")
        return
    pause_s = _AGAIN_AFTER_S
    while not await _is_told(parts, wire, speed, founded):
        await asyncio.sleep(pause_s)
        pause_s = min(_AGAIN_AFTER_MAX_S, pause_s * 2)


async def _is_told(parts: Parts, wire: GentleWire, speed: float, founded: datetime) -> bool:
    """Live until the story is told; false where something broke."""
    try:
        life = await make_life(parts, wire, speed=speed, say=_say)
        await life.live(founded_on=founded)
    except (Unexpected, GaveUp, SQLAlchemyError, OSError, TimeoutError, LookupError) as error:
        _say(f"{type(error).__name__}: {error}")
        return False
    return True


async def _at_real_pace(parts: Parts) -> None:
    async with parts.database.session() as session:
        now = await read_now(session)
    await turn_clock(parts, at=now, speed=1)


def _say(line: str) -> None:
    print(f"demo: {line}", file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """The entry of the process."""
    parser = argparse.ArgumentParser(prog="python -m api.cli.living.people")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--speed", type=float, default=DEFAULT_SPEED)
    asked = parser.parse_args(arguments)
    settings = read_settings()
    if refused := why_not(settings):
        _say(f"nobody lives here: {refused}")
        return
    uvloop.run(live(settings, host=asked.host, port=asked.port, speed=asked.speed))


if __name__ == "__main__":
    main()
