"""Acting on trouble: take it up, give more time, give money back, another runner, or cancel."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import emit
from api.identity.caller import Caller
from api.incidents import queries
from api.incidents.events import INCIDENT_ACTED
from api.incidents.models import Incident
from api.incidents.rules import Action, Side, may_act
from api.incidents.service.reporting import the_incident
from api.jobs.service.moving import the_job
from api.jobs.service.rescheduling import reschedule_job
from api.jobs.service.stating import Said
from api.kit.crypto import Vault
from api.matching.assigning import reassign
from api.orders.queries import carried as carried_order
from api.orders.service.cancelling import cancel_order
from api.orders.service.refunding import refund


async def take(session: AsyncSession, *, incident_id: UUID, version: int, caller: Caller) -> None:
    """Say that somebody looks after it.

    Raises:
        AppError: not_found, version_changed, role_missing, incident_resolved.
    """
    row, side = await _begin(
        session, "take", incident_id=incident_id, version=version, caller=caller
    )
    await _done(session, "take", row, side, caller)


async def reschedule(
    session: AsyncSession, *, incident_id: UUID, version: int, due_at: datetime, caller: Caller
) -> None:
    """Promise another time; lateness counts from there.

    A job for several has one promise to all of them, so none of them changes it.

    Raises:
        AppError: not_found, version_changed, role_missing, incident_resolved, job_moved_on,
            window_past, window_too_far.
    """
    row, side = await _begin(
        session, "reschedule", incident_id=incident_id, version=version, caller=caller
    )
    if side != "staff" and (await the_job(session, job_id=row.job_id)).is_shared:
        raise AppError("role_missing")
    await reschedule_job(
        session, job_id=row.job_id, due_at=due_at, actor=caller.actor, now=caller.now
    )
    await _done(session, "reschedule", row, side, caller)


async def give_back(
    session: AsyncSession,
    *,
    incident_id: UUID,
    version: int,
    amount_fen: int,
    said: Said,
    vault: Vault,
    caller: Caller,
) -> None:
    """Settle a difference of price in the customer's favour, out of what was paid.

    Raises:
        AppError: not_found, version_changed, role_missing, incident_resolved, order_moved_on,
            refund_too_much, evidence_missing.
    """
    row, side = await _begin(
        session, "price_difference", incident_id=incident_id, version=version, caller=caller
    )
    found = await carried_order(session, order_id=row.order_id, lock=True)
    assert found is not None
    await refund(
        session, order_id=row.order_id, version=found.order.version, amount_fen=amount_fen,
        reason="price_difference", said=said, vault=vault, caller=caller,
    )  # fmt: skip
    await _done(session, "price_difference", row, side, caller)


async def give_to_another(
    session: AsyncSession,
    *,
    incident_id: UUID,
    version: int,
    runner_id: UUID,
    said: Said,
    is_distance_waived: bool,
    vault: Vault,
    caller: Caller,
) -> None:
    """Give the job to another runner.

    Raises:
        AppError: not_found, version_changed, role_missing, incident_resolved, and what
            `matching.assigning.reassign` refuses.
    """
    row, side = await _begin(
        session, "reassign", incident_id=incident_id, version=version, caller=caller
    )
    # Orders are locked before their jobs, here as everywhere.
    await carried_order(session, order_id=row.order_id, lock=True)
    job = await the_job(session, job_id=row.job_id)
    await reassign(
        session, job_id=job.id, version=job.version, runner_id=runner_id, reason="incident",
        said=said, is_distance_waived=is_distance_waived, vault=vault, caller=caller,
    )  # fmt: skip
    await _done(session, "reassign", row, side, caller)


async def cancel(
    session: AsyncSession,
    *,
    incident_id: UUID,
    version: int,
    reason: str,
    said: Said,
    token: str | None,
    vault: Vault,
    caller: Caller,
) -> None:
    """Cancel the order, at the figure that was shown.

    Raises:
        AppError: not_found, version_changed, role_missing, incident_resolved, and what
            `orders.service.cancelling.cancel_order` refuses.
    """
    row, side = await _begin(
        session, "cancel", incident_id=incident_id, version=version, caller=caller
    )
    await cancel_order(
        session, order_id=row.order_id, reason=reason, said=said, token=token, vault=vault,
        caller=caller,
    )  # fmt: skip
    await _done(session, "cancel", row, side, caller)


async def _begin(
    session: AsyncSession, action: Action, *, incident_id: UUID, version: int, caller: Caller
) -> tuple[Incident, Side]:
    row, side = await the_incident(session, incident_id=incident_id, version=version, caller=caller)
    if not may_act(action, side):
        raise AppError("role_missing")
    if row.state == "resolved":
        raise AppError("incident_resolved")
    return row, side


async def _done(
    session: AsyncSession, action: Action, row: Incident, side: Side, caller: Caller
) -> None:
    before = row.state
    moved = await queries.move(session, incident_id=row.id, event="act", from_state=before)
    assert moved is not None, "the incident was locked"
    await emit(
        session,
        INCIDENT_ACTED,
        subject_id=row.id,
        subject_seq=moved.version,
        actor=caller.actor,
        now=caller.now,
        community_id=row.community_id,
        from_state=before,
        to_state="acting",
        action=action,
        side=side,
    )
