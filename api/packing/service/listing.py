"""What is to be fetched, bagged and carried, once the cut-off is over."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.cycles.models import Cycle
from api.cycles.service.seeing import is_run_by, seen_cycle
from api.errors import AppError
from api.identity.caller import Caller
from api.kit.crypto import Vault
from api.orders.service.placing import Sealed
from api.packing.queries import listing as queries
from api.packing.queries.listing import Building, SealedBag
from api.packing.rules import Count, counted
from api.packing.walking import Bag, door_of, walking_order

# As many as are drawn well within a request's deadline.
LABELS_MAX = 300
# Of one building; a tower has some 200 doors.
BAGS_MAX = 1000
CODE_PREFIX = "LL-"


@dataclass(frozen=True, slots=True)
class Unit:
    """The bags of one unit of a building, in walking order; 0: the building has one."""

    unit: int
    bags: tuple[Bag[SealedBag], ...]


def code_of(number: int) -> str:
    """What a bag's QR code says: its order's short number."""
    return f"{CODE_PREFIX}{number}"


async def packed_cycle(session: AsyncSession, *, cycle_id: UUID, caller: Caller) -> Cycle:
    """A cycle after its cut-off that the caller packs: its merchant's people, staff of its place.

    Raises:
        AppError: not_found, role_missing, cycle_still_open, cycle_moved_on (cancelled).
    """
    row = await seen_cycle(session, cycle_id=cycle_id, caller=caller)
    if not await is_run_by(session, row, caller=caller):
        raise AppError("role_missing")
    if row.state == "cancelled":
        raise AppError("cycle_moved_on")
    if row.closed_at is None:
        raise AppError("cycle_still_open")
    return row


async def buildings(session: AsyncSession, *, cycle_id: UUID) -> list[Building]:
    """The buildings of a closed cycle, 2号楼 before 10号楼."""
    found = await queries.buildings(session, cycle_id=cycle_id)
    return sorted(found, key=lambda building: (_natural(building.name), building.building_id))


async def units(
    session: AsyncSession, *, cycle_id: UUID, building_id: UUID, vault: Vault
) -> list[Unit]:
    """The bags of one building, unit by unit in walking order."""
    found = await queries.bags(session, cycle_id=cycle_id, building_id=building_id, limit=BAGS_MAX)
    walk = walking_order([_at_door(bag, vault=vault) for bag in found])
    return [Unit(n, tuple(bags)) for n, bags in groupby(walk, key=lambda bag: bag.door.unit)]


async def count(
    session: AsyncSession, *, cycle_id: UUID, building_id: UUID, scanned: Sequence[str]
) -> Count:
    """Hold the codes that were scanned against a building's sheet; what is collected stays."""
    found = await queries.bags(session, cycle_id=cycle_id, building_id=building_id, limit=BAGS_MAX)
    sheet = {
        code_of(b.number): b.packing_state == "packed" and not b.is_kept_back
        for b in found
        if b.way == "delivery"
    }
    return counted(sheet, scanned)


async def labelled(
    session: AsyncSession, *, cycle_id: UUID, building_id: UUID | None, vault: Vault
) -> list[Bag[SealedBag]]:
    """The bags to print labels for: building by building, each in walking order.

    Raises:
        AppError: too_many_labels.
    """
    found = await queries.bags(
        session, cycle_id=cycle_id, building_id=building_id, limit=LABELS_MAX + 1
    )
    if len(found) > LABELS_MAX:
        raise AppError("too_many_labels", f"at most {LABELS_MAX}; ask for one building")
    walk = walking_order([_at_door(bag, vault=vault) for bag in found])
    return sorted(walk, key=lambda bag: (_natural(bag.what.building), bag.what.building_id))


def _at_door(bag: SealedBag, *, vault: Vault) -> Bag[SealedBag]:
    """The bag with its door; names and phones stay sealed."""
    sealed = Sealed.open(bag.details_sealed, order_id=bag.order_id, vault=vault)
    return Bag(bag, door_of(sealed.dropoff.door), bag.has_lift)


def _natural(name: str) -> Sequence[tuple[int, str]]:
    """For sorting: numbers as numbers."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", name)]
