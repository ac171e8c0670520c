"""Leaving for the doors: a building's count is right, and its bags become jobs in walking order."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.cycles.models import Cycle
from api.cycles.queries import cycles
from api.errors import AppError, FieldError
from api.events.log import emit
from api.identity.caller import Caller
from api.jobs.service.learning import promise
from api.jobs.service.making import Drop, Spot, Work, make_job
from api.jobs.visiting import STOP_S
from api.kit.crypto import Vault
from api.kit.geo import Point, geodesic_m
from api.ledger.rules import runner_part_fen
from api.merchants import queries as merchants
from api.merchants.models import Merchant
from api.orders.service.placing import Sealed
from api.packing.events import CYCLE_BUILDING_LEFT, CYCLE_DELIVERING
from api.packing.queries import leaving as queries
from api.packing.queries.leaving import ToCarry
from api.packing.rules import COLLECT_GRACE, STOPS_MAX, Count, counted
from api.packing.service.listing import BAGS_MAX, code_of, packed_cycle
from api.packing.walking import Bag, climbed_by_each, door_of, stairs_fen, trips, walking_order
from api.places import queries as places
from api.places.models import Place
from api.places.rules import Community, Contact
from api.places.service import community_of_place

# To whoever may carry what is fetched and brought; the hall knows jobs, not what is in the bags.
_CARRIED_AS = "fetch"


async def begin(session: AsyncSession, *, cycle_id: UUID, caller: Caller) -> Cycle:
    """Let buildings leave and bags be fetched from now on, as each is packed; again is no change.

    Raises:
        AppError: not_found, role_missing, cycle_still_open, cycle_moved_on.
    """
    cycle = await packed_cycle(session, cycle_id=cycle_id, caller=caller)
    moved = await cycles.move(session, cycle_id=cycle.id, event="deliver", from_state="packing")
    if moved is not None:
        await emit(
            session,
            CYCLE_DELIVERING,
            subject_id=cycle.id,
            subject_seq=moved.version,
            actor=caller.actor,
            now=caller.now,
            community_id=cycle.community_id,
            from_state="packing",
            to_state="delivering",
        )
    elif cycle.state != "delivering":
        raise AppError("cycle_moved_on")
    await session.refresh(cycle)
    return cycle


async def leave(
    session: AsyncSession,
    *,
    cycle_id: UUID,
    building_id: UUID,
    scanned: Sequence[str],
    vault: Vault,
    caller: Caller,
) -> list[UUID]:
    """Send a building's bags to their doors, once what was scanned is its sheet; the jobs.

    Raises:
        AppError: not_found, role_missing, cycle_still_open, cycle_moved_on, building_left,
            count_differs.
    """
    await packed_cycle(session, cycle_id=cycle_id, caller=caller)
    # Whoever scans the same building at the same moment waits, and finds that it left.
    cycle = await cycles.cycle(session, cycle_id=cycle_id, lock=True)
    assert cycle is not None
    if cycle.state != "delivering":
        raise AppError("cycle_moved_on")
    bags = await queries.to_carry(
        session, cycle_id=cycle.id, building_id=building_id, limit=BAGS_MAX
    )
    building = await places.place(session, place_id=building_id)
    if building is None or not bags:
        raise AppError("not_found")
    staying = [bag for bag in bags if not bag.has_left]
    if not staying:
        raise AppError("building_left")
    _refuse_difference(counted({code_of(b.number): b.is_packed for b in staying}, scanned))
    job_ids = await _make_jobs(session, cycle, building, staying, vault=vault, caller=caller)
    await emit(
        session,
        CYCLE_BUILDING_LEFT,
        subject_id=cycle.id,
        subject_seq=await cycles.touch(session, cycle_id=cycle.id),
        actor=caller.actor,
        now=caller.now,
        community_id=cycle.community_id,
        building_id=str(building_id),
        job_ids=[str(job_id) for job_id in job_ids],
    )
    return job_ids


def _refuse_difference(count: Count) -> None:
    if count.matches:
        return
    found = (
        ("missing", count.missing), ("foreign", count.foreign), ("doubled", count.doubled),
        ("unpacked", count.unpacked),
    )  # fmt: skip
    fields = tuple(
        FieldError("codes", f"{what}: {code}") for what, codes in found for code in codes
    )
    raise AppError("count_differs", "; ".join(f.message for f in fields[:10]), fields=fields)


async def _make_jobs(
    session: AsyncSession,
    cycle: Cycle,
    building: Place,
    bags: Sequence[ToCarry],
    *,
    vault: Vault,
    caller: Caller,
) -> list[UUID]:
    community = await community_of_place(session, place_id=cycle.community_id)
    merchant = await merchants.merchant(session, merchant_id=cycle.merchant_id)
    assert merchant is not None
    pickup = await _pickup(session, cycle, merchant)
    walk = walking_order([_at_door(b, building, vault=vault) for b in bags])
    jobs = trips(
        walk,
        weights_g=[bag.what.weight_g for bag in walk],
        weight_max_g=community.settings.tariff.weight_max_g,
        stops_max=STOPS_MAX,
    )
    usual = await promise(session, community, ready_at=caller.now)
    made: list[UUID] = []
    for trip in jobs:
        takes = (usual + timedelta(seconds=STOP_S * len(trip))) * community.due_percent(caller.now)
        work = _work(
            trip, building, community, pickup=pickup, requester_id=merchant.owner_id,
            now=caller.now, due_at=caller.now + takes / 100, vault=vault,
        )  # fmt: skip
        made.append(
            await make_job(
                session, work=work, community=community, vault=vault, actor=caller.actor,
                now=caller.now,
            )
        )  # fmt: skip
    return made


def _work(
    trip: Sequence[Bag[ToCarry]],
    building: Place,
    community: Community,
    *,
    pickup: Spot,
    requester_id: UUID,
    now: datetime,
    due_at: datetime,
    vault: Vault,
) -> Work:
    """A trip as a job: its fee is what the runner gets of each order's, and the stairs."""
    per_floor_fen = community.settings.tariff.per_floor_fen
    fees_fen = sum(runner_part_fen(b.what.fee_fen, b.what.fee_share_percent) for b in trip)
    point = Point(building.lat, building.lng)
    drops = tuple(
        _drop(bag, building, point, stairs_fen=floors * per_floor_fen, vault=vault)
        for bag, floors in zip(trip, climbed_by_each(trip), strict=True)
    )
    return Work(
        kind=_CARRIED_AS,
        requester_id=requester_id,
        pickup=pickup,
        drops=drops,
        trip_m=geodesic_m(pickup.point, point),
        weight_g=sum(bag.what.weight_g for bag in trip),
        fee_fen=fees_fen + stairs_fen(trip, per_floor_fen=per_floor_fen),
        opens_at=now,
        ready_at=now,
        due_at=due_at,
        # As long as the goods keep.
        expires_at=due_at + COLLECT_GRACE,
        is_shared=True,
    )


