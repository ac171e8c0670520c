"""SQL of packing: what is to be picked and bagged once a cycle is closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import run

# Paid and not cancelled; what was completed meanwhile stays on the lists.
_LIVING = "o.state IN ('active', 'disputed', 'completed')"
_PICKING_SQL = f"""
SELECT i.id, i.n, i.name, i.unit, i.sold_by, i.weight_g, sum(l.count)::int AS pieces_count,
       count(*)::int AS orders_count
FROM cycle_orders AS j
JOIN orders AS o ON o.id = j.order_id AND {_LIVING}
JOIN cycle_lines AS l ON l.order_id = j.order_id
JOIN cycle_items AS i ON i.id = l.item_id
WHERE j.cycle_id = $1 GROUP BY i.id ORDER BY i.n
"""
_BUILDINGS_SQL = f"""
SELECT b.id, b.name, count(*)::int AS bags_count,
       count(*) FILTER (WHERE j.way = 'collection')::int AS collected_count,
       sum((SELECT sum(l.count) FROM cycle_lines AS l WHERE l.order_id = j.order_id))::int
           AS pieces_count
FROM cycle_orders AS j
JOIN orders AS o ON o.id = j.order_id AND {_LIVING}
JOIN places AS b ON b.id = j.building_id
WHERE j.cycle_id = $1 GROUP BY b.id, b.name
"""
# An order for a dependant, or one that staff took on the phone, is first where something is short.
_BAGS_SQL = f"""
SELECT o.id, o.number, b.id AS building_id, b.name AS building, b.has_lift, j.way, j.on_short,
       o.details_sealed, s.begins_at, s.ends_at,
       (o.beneficiary_id IS NOT NULL OR o.customer_id <> o.placed_by_id) AS is_first,
       (SELECT p.state FROM packings AS p WHERE p.id = o.id) AS packing_state,
       EXISTS (SELECT 1 FROM packings AS p WHERE p.id = o.id AND p.kept_back_at IS NOT NULL)
           AS is_kept_back,
       (SELECT json_agg(json_build_array(i.id, i.name, l.count, i.unit, i.sold_by)
                        ORDER BY i.n)::text
        FROM cycle_lines AS l JOIN cycle_items AS i ON i.id = l.item_id
        WHERE l.order_id = o.id) AS lines
FROM cycle_orders AS j
JOIN orders AS o ON o.id = j.order_id AND {_LIVING}
JOIN places AS b ON b.id = j.building_id
LEFT JOIN cycle_slots AS s ON s.id = j.slot_id
WHERE j.cycle_id = $1 AND ($2::uuid IS NULL OR j.building_id = $2)
ORDER BY o.id LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class Picked:
    """So much of one item is to be fetched from the truck."""

    item_id: UUID
    n: int
    name: str
    unit: str
    sold_as: str
    weight_g: int
    pieces_count: int
    orders_count: int


@dataclass(frozen=True, slots=True)
class Building:
    """What goes to one building, or is collected by who lives there."""

    building_id: UUID
    name: str
    bags_count: int
    collected_count: int
    pieces_count: int


@dataclass(frozen=True, slots=True)
class BagLine:
    """So many portions of one item in a bag."""

    item_id: UUID
    name: str
    count: int
    unit: str
    sold_as: str


@dataclass(frozen=True, slots=True)
class SealedBag:
    """One order to be bagged; its door is sealed in the order's details."""

    order_id: UUID
    number: int
    building_id: UUID
    building: str
    has_lift: bool
    way: str
    on_short: str
    details_sealed: bytes
    begins_at: datetime | None
    ends_at: datetime | None
    is_first: bool
    # None: nobody has claimed it yet.
    packing_state: str | None
    is_kept_back: bool
    lines: tuple[BagLine, ...]


async def picked(session: AsyncSession, *, cycle_id: UUID) -> list[Picked]:
    """What the living orders of a cycle want, item by item."""
    return [Picked(*row) for row in await run(session, _PICKING_SQL, cycle_id)]


async def buildings(session: AsyncSession, *, cycle_id: UUID) -> list[Building]:
    """The buildings of a cycle's living orders, in no order."""
    return [Building(*row) for row in await run(session, _BUILDINGS_SQL, cycle_id)]


async def bags(
    session: AsyncSession, *, cycle_id: UUID, building_id: UUID | None, limit: int
) -> list[SealedBag]:
    """The living orders of a cycle or of one building of it, oldest first."""
    rows = await run(session, _BAGS_SQL, cycle_id, building_id, limit)
    return [SealedBag(*row[:-1], lines=_lines(row[-1])) for row in rows]


def _lines(found: str | None) -> tuple[BagLine, ...]:
    rows: Sequence[tuple[str, str, int, str, str]] = orjson.loads(found or "[]")
    return tuple(BagLine(UUID(i), name, count, unit, by) for i, name, count, unit, by in rows)
