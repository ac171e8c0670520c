"""Dispatch rounds in a loop of their own: who is due is rung for, and done here if nobody did.

The bell is an arq job with the turn's number in its name, so that many workers ring once for one
round. PostgreSQL has the last word: the lock of the turn lets one of them make it, and a round
whose bell was lost, or whose worker died, is due until somebody makes it.
"""

import asyncio
import importlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog

from api.bootstrap import Parts
from api.kit.db import is_passing
from api.kit.redis_line import RedisAway
from api.offers.queries.rounds import Due, communities_due, open_turn

_log = structlog.get_logger(__name__)

# How often it is looked who is due: rounds are a few seconds apart.
POLL_S = 1.0
BATCH = 100
# So long after it was due a round is made without another bell.
_LATE = timedelta(seconds=2)

Ring = Callable[[UUID, int], Awaitable[None]]


async def make_round(parts: Parts, community_id: UUID) -> Any:
    """Make a community's round if it is due: its row, or ``None``.

    NumPy and SciPy are loaded here, in a thread, and not with the module: measured, they make 0.9 s
    of processor of a start that takes 3.8 without them, and 50 MB of a worker that never makes a
    round. A worker that died is back so much sooner, and its loops go on while they are loaded.
    """
    rounds = await asyncio.to_thread(importlib.import_module, "api.offers.service.rounds")
    return await rounds.make_round(parts.database, community_id=community_id)


async def look_once(parts: Parts, ring: Ring) -> int:
    """Ring for every community that is due, and make what is late; how many were due."""
    async with parts.database.transaction() as (session, now):
        due = await communities_due(session, now=now, limit=BATCH)
        for each in due:
            if each.n is None:
                await open_turn(session, community_id=each.community_id, now=now)
    for each in due:
        is_late = each.since is not None and now - each.since > _LATE
        if is_late or not await _rung(ring, each):
            await make_round(parts, each.community_id)
    return len(due)


async def dispatch_forever(parts: Parts, ring: Ring, *, stopping: asyncio.Event) -> None:
    """Look until told to stop."""
    while not stopping.is_set():
        try:
            await look_once(parts, ring)
        except Exception as error:
            if not is_passing(error):
                _log.exception("dispatching_failed")
        try:
            async with asyncio.timeout(POLL_S):
                await stopping.wait()
        except TimeoutError:
            pass


async def _rung(ring: Ring, due: Due) -> bool:
    try:
        await ring(due.community_id, (due.n or 0) + 1)
    except RedisAway:
        return False
    return True
