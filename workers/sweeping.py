"""Moves what is due, row by row: what every timer is made of."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from api.bootstrap import Parts
from api.kit.db import is_passing

_log = structlog.get_logger(__name__)

BATCH = 50

Sweep = Callable[[Parts], Awaitable[int]]


async def sweep(
    parts: Parts,
    due: Callable[..., Awaitable[list[UUID]]],
    move: Callable[[AsyncSession, UUID, datetime], Awaitable[bool]],
) -> int:
    """Move what is due, each row in a transaction of its own: one that fails stops no other.

    The moves are guarded, so a row that another worker took meanwhile is simply not there any more.
    """
    async with parts.database.transaction() as (session, now):
        ids = await due(session, now=now, limit=BATCH)
    moved = 0
    for row_id in ids:
        try:
            async with parts.database.transaction() as (session, now):
                moved += await move(session, row_id, now)
        except Exception as error:
            if not is_passing(error):
                _log.exception("row_not_moved", row=str(row_id))
    return moved
