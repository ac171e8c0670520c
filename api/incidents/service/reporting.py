"""Reporting trouble, seeing it, and closing it."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError, malformed
from api.events.log import emit
from api.identity.caller import STAFF, Caller
from api.incidents import queries
from api.incidents.events import INCIDENT_REPORTED, INCIDENT_RESOLVED
from api.incidents.models import Incident
from api.incidents.rules import UNRESOLVED_MAX, Side, may_resolve
from api.jobs import queries as job_queries
from api.jobs.service.stating import Said, keep_statement
from api.kit.crypto import Vault
from api.kit.ids import new_id
from api.orders import queries as order_queries
from api.orders.service.caring import asked_by
from api.places.queries import place
from api.uploads.service import claim

COLUMN = "incidents.text"
# Trouble is reported while there is a job to be carried, or goods to be brought back.
_REPORTABLE = ("waiting", "open", "accepted", "picked_up", "failed", "delivered")


async def report(
    session: AsyncSession,
    *,
    job_id: UUID,
    stop: int | None,
    code: str,
    said: Said,
    vault: Vault,
    caller: Caller,
) -> Incident:
    """Tell of trouble with a stop of a job; staff see it at once.

    ``stop``: which one; of an errand its only one, of several the first of the caller's own.

    Raises:
        AppError: not_found, malformed_request, job_moved_on, incidents_full, upload_unknown.
    """
    job = await job_queries.job(session, job_id=job_id, lock=True)
    if job is None:
        raise AppError("not_found")
    stops = {s.n: s.order_id for s in await job_queries.stops(session, job_ids=[job_id])}
    theirs = await order_queries.asked_stops(session, job_id=job_id, user_id=caller.user_id)
    is_runner = job.runner_id == caller.user_id
    if not theirs and not is_runner:
        raise AppError("not_found")
    n = _stop(stops, theirs, asked=stop, is_runner=is_runner)
    order_id, is_theirs = stops[n], n in theirs
    if job.state not in _REPORTABLE:
        raise AppError("job_moved_on")
    if await queries.unresolved(session, job_id=job_id, order_id=order_id) >= UNRESOLVED_MAX:
        raise AppError("incidents_full")
    incident_id = new_id()
    row = Incident(
        id=incident_id,
        community_id=job.community_id,
        place_path=job.place_path,
        job_id=job_id,
        order_id=order_id,
        reporter_id=caller.user_id,
        side="resident" if is_theirs else "runner",
        code=code,
        text_sealed=vault.seal(said.text, column=COLUMN, row=incident_id),
        created_at=caller.now,
    )
    await claim(
        session, upload_ids=said.upload_ids, owner_id=caller.user_id, purpose="incident",
        subject_id=row.id, now=caller.now,
    )  # fmt: skip
    await queries.add(session, row=row)
    await emit(
        session,
        INCIDENT_REPORTED,
        subject_id=row.id,
        subject_seq=1,
        actor=caller.actor,
        now=caller.now,
        community_id=row.community_id,
        to_state="open",
        job_id=str(job_id),
        order_id=str(row.order_id),
        side=row.side,
        code=code,
    )
    return row


def _stop(
    stops: Collection[int], theirs: Sequence[int], *, asked: int | None, is_runner: bool
) -> int:
    """Which stop a report is about: nobody reports what is brought to others."""
    if asked is None:
        if theirs:
            return theirs[0]
        if len(stops) > 1:
            raise malformed("stop", "which of them")
        return next(iter(stops))
    if asked not in (stops if is_runner else theirs):
        raise AppError("not_found")
    return asked


async def resolve(
    session: AsyncSession,
    *,
    incident_id: UUID,
    version: int,
    resolution: str,
    excuse: tuple[str, int] | None,
    said: Said,
    vault: Vault,
    caller: Caller,
) -> None:
    """Close an incident; staff may excuse minutes of the runner's lateness for it.

    Raises:
        AppError: not_found, version_changed, incident_resolved, role_missing.
    """
    row, side = await the_incident(session, incident_id=incident_id, version=version, caller=caller)
    if row.state == "resolved":
        raise AppError("incident_resolved")
    is_reporter = row.reporter_id == caller.user_id
    if not may_resolve(state=row.state, side=side, is_reporter=is_reporter):
        raise AppError("role_missing")
    if excuse is not None and side != "staff":
        raise AppError("role_missing")
    job = await job_queries.job(session, job_id=row.job_id)
    assert job is not None
    cause, minutes = excuse or (None, None)
    before = row.state
    await keep_statement(
        session, said=said, act="resolve_incident", reason=resolution, author_id=caller.user_id,
        order_id=row.order_id, vault=vault, now=caller.now,
    )  # fmt: skip
    moved = await queries.move(
        session, incident_id=row.id, event="resolve", from_state=before,
        resolution=resolution, resolved_at=caller.now,
    )  # fmt: skip
    assert moved is not None, "the incident was locked"
    await emit(
        session,
        INCIDENT_RESOLVED,
        subject_id=row.id,
        subject_seq=moved.version,
        actor=caller.actor,
        now=caller.now,
        community_id=row.community_id,
        from_state=before,
        to_state="resolved",
        resolution=resolution,
        order_id=str(row.order_id),
        runner_id=None if job.runner_id is None else str(job.runner_id),
        cause=cause,
        excuse_min=minutes,
    )


async def seen_incident(
    session: AsyncSession, *, incident_id: UUID, caller: Caller, lock: bool = False
) -> tuple[Incident, Side]:
    """An incident, and on which side of it the caller stands.

    Raises:
        AppError: not_found.
    """
    row = await queries.incident(session, incident_id=incident_id, lock=lock)
    if row is None:
        raise AppError("not_found")
    job = await job_queries.job(session, job_id=row.job_id)
    assert job is not None
    if await _is_asked_by(session, order_id=row.order_id, caller=caller):
        return row, "resident"
    # Who reported it sees it still after handing the job back.
    if caller.user_id in (job.runner_id, row.reporter_id):
        return row, "runner"
    if caller.holds(STAFF, row.place_path):
        return row, "staff"
    raise AppError("not_found")


async def the_incident(
    session: AsyncSession, *, incident_id: UUID, version: int, caller: Caller
) -> tuple[Incident, Side]:
    """An incident to be acted upon, locked, as the caller saw it.

    Raises:
        AppError: not_found, version_changed.
    """
    row, side = await seen_incident(session, incident_id=incident_id, caller=caller, lock=True)
    if row.version != version:
        raise AppError("version_changed")
    return row, side


async def staff_place(session: AsyncSession, *, place_id: UUID, caller: Caller) -> UUID:
    """The office or community whose incidents the caller may list, by any place in it.

    Raises:
        AppError: role_missing, not_found.
    """
    caller.require_anywhere(STAFF)
    row = await place(session, place_id=place_id)
    # Incidents stand in communities; what is below one sees those of its community.
    path = [] if row is None else row.path[:2]
    if not path or not caller.holds(STAFF, path):
        raise AppError("not_found")
    return path[-1]


async def _is_asked_by(session: AsyncSession, *, order_id: UUID, caller: Caller) -> bool:
    """Whether the order is the caller's, or they placed it for somebody."""
    carried = await order_queries.carried(session, order_id=order_id)
    assert carried is not None, "a job has its order"
    return asked_by(carried.order, caller)
