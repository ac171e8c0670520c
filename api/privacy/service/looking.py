"""Showing whole contacts to those who say why, and noting it."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.identity.caller import STAFF, Caller
from api.jobs.models import Job, Stop
from api.jobs.queries import job as find_job
from api.jobs.queries import stops as find_stops
from api.jobs.service.making import PICKUP_COLUMN, STOP_COLUMN
from api.jobs.views import people_of
from api.kit.crypto import Vault
from api.looks.models import ContactLook
from api.looks.rules import STAGES
from api.looks.service import note_whole
from api.orders.queries import carried
from api.orders.service.placing import Sealed
from api.places.rules import Contact
from api.places.service import open_contact


@dataclass(frozen=True, slots=True)
class Seen:
    """The contacts of an order or a job, whole."""

    pickup: Contact
    dropoffs: tuple[tuple[int, Contact], ...]
    note: str


async def look_as_staff(
    session: AsyncSession, *, order_id: UUID, reason: str, caller: Caller, vault: Vault
) -> Seen:
    """The whole contacts of an order of the caller's place; its person is told who looked.

    Raises:
        AppError: not_found, rate_limited.
    """
    found = await carried(session, order_id=order_id)
    if found is None or not caller.holds(STAFF, found.order.place_path):
        raise AppError("not_found")
    order, job = found.order, found.job
    if order.customer_id == caller.user_id:
        raise AppError("not_found", "it is your own: read the order")
    look = ContactLook(
        at=caller.now,
        viewer_id=caller.user_id,
        viewer_role="staff",
        person_id=order.customer_id,
        order_id=order.id,
        job_id=job.id if job is not None else None,
        stage=job.state if job is not None else order.state,
        reason=reason,
        is_whole=True,
    )
    sealed = Sealed.open(order.details_sealed, order_id=order.id, vault=vault)
    await note_whole(session, look=look)
    return Seen(sealed.pickup, ((1, sealed.dropoff),), sealed.note)


async def look_as_runner(
    session: AsyncSession, *, job_id: UUID, reason: str, caller: Caller, vault: Vault
) -> Seen:
    """The whole contacts of a job in the caller's hands: the pickup, and stops still to come.

    Raises:
        AppError: not_found, job_moved_on, rate_limited.
    """
    job = await find_job(session, job_id=job_id)
    if job is None or job.runner_id != caller.user_id:
        raise AppError("not_found")
    if job.state not in STAGES:
        raise AppError("job_moved_on")
    stops = await find_stops(session, job_ids=[job_id])
    seen = Seen(
        open_contact(job.pickup_contact_sealed, column=PICKUP_COLUMN, row=job.id, vault=vault),
        tuple((s.n, _contact(s, vault)) for s in stops if _may_see(job, s)),
        "",
    )
    for person_id in sorted(people_of(job, [s for s in stops if _may_see(job, s)])):
        look = ContactLook(
            at=caller.now,
            viewer_id=caller.user_id,
            viewer_role="runner",
            person_id=person_id,
            job_id=job.id,
            stage=job.state,
            reason=reason,
            is_whole=True,
        )
        await note_whole(session, look=look)
    return seen


def _may_see(job: Job, stop: Stop) -> bool:
    return stop.state == "pending" or job.state == "failed"


def _contact(stop: Stop, vault: Vault) -> Contact:
    column = f"{STOP_COLUMN}.{stop.n}"
    return open_contact(stop.contact_sealed, column=column, row=stop.job_id, vault=vault)
