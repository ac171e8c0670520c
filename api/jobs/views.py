"""What of a job each viewer may see, by role and stage."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from api.errors import AppError
from api.identity.caller import STAFF, Caller
from api.jobs.details import Details, masked, open_details
from api.jobs.models import Job, Stop
from api.jobs.schemas import ContactOut, JobOut, LegOut, ProofOut, SpotOut, StopOut
from api.jobs.service.making import PICKUP_COLUMN, STOP_COLUMN
from api.jobs.states import IN_HAND
from api.jobs.visiting import Past, Takes, timed, usual_s
from api.jobs.walking import Errand, Route, Visit, plan, way_back
from api.kit.crypto import Vault, mask_door, mask_name, mask_phone
from api.kit.geo import Point
from api.kit.http.fields import GeoPoint
from api.people.service.preferring import Wishes
from api.places.rules import Contact
from api.places.service import open_contact

# A customer is one of those to whom a shared job goes: the requester of their own stop only.
Viewer = Literal["requester", "customer", "runner", "staff"]


def viewer_of(job: Job, stops: Sequence[Stop], caller: Caller) -> Viewer:
    """As what the caller looks at a job with these stops.

    Raises:
        AppError: not_found, where it is none of theirs.
    """
    if job.requester_id == caller.user_id:
        # Whose goods are brought to many sees of their doors and codes what staff see.
        return "staff" if job.is_shared else "requester"
    if job.runner_id == caller.user_id:
        return "runner"
    if own_stops(stops, caller):
        return "customer"
    if caller.holds(STAFF, job.place_path):
        return "staff"
    raise AppError("not_found")


def own_stops(stops: Sequence[Stop], caller: Caller) -> list[Stop]:
    """Of a shared job, what comes to the caller."""
    return [stop for stop in stops if stop.person_id == caller.user_id]


def people_of(job: Job, stops: Sequence[Stop]) -> set[UUID]:
    """Whose doors a job goes to: of a shared one each stop's own, else who asked for it."""
    return {stop.person_id or job.requester_id for stop in stops}


def sees_contacts(job: Job, viewer: Viewer) -> bool:
    """Whether a viewer sees doors, details and photos: the runner while the job lasts."""
    return viewer != "runner" or job.state in (*IN_HAND, "failed")


def has_photos(job: Job, stops: list[Stop]) -> bool:
    """Whether there is anything to look up: a proof with photos, or pages to print."""
    proofs = [job.pickup_proof, *(s.proof for s in stops)]
    return job.kind == "print" or any(p and p.get("photo_ids") for p in proofs)


def job_out(
    job: Job,
    stops: list[Stop],
    *,
    viewer: Viewer,
    wishes: Mapping[UUID, Wishes],
    vault: Vault,
) -> JobOut:
    """The job as this viewer may see it; ``wishes``: of whoever each order is for.

    ``stops``: all of them, of a customer their own, and then nothing tells of the others: neither
    what all of it weighs or pays, nor what was shown at the counter.
    """
    sees_all = sees_contacts(job, viewer)
    is_requester, is_customer = viewer == "requester", viewer == "customer"
    pickup = open_contact(job.pickup_contact_sealed, column=PICKUP_COLUMN, row=job.id, vault=vault)
    return JobOut(
        id=job.id,
        kind=job.kind,
        state=job.state,  # pyright: ignore[reportArgumentType]
        fee_fen=None if is_customer else job.fee_fen,
        advance_fen=job.advance_fen,
        weight_g=sum(s.weight_g or 0 for s in stops) if is_customer else job.weight_g,
        trip_m=job.trip_m,
        pickup=SpotOut(
            place=job.pickup_place,
            point=GeoPoint.of(job.pickup_lat, job.pickup_lng),
            contact=_contact(pickup, viewer) if sees_all else None,
        ),
        pickup_code=job.pickup_code if is_requester else None,
        stops=[
            _stop(s, viewer=viewer, sees_contacts=sees_all, wishes=wishes[s.order_id], vault=vault)
            for s in stops
        ],
        runner_id=job.runner_id,
        ready_at=job.ready_at,
        due_at=job.due_at,
        expires_at=job.expires_at,
        accepted_at=job.accepted_at,
        arrived_at=job.arrived_at,
        picked_up_at=job.picked_up_at,
        pickup_proof=None if is_customer else _proof(job.pickup_proof),
        closed_at=job.closed_at,
        version=job.version,
    )


def walk_of(
    start: Point | None,
    jobs: Sequence[Job],
    stops: Mapping[UUID, Sequence[Stop]],
    *,
    walk_m_per_min: int,
    past: Past,
    now: datetime,
) -> list[LegOut]:
    """The order in which to walk what is at hand; none where nobody knows where the runner is.

    What failed is brought back to where it was fetched, where that costs least. ``past`` says how
    long visits take.
    """
    if start is None:
        return []
    route = _route(start, jobs, stops, walk_m_per_min=walk_m_per_min, now=now)
    failed = {j.id for j in jobs if j.state == "failed"}
    return [
        LegOut(
            job_id=visit.job_id,
            stop=visit.stop,
            act=_act(visit, is_back=visit.job_id in failed),
            point=GeoPoint.of(visit.point.lat, visit.point.lng),
            walk_m=round(walk_m, 1),
            arrives_at=now + timedelta(seconds=round(arrives_s)),
            done_at=now + timedelta(seconds=round(done_s)),
        )
        for visit, walk_m, arrives_s, done_s in timed(route, _takes(jobs, past))
    ]


