"""SQL of what leaves: the bags of a building, the jobs that carry them, and when a cycle ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import run
from api.packing.rules import GIVEN_UP_AFTER

# What is in a bag weighs what was weighed, the rest what its pieces usually do.
_WEIGHT = """
(SELECT coalesce(sum(coalesce(d.packed_g, d.packed_count * i.weight_g)
                     + coalesce(d.instead_count * x.weight_g, 0)), 0)::int
 FROM packed_lines AS d JOIN cycle_items AS i ON i.id = d.item_id
 LEFT JOIN cycle_items AS x ON x.id = d.instead_item_id WHERE d.order_id = o.id)
"""
# Locked, so that none of them ends while its job is made.
_TO_CARRY_SQL = f"""
SELECT o.id, o.number, o.customer_id, o.beneficiary_id, o.fee_fen, o.fee_share_percent,
       o.details_sealed, {_WEIGHT} AS weight_g,
       EXISTS (SELECT 1 FROM packings AS p
               WHERE p.id = o.id AND p.state = 'packed' AND p.kept_back_at IS NULL),
       EXISTS (SELECT 1 FROM stops AS s WHERE s.order_id = o.id)
FROM cycle_orders AS j JOIN orders AS o ON o.id = j.order_id AND o.state = 'active'
WHERE j.cycle_id = $1 AND j.building_id = $2 AND j.way = 'delivery'
ORDER BY o.id LIMIT $3 FOR NO KEY UPDATE OF o
"""
_TRIPS_SQL = """
SELECT t.id, t.state, t.dropoff_place, t.pickup_code, t.runner_id, t.weight_g, t.fee_fen,
       t.due_at, array_agg(o.number ORDER BY s.n)
FROM jobs AS t JOIN stops AS s ON s.job_id = t.id
JOIN cycle_orders AS j ON j.order_id = s.order_id JOIN orders AS o ON o.id = s.order_id
WHERE j.cycle_id = $1 AND ($2::uuid IS NULL OR t.id > $2)
  AND ($3::uuid[] IS NULL OR t.id = ANY ($3))
GROUP BY t.id ORDER BY t.id LIMIT $4
"""
_TO_COMPLETE_SQL = """
SELECT c.id FROM cycles AS c
WHERE c.state IN ('closed', 'packing', 'delivering') AND c.closed_at <= $1 AND NOT EXISTS (
    SELECT 1 FROM cycle_orders AS j JOIN orders AS o ON o.id = j.order_id
    WHERE j.cycle_id = c.id AND o.state NOT IN ('completed', 'cancelled'))
ORDER BY c.closed_at LIMIT $2 FOR UPDATE OF c SKIP LOCKED
"""
# Whoever is on the way, or has a bag that waits, is not given up: these end by themselves.
_TO_GIVE_UP_SQL = """
SELECT o.id FROM cycles AS c
JOIN cycle_orders AS j ON j.cycle_id = c.id
JOIN orders AS o ON o.id = j.order_id AND o.state = 'active' AND o.collected_at IS NULL
WHERE c.state IN ('closed', 'packing', 'delivering') AND c.delivers_on <= $1
  AND NOT EXISTS (SELECT 1 FROM stops AS s WHERE s.order_id = o.id)
  AND NOT EXISTS (SELECT 1 FROM collections AS w WHERE w.id = o.id AND w.state = 'ready')
LIMIT $2 FOR UPDATE OF o SKIP LOCKED
"""


@dataclass(frozen=True, slots=True)
class ToCarry:
    """A bag on its way to a door, which is sealed in the order's details."""

    order_id: UUID
    number: int
    customer_id: UUID
    beneficiary_id: UUID | None
    fee_fen: int
    fee_share_percent: int
    details_sealed: bytes
    weight_g: int
    # Packed, and not kept back.
    is_packed: bool
    has_left: bool


class Trip(NamedTuple):
    """A job that carries bags of a cycle, and the numbers of their orders in walking order."""

    job_id: UUID
    state: str
    building: str
    pickup_code: str
    runner_id: UUID | None
    weight_g: int
    fee_fen: int
    due_at: datetime
    numbers: Sequence[int]


async def to_carry(
    session: AsyncSession, *, cycle_id: UUID, building_id: UUID, limit: int
) -> list[ToCarry]:
    """The living orders of a building that are brought to the door, oldest first, locked."""
    return [
        ToCarry(*row) for row in await run(session, _TO_CARRY_SQL, cycle_id, building_id, limit)
    ]


async def trips(
    session: AsyncSession,
    *,
    cycle_id: UUID,
    after: UUID | None = None,
    only: Sequence[UUID] | None = None,
    limit: int,
) -> list[Trip]:
    """The jobs of a cycle, oldest first; of these only, where they are named."""
    named: Any = None if only is None else list(only)
    return [Trip(*row) for row in await run(session, _TRIPS_SQL, cycle_id, after, named, limit)]


async def to_complete(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Cycles after their cut-off whose every order is final, locked; others' are skipped."""
    return [row[0] for row in await run(session, _TO_COMPLETE_SQL, now, limit)]


async def to_give_up(session: AsyncSession, *, today: date, limit: int) -> list[UUID]:
    """Orders that nobody brought or made ready long after their day, locked."""
    last = today - GIVEN_UP_AFTER
    return [row[0] for row in await run(session, _TO_GIVE_UP_SQL, last, limit)]
