"""SQL of lots: of which an item is packed, and whether one that is called back may be in it.

Where lots were noted they decide. Where none was, whatever came of the product and still keeps on
the day of delivery may be in it: who cannot say what went where calls back all of it.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import run
from api.packing.rules import LOT_KEEPS

# Of a lot `t` and a cycle `c`.
_KEEPS = f"""c.delivers_on
    BETWEEN t.arrived_on AND coalesce(t.best_before, t.arrived_on + {LOT_KEEPS.days})"""
# Whether a lot `t` may go into bags for an item `i` of its product, in a cycle `c`, from now on.
MAY_BE_PACKED = f"""(EXISTS (
    SELECT 1 FROM item_lots AS n WHERE n.item_id = i.id AND n.lot_id = t.id)
  OR (NOT EXISTS (SELECT 1 FROM item_lots AS n WHERE n.item_id = i.id) AND {_KEEPS}))"""
# Whether a lot `t` may be in the bag of a packed line `d` that has goods of its product.
MAY_BE_INSIDE = f"""(t.id = ANY (d.lot_ids) OR (NOT EXISTS (
    SELECT 1 FROM lots AS k WHERE k.id = ANY (d.lot_ids) AND k.product_id = t.product_id)
  AND {_KEEPS}))"""
_RECALLED_SQL = f"""
SELECT DISTINCT i.name FROM cycle_items AS i JOIN cycles AS c ON c.id = i.cycle_id
JOIN lots AS t ON t.product_id = i.product_id AND t.state = 'recalled'
WHERE i.id = ANY ($1::uuid[]) AND {MAY_BE_PACKED}
"""
_NOTED_SQL = "SELECT item_id, lot_id FROM item_lots WHERE item_id = ANY ($1::uuid[])"
_KNOWN_SQL = """
SELECT t.id, t.state FROM cycle_items AS i JOIN lots AS t ON t.product_id = i.product_id
WHERE i.id = $1 AND t.id = ANY ($2::uuid[])
"""
_CLEAR_SQL = "DELETE FROM item_lots WHERE item_id = $1"
_NOTE_SQL = """
INSERT INTO item_lots (item_id, lot_id, noted_by_id, noted_at)
SELECT $1::uuid, lot_id, $3::uuid, $4::timestamptz FROM unnest($2::uuid[]) AS l (lot_id)
"""


async def recalled(session: AsyncSession, *, item_ids: Sequence[UUID]) -> list[str]:
    """The names of those of these items that may be of a lot that is called back."""
    return [r[0] for r in await run(session, _RECALLED_SQL, list(item_ids))]


async def noted(session: AsyncSession, *, item_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """The lots of which these items are packed at the moment."""
    found: dict[UUID, list[UUID]] = {item_id: [] for item_id in item_ids}
    for item_id, lot_id in await run(session, _NOTED_SQL, list(item_ids)):
        found[item_id].append(lot_id)
    return found


async def lots_of_item(
    session: AsyncSession, *, item_id: UUID, lot_ids: Sequence[UUID]
) -> dict[UUID, str]:
    """Those of these lots that are of the item's product, with their states."""
    rows = await run(session, _KNOWN_SQL, item_id, list(lot_ids))
    return {r[0]: r[1] for r in rows}


async def note(
    session: AsyncSession, *, item_id: UUID, lot_ids: Sequence[UUID], by_id: UUID, now: datetime
) -> None:
    """Write of which lots an item is packed from now on, in place of what was noted before."""
    await run(session, _CLEAR_SQL, item_id)
    await run(session, _NOTE_SQL, item_id, list(lot_ids), by_id, now)
