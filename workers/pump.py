"""From the event log to reactions and feeds: claim, note what must follow, commit, then ring.

The bell is an arq job that carries a reaction's key. PostgreSQL remembers the reaction until it is
done, so what a lost bell would have brought about is done by `do_overdue`; a bell that is heard
after that does nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from uuid import UUID

import structlog

from api.bootstrap import Parts
from api.events.queries import add_reactions, claim_events, overdue_reactions
from api.feed.queries import lock_feed, write_changes, write_changes_of_places
from api.kit.db import is_passing
from api.kit.redis_line import RedisAway
from api.observability.metrics import EVENTS_PUMPED
from workers.reactions import REACTIONS

_log = structlog.get_logger(__name__)

BATCH = 200
# How long a rung reaction may take before its bell is taken for lost.
DUE_S = 5.0
# What is overdue is taken in small batches, so that several workers share it, a few at once.
OVERDUE_BATCH = 64
_OVERDUE_AT_ONCE = 4

Ring = Callable[[int, str], Awaitable[None]]


async def pump_once(parts: Parts, ring: Ring) -> int:
    """Take a batch of events; how many there were."""
    concerned: frozenset[UUID] = frozenset()
    of_places = False
    async with parts.database.session() as session:
        # One pump at a time: the feed has one writer, who sees events of a thing in their order.
        await lock_feed(session)
        claimed = await claim_events(session, limit=BATCH)
        wanted = [(c.seq, task) for c in claimed for task in REACTIONS[c.name]]
        if wanted:
            # Where no bell will be heard nobody waits for one.
            due_s = 0.0 if parts.redis.is_away else DUE_S
            await add_reactions(session, wanted=wanted, due_s=due_s)
        if claimed:
            seqs = [c.seq for c in claimed]
            concerned = await write_changes(session, seqs=seqs)
            of_places = await write_changes_of_places(session, seqs=seqs)
            parts.chaos("pump.before_commit")
        await session.commit()
    EVENTS_PUMPED.inc(len(claimed))
    if concerned or of_places:
        await parts.bell.ring(concerned, places=of_places)
    if wanted:
        parts.chaos("pump.after_commit_before_ring")
        await _ring_all(wanted, ring)
    return len(claimed)


async def do_overdue(parts: Parts, do: Ring) -> int:
    """Do a batch of what should be done by now, without any bell; how many there were."""
    async with parts.database.session() as session:
        overdue = await overdue_reactions(session, limit=OVERDUE_BATCH, due_s=DUE_S)
        await session.commit()
    places = asyncio.Semaphore(_OVERDUE_AT_ONCE)

    async def in_turn(event_seq: int, task: str) -> None:
        async with places:
            await do(event_seq, task)

    ended = await asyncio.gather(*(in_turn(*key) for key in overdue), return_exceptions=True)
    for error in ended:
        if error is not None:
            raise error
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
    with suppress(RedisAway):
        for event_seq, task in wanted:
            await ring(event_seq, task)