def _drop(
    bag: Bag[ToCarry], building: Place, point: Point, *, stairs_fen: int, vault: Vault
) -> Drop:
    what = bag.what
    sealed = Sealed.open(what.details_sealed, order_id=what.order_id, vault=vault)
    return Drop(
        what.order_id,
        Spot(building.name, point, sealed.dropoff, floor=bag.door.floor, has_lift=bag.has_lift),
        # Whoever is out has it left at the door, with a photo instead of the code.
        at_door=True,
        beneficiary_id=what.beneficiary_id,
        person_id=what.customer_id,
        weight_g=what.weight_g,
        stairs_fen=stairs_fen,
    )


def _at_door(bag: ToCarry, building: Place, *, vault: Vault) -> Bag[ToCarry]:
    sealed = Sealed.open(bag.details_sealed, order_id=bag.order_id, vault=vault)
    return Bag(bag, door_of(sealed.dropoff.door), building.has_lift)


async def _pickup(session: AsyncSession, cycle: Cycle, merchant: Merchant) -> Spot:
    """Where the truck is unpacked: the collection point, or the shop where there is none."""
    contact = Contact("", merchant.name, merchant.phone)
    if cycle.collection_place_id is None:
        return Spot(merchant.name, Point(merchant.lat, merchant.lng), contact)
    place = await places.place(session, place_id=cycle.collection_place_id)
    assert place is not None
    return Spot(place.name, Point(place.lat, place.lng), contact)
