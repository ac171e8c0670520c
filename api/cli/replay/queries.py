"""SQL of the verdict: what the database says of one community's day."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.cli.history import Effect
from api.kit.db import run

_ORDERS_SQL = """
SELECT o.id, o.item, o.state, o.cancel_reason, j.accepted_at IS NOT NULL, s.state = 'delivered',
       extract(epoch FROM s.closed_at - o.created_at)::float8 / 60
FROM orders AS o
LEFT JOIN stops AS s ON s.order_id = o.id
LEFT JOIN jobs AS j ON j.id = s.job_id
WHERE o.community_id = $1
"""
_PAYMENTS_SQL = """
SELECT p.order_id, p.id, p.state, p.payer_id
FROM payments AS p JOIN orders AS o ON o.id = p.order_id
WHERE o.community_id = $1
"""
_EVENTS_SQL = """
SELECT name, subject_id, coalesce(actor_id::text, actor_kind) FROM events
WHERE community_id = $1 AND name IN ('job.accepted', 'job.arrived', 'job.picked_up',
    'job.delivered', 'order.completed', 'order.rated', 'runner.applied', 'runner.approved')
"""
_UNSETTLED_SQL = """
SELECT (SELECT count(*) FROM orders
        WHERE community_id = $1 AND state NOT IN ('completed', 'cancelled')),
       (SELECT count(*) FROM (SELECT 1 FROM events WHERE pumped_at IS NULL LIMIT 1000) AS e),
       (SELECT count(*) FROM (SELECT 1 FROM reactions WHERE state = 'pending' LIMIT 1000) AS r)
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one order."""

    name: str
    state: str
    cancel_reason: str | None
    is_accepted: bool
    is_delivered: bool
    # Minutes from placing to the door.
    took_min: float | None


@dataclass(frozen=True, slots=True)
class Unsettled:
    """What is still to come: orders that are not final, events and reactions not worked off."""

    orders: int
    events: int
    reactions: int

    @property
    def is_nothing(self) -> bool:
        """Whether the day is over for everybody."""
        return not (self.orders or self.events or self.reactions)


async def outcomes(session: AsyncSession, *, community_id: UUID) -> list[Outcome]:
    """Every order of the community."""
    return [
        Outcome(r[1], r[2], r[3], bool(r[4]), bool(r[5]), r[6] if r[5] else None)
        for r in await run(session, _ORDERS_SQL, community_id)
    ]


async def stored_effects(
    session: AsyncSession, *, community_id: UUID
) -> Mapping[Effect, Sequence[str]]:
    """Every effect, with who did it or what was made: one entry a row."""
    found: dict[Effect, list[str]] = defaultdict(list)
    rows: Sequence[Any] = await run(session, _ORDERS_SQL, community_id)
    for order_id, item, *_ in rows:
        found[("order.placed", item)].append(str(order_id))
    for order_id, payment_id, state, payer_id in await run(session, _PAYMENTS_SQL, community_id):
        found[("payment.opened", str(order_id))].append(str(payment_id))
        if state == "paid":
            found[("payment.paid", str(payment_id))].append(str(payer_id))
    for name, subject_id, actor in await run(session, _EVENTS_SQL, community_id):
        found[(name, str(subject_id))].append(actor)
    return found


async def unsettled(session: AsyncSession, *, community_id: UUID) -> Unsettled:
    """What the timers and reactions still have to do."""
    return Unsettled(*(await run(session, _UNSETTLED_SQL, community_id))[0])
