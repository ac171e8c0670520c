"""What of a job each viewer may see, by role and stage."""

from typing import Literal

from api.errors import AppError
from api.identity.caller import STAFF, Caller
from api.jobs.models import Job, Stop
from api.jobs.schemas import ContactOut, JobOut, SpotOut, StopOut
from api.jobs.service.making import PICKUP_COLUMN, STOP_COLUMN
from api.jobs.states import IN_HAND
from api.kit.crypto import Vault, mask_door, mask_name, mask_phone
from api.kit.http.fields import GeoPoint
from api.people.service.preferring import Wishes
from api.places.rules import Contact
from api.places.service import open_contact

Viewer = Literal["requester", "runner", "staff"]


def viewer_of(job: Job, caller: Caller) -> Viewer:
    """As what the caller looks at a job.

    Raises:
        AppError: not_found, where it is none of theirs.
    """
    if job.requester_id == caller.user_id:
        return "requester"
    if job.runner_id == caller.user_id:
        return "runner"
    if caller.holds(STAFF, job.place_path):
        return "staff"
    raise AppError("not_found")


def job_out(job: Job, stops: list[Stop], *, viewer: Viewer, wishes: Wishes, vault: Vault) -> JobOut:
    """The job as this viewer may see it; ``wishes``: the requester's."""
    sees_contacts = viewer != "runner" or job.state in (*IN_HAND, "failed")
    is_requester = viewer == "requester"
    pickup = open_contact(job.pickup_contact_sealed, column=PICKUP_COLUMN, row=job.id, vault=vault)
    return JobOut(
        id=job.id,
        kind=job.kind,
        state=job.state,  # pyright: ignore[reportArgumentType]
        fee_fen=job.fee_fen,
        weight_g=job.weight_g,
        trip_m=job.trip_m,
        pickup=SpotOut(
            place=job.pickup_place,
            point=GeoPoint.of(job.pickup_lat, job.pickup_lng),
            contact=_contact(pickup, viewer) if sees_contacts else None,
        ),
        pickup_code=job.pickup_code if is_requester else None,
        stops=[
            _stop(s, viewer=viewer, sees_contacts=sees_contacts, wishes=wishes, vault=vault)
            for s in stops
        ],
        runner_id=job.runner_id,
        ready_at=job.ready_at,
        due_at=job.due_at,
        expires_at=job.expires_at,
        accepted_at=job.accepted_at,
        arrived_at=job.arrived_at,
        picked_up_at=job.picked_up_at,
        closed_at=job.closed_at,
        version=job.version,
    )


def _stop(
    stop: Stop, *, viewer: Viewer, sees_contacts: bool, wishes: Wishes, vault: Vault
) -> StopOut:
    column = f"{STOP_COLUMN}.{stop.n}"
    contact = open_contact(stop.contact_sealed, column=column, row=stop.job_id, vault=vault)
    if viewer == "runner" and not wishes.may_be_called:
        # Whoever cannot do without asks for it and says why, as staff do (api/privacy).
        contact = Contact(contact.door, contact.name, "")
    return StopOut(
        n=stop.n,
        state=stop.state,  # pyright: ignore[reportArgumentType]
        place=stop.place,
        point=GeoPoint.of(stop.lat, stop.lng),
        floor=stop.floor,
        has_lift=stop.has_lift,
        contact=_contact(contact, viewer) if sees_contacts else None,
        order_id=None if viewer == "runner" else stop.order_id,
        receipt_code=stop.receipt_code if viewer == "requester" else None,
        fail_reason=stop.fail_reason,
        closed_at=stop.closed_at,
        may_be_called=wishes.may_be_called,
        leave_at_door=wishes.leave_at_door,
    )


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
