"""From the event log to reactions and feeds: claim, note what must follow, commit, then ring.

The bell is an arq job that carries a reaction's key. PostgreSQL remembers the reaction until it is
done, so a bell that Redis loses is rung again by `ring_overdue`; a bell rung twice does nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import structlog
from redis.exceptions import RedisError

from api.bootstrap import Parts
from api.events.queries import add_reactions, claim_events, overdue_reactions
from api.feed.queries import lock_feed, write_changes
from api.kit.db import is_passing
from api.observability.metrics import EVENTS_PUMPED
from workers.reactions import REACTIONS

_log = structlog.get_logger(__name__)

BATCH = 200
# How long a rung reaction may take before its bell is taken for lost.
RING_AGAIN_S = 5.0

Ring = Callable[[int, str], Awaitable[None]]


async def pump_once(parts: Parts, ring: Ring) -> int:
    """Take a batch of events; how many there were."""
    concerned: frozenset[UUID] = frozenset()
    async with parts.database.session() as session:
        # One pump at a time: the feed has one writer, who sees events of a thing in their order.
        await lock_feed(session)
        claimed = await claim_events(session, limit=BATCH)
        wanted = [(c.seq, task) for c in claimed for task in REACTIONS[c.name]]
        if wanted:
            await add_reactions(session, wanted=wanted, ring_again_s=RING_AGAIN_S)
        if claimed:
            concerned = await write_changes(session, seqs=[c.seq for c in claimed])
            parts.chaos("pump.before_commit")
        await session.commit()
    EVENTS_PUMPED.inc(len(claimed))
    if concerned:
        await parts.room.ring(concerned)
    if wanted:
        parts.chaos("pump.after_commit_before_ring")
        await _ring_all(wanted, ring)
    return len(claimed)


async def ring_overdue(parts: Parts, ring: Ring) -> int:
    """Ring again for what should be done by now; how many there were."""
    async with parts.database.session() as session:
        overdue = await overdue_reactions(session, limit=BATCH, ring_again_s=RING_AGAIN_S)
        await session.commit()
    await _ring_all(overdue, ring)
    return len(overdue)


async def pump_forever(parts: Parts, ring: Ring, *, stopping: asyncio.Event) -> None:
    """Pump until told to stop; a store that is away is waited for."""
    while not stopping.is_set():
        wait_s = parts.settings.pump_poll_s
        try:
            if await pump_once(parts, ring) == BATCH:
                continue
        except Exception as error:
            if not is_passing(error):
                _log.exception("pump_failed")
            wait_s = 0.5
        try:
            async with asyncio.timeout(wait_s):
                await stopping.wait()
        except TimeoutError:
            pass


async def _ring_all(wanted: list[tuple[int, str]], ring: Ring) -> None:
    try:
        for event_seq, task in wanted:
            await ring(event_seq, task)
    except (RedisError, OSError, TimeoutError):
        _log.warning("bell_lost", reactions=len(wanted))