def expected_at(
    job: Job,
    start: Point | None,
    jobs: Sequence[Job],
    stops: Mapping[UUID, Sequence[Stop]],
    *,
    n: int | None,
    walk_m_per_min: int,
    past: Past,
    now: datetime,
) -> datetime | None:
    """When whoever waits for a job may expect it, to the minute, with all else its runner carries.

    ``n``: at which stop, else at its next. ``None``: nobody carries it, or nobody knows where the
    runner is.
    """
    if start is None or job.state not in IN_HAND:
        return None
    route = _route(start, jobs, stops, walk_m_per_min=walk_m_per_min, now=now)
    for each in timed(route, _takes(jobs, past)):
        if each.visit.job_id == job.id and each.visit.stop and n in (None, each.visit.stop):
            return now + timedelta(minutes=-(-each.done_s // 60))
    return None


def _takes(jobs: Sequence[Job], past: Past) -> Takes:
    kinds = {job.id: job.kind for job in jobs}

    def takes(visit: Visit) -> float:
        act = "deliver" if visit.stop else "pick_up"
        return usual_s(past, act, kind=kinds[visit.job_id], point=visit.point)

    return takes


def _route(
    start: Point,
    jobs: Sequence[Job],
    stops: Mapping[UUID, Sequence[Stop]],
    *,
    walk_m_per_min: int,
    now: datetime,
) -> Route:
    errands = [_errand(j, stops[j.id], now) for j in jobs]
    return plan(start, errands, walk_m_per_min=walk_m_per_min)


def _act(visit: Visit, *, is_back: bool) -> Literal["pick_up", "deliver", "return"]:
    if visit.stop:
        return "deliver"
    return "return" if is_back else "pick_up"


def _errand(job: Job, stops: Sequence[Stop], now: datetime) -> Errand:
    pickup = Point(job.pickup_lat, job.pickup_lng)
    if job.state == "failed":
        return way_back(job.id, pickup)
    ready_s, due_s = ((at - now).total_seconds() for at in (job.ready_at, job.due_at))
    return Errand(
        Visit(job.id, 0, pickup, ready_s=ready_s) if job.state == "accepted" else None,
        tuple(
            Visit(job.id, s.n, Point(s.lat, s.lng), due_s=due_s)
            for s in stops
            if s.state == "pending"
        ),
    )


def _stop(
    stop: Stop, *, viewer: Viewer, sees_contacts: bool, wishes: Wishes, vault: Vault
) -> StopOut:
    column, is_own = f"{STOP_COLUMN}.{stop.n}", viewer in ("requester", "customer")
    contact = open_contact(stop.contact_sealed, column=column, row=stop.job_id, vault=vault)
    if viewer == "runner":
        # Whoever cannot do without asks for it and says why, as staff do (api/privacy).
        contact = Contact(
            contact.door,
            contact.name,
            contact.phone if wishes.may_be_called else "",
            contact.second_phone if wishes.carer_may_be_called else "",
        )
    return StopOut(
        n=stop.n,
        state=stop.state,  # pyright: ignore[reportArgumentType]
        place=stop.place,
        point=GeoPoint.of(stop.lat, stop.lng),
        floor=stop.floor,
        has_lift=stop.has_lift,
        contact=_contact(contact, "requester" if is_own else viewer) if sees_contacts else None,
        order_id=None if viewer == "runner" else stop.order_id,
        receipt_code=stop.receipt_code if is_own else None,
        at_door=stop.at_door,
        with_photos=stop.with_photos,
        details=_details(stop, viewer=viewer, vault=vault) if sees_contacts else None,
        is_kept_back=stop.kept_back_at is not None,
        fail_reason=stop.fail_reason,
        proof=_proof(stop.proof),
        closed_at=stop.closed_at,
        may_be_called=wishes.may_be_called,
        leave_at_door=wishes.leave_at_door,
        asks=list(wishes.asks),  # pyright: ignore[reportArgumentType]
    )


def _details(stop: Stop, *, viewer: Viewer, vault: Vault) -> Details | None:
    details = open_details(stop.details_sealed, n=stop.n, row=stop.job_id, vault=vault)
    return masked(details) if viewer == "staff" else details


def _proof(stored: dict[str, Any] | None) -> ProofOut | None:
    return None if stored is None else ProofOut.model_validate(stored)


def _contact(contact: Contact, viewer: Viewer) -> ContactOut:
    """What is typed in one's own order, the door for the runner, and for staff that there is one:
    who needs more asks for it and says why (api/privacy)."""
    first, second = (
        phone if viewer == "requester" or not phone else mask_phone(phone)
        for phone in (contact.phone, contact.second_phone)
    )
    is_staff = viewer == "staff"
    return ContactOut(
        door=mask_door(contact.door) if is_staff else contact.door,
        name=mask_name(contact.name) if is_staff else contact.name,
        phone=first or None,
        second_phone=second or None,
    )
