"""Setting the simulated clock, where it is allowed: development and tests, never production."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.kit.db import run
from api.settings import Settings

_SET_SQL = """
INSERT INTO simulated_clock (is_set, anchor_real, anchor_simulated, speed)
VALUES (true, clock_timestamp(), $1, $2)
ON CONFLICT (is_set) DO UPDATE SET
    anchor_real = excluded.anchor_real, anchor_simulated = excluded.anchor_simulated,
    speed = excluded.speed
"""
_CLEAR_SQL = "DELETE FROM simulated_clock"
_IS_SET_SQL = "SELECT 1 FROM simulated_clock"


async def set_clock(
    session: AsyncSession, *, settings: Settings, at: datetime, speed: float
) -> None:
    """Let the database's clock stand at ``at`` and run ``speed`` times as fast as the real one.

    Raises:
        AppError: clock_not_simulated, where the settings do not allow it.
    """
    if not settings.simulated_clock:
        raise AppError("clock_not_simulated")
    await run(session, _SET_SQL, at, speed)


async def clear_clock(session: AsyncSession) -> None:
    """Go back to the real clock."""
    await run(session, _CLEAR_SQL)


async def is_simulated(session: AsyncSession) -> bool:
    """Whether a simulated clock is set, which production refuses to start on."""
    return bool(await run(session, _IS_SET_SQL))
