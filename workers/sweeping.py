"""What a timer is: rows that are due, each moved by itself, or a sweep of its own."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from api.bootstrap import Parts
from api.kit.db import is_passing

_log = structlog.get_logger(__name__)

BATCH = 50

Due = Callable[..., Awaitable[list[UUID]]]
Move = Callable[[AsyncSession, UUID, datetime, Parts], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class RowTimer:
    """Rows that are ``due`` are each moved in a transaction of its own, every so many polls."""

    due: Due
    move: Move
    every: int = 1

    async def sweep(self, parts: Parts) -> int:
        """Ask what is due and move it; how many moved."""
        async with parts.database.transaction() as (session, now):
            keys = await self.due(session, now=now, limit=BATCH)
        return await self.move_each(parts, keys)

    async def move_each(self, parts: Parts, keys: list[UUID]) -> int:
        """Move rows, one that fails stops no other; how many moved.

        The moves are guarded, so a row that another worker took meanwhile is simply not there any
        more.
        """
        moved = 0
        for key in keys:
            try:
                async with parts.database.transaction() as (session, now):
                    moved += await self.move(session, key, now, parts)
            except Exception as error:
                if not is_passing(error):
                    _log.exception("row_not_moved", row=str(key))
        return moved


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer with transactions of its own, around calls to WeChat or over many rows at once."""

    sweep: Callable[[Parts], Awaitable[int]]
    every: int = 1
