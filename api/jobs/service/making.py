"""Making a job, opening it in time, letting it expire, cancelling it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import SYSTEM, Actor, emit
from api.jobs import queries
from api.jobs.details import Details, ceiling_fen, seal_details
from api.jobs.events import JOB_CANCELLED, JOB_EXPIRED, JOB_MADE, JOB_OPENED
from api.jobs.models import Job, Stop
from api.jobs.rules import CODE_DIGITS, climbed_floors
from api.kinds import KINDS
from api.kit.crypto import Vault
from api.kit.geo import Point
from api.kit.ids import new_digits
from api.places.rules import Community, Contact
from api.places.service import seal_contact
from api.runners.queries import unload

PICKUP_COLUMN = "jobs.pickup_contact"
STOP_COLUMN = "stops.contact"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something is fetched or brought: a name for the hall, a point, a contact."""

    place: str
    point: Point
    contact: Contact
    floor: int = 1
    has_lift: bool = True


@dataclass(frozen=True, slots=True)
class Drop:
    """One stop to make: for which order, where, what to do and how it may be proved."""

    order_id: UUID
    spot: Spot
    details: Details | None = None
    at_door: bool = False
    with_photos: bool = False
    beneficiary_id: UUID | None = None
    # Of a shared job: whose order it is, its part of the load, and of the pay for stairs.
    person_id: UUID | None = None
    weight_g: int | None = None
    stairs_fen: int = 0


@dataclass(frozen=True, slots=True)
class Work:
    """What a job is made from; knows nothing of prices but its own fee."""

    kind: str
    requester_id: UUID
    pickup: Spot
    drops: tuple[Drop, ...]
    trip_m: float
    weight_g: int
    fee_fen: int
    opens_at: datetime
    ready_at: datetime
    due_at: datetime
    expires_at: datetime
    # For several customers, of whom the requester is none.
    is_shared: bool = False


async def make_job(
    session: AsyncSession,
    *,
    work: Work,
    community: Community,
    vault: Vault,
    actor: Actor,
    now: datetime,
) -> UUID:
    """Make a job with a stop for each order; it opens at once where its time has come."""
    last = work.drops[-1].spot
    job = Job(
        community_id=community.id,
        place_path=list(community.path),
        kind=work.kind,
        requester_id=work.requester_id,
        is_shared=work.is_shared,
        weight_g=work.weight_g,
        floors_no_lift=max(
            climbed_floors(floor=d.spot.floor, has_lift=d.spot.has_lift) for d in work.drops
        ),
        weather=int(community.settings.weather_percent > 100),
        fee_fen=work.fee_fen,
        advance_fen=sum(ceiling_fen(d.details) for d in work.drops),
        trip_m=work.trip_m,
        pickup_place=work.pickup.place,
        pickup_lat=work.pickup.point.lat,
        pickup_lng=work.pickup.point.lng,
        pickup_xy=community.sheet.xy(work.pickup.point),
        pickup_contact_sealed=b"",
        dropoff_place=last.place,
        dropoff_lat=last.point.lat,
        dropoff_lng=last.point.lng,
        pickup_code=new_digits(CODE_DIGITS),
        opens_at=work.opens_at,
        ready_at=work.ready_at,
        due_at=work.due_at,
        expires_at=work.expires_at,
        created_at=now,
    )
    job.pickup_contact_sealed = seal_contact(
        work.pickup.contact, column=PICKUP_COLUMN, row=job.id, vault=vault
    )
    stops = [_stop(d, n=n, job_id=job.id, vault=vault) for n, d in enumerate(work.drops, start=1)]
    await queries.add_job(session, job=job, stops=stops)
    await emit(
        session,
        JOB_MADE,
        subject_id=job.id,
        subject_seq=1,
        actor=actor,
        now=now,
        community_id=community.id,
        to_state="waiting",
        order_ids=[str(s.order_id) for s in stops],
    )
    if job.opens_at <= now:
        await open_job(session, job_id=job.id, now=now)
    return job.id


def _stop(drop: Drop, *, n: int, job_id: UUID, vault: Vault) -> Stop:
    spot = drop.spot
    return Stop(
        job_id=job_id,
        n=n,
        order_id=drop.order_id,
        beneficiary_id=drop.beneficiary_id,
        person_id=drop.person_id,
        weight_g=drop.weight_g,
        stairs_fen=drop.stairs_fen,
        place=spot.place,
        lat=spot.point.lat,
        lng=spot.point.lng,
        floor=spot.floor,
        has_lift=spot.has_lift,
        contact_sealed=seal_contact(
            spot.contact, column=f"{STOP_COLUMN}.{n}", row=job_id, vault=vault
        ),
        details_sealed=seal_details(drop.details, n=n, row=job_id, vault=vault),
        at_door=drop.at_door,
        with_photos=drop.with_photos,
        receipt_code=new_digits(CODE_DIGITS),
    )


async def open_job(session: AsyncSession, *, job_id: UUID, now: datetime) -> bool:
    """Open a waiting job; false: it moved on already, which is harmless."""
    moved = await queries.move(session, job_id=job_id, event="ready")
    if moved is None:
        return False
    await emit(
        session,
        JOB_OPENED,
        subject_id=job_id,
        subject_seq=moved.version,
        actor=SYSTEM,
        now=now,
        community_id=moved.community_id,
        from_state="waiting",
        to_state="open",
        kind=moved.kind,
        urgent=KINDS[moved.kind].is_urgent,
    )
    return True


async def expire_job(session: AsyncSession, *, job_id: UUID, now: datetime) -> bool:
    """Give up on an open job that nobody took; false: somebody took it after all."""
    moved = await queries.move(session, job_id=job_id, event="expire", closed_at=now)
    if moved is None:
        return False
    await emit(
        session,
        JOB_EXPIRED,
        subject_id=job_id,
        subject_seq=moved.version,
        actor=SYSTEM,
        now=now,
        community_id=moved.community_id,
        from_state="open",
        to_state="expired",
        order_ids=await queries.order_ids(session, job_id=job_id),
    )
    return True


async def cancel_job(
    session: AsyncSession, *, job: Job, reason: str, actor: Actor, now: datetime
) -> None:
    """Cancel a job in exactly the state in which its cost was told.

    Raises:
        AppError: job_moved_on.
    """
    from_state, runner_id, load, taken_at = job.state, job.runner_id, job.load, job.accepted_at
    moved = await queries.move(
        session, job_id=job.id, event="cancel", from_state=from_state, closed_at=now
    )
    if moved is None:
        raise AppError("job_moved_on")
    if from_state == "accepted":
        assert runner_id is not None
        await unload(session, runner_id=runner_id, load=load, taken_at=taken_at)
    await emit(
        session,
        JOB_CANCELLED,
        subject_id=job.id,
        subject_seq=moved.version,
        actor=actor,
        now=now,
        community_id=moved.community_id,
        from_state=from_state,
        to_state="cancelled",
        reason=reason,
    )
