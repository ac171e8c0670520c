"""Closing a difference by hand, with a reason that stays."""

from typing import Literal
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import emit
from api.identity.caller import Caller
from api.reconciliation import queries
from api.reconciliation.events import DIFFERENCE_EXPLAINED, DIFFERENCE_SETTLED
from api.reconciliation.models import ReconciliationDifference
from api.reconciliation.service.planning import OPERATORS

_KINDS = {"explain": DIFFERENCE_EXPLAINED, "settle": DIFFERENCE_SETTLED}


async def close(
    session: AsyncSession,
    *,
    difference_id: UUID,
    event: Literal["explain", "settle"],
    version: int,
    reason: str,
    caller: Caller,
) -> None:
    """Say that nothing is wrong (``explain``), or that it was put right (``settle``).

    Raises:
        AppError: role_missing, not_found, own_decision, version_changed, difference_closed.
    """
    caller.require(OPERATORS, ())
    row = await queries.difference(session, key=difference_id, lock=True)
    if row is None:
        raise AppError("not_found")
    await _refuse_own(session, row, caller)
    if row.version != version:
        raise AppError("version_changed")
    if row.state != "open":
        raise AppError("difference_closed")
    moved = await queries.move_difference(
        session, key=row.id, event=event, from_state="open", closed_by=caller.user_id,
        closed_at=caller.now,
    )  # fmt: skip
    assert moved is not None, "the difference was locked"
    await emit(
        session,
        _KINDS[event],
        subject_id=row.id,
        subject_seq=moved.version,
        actor=caller.actor,
        now=caller.now,
        from_state="open",
        to_state=moved.state,
        reason=reason,
    )


async def _refuse_own(session: AsyncSession, row: ReconciliationDifference, caller: Caller) -> None:
    whose = None
    if row.order_id is not None:
        whose = await queries.payer(session, order_id=row.order_id)
    elif row.withdrawal_id is not None:
        whose = await queries.payee(session, withdrawal_id=row.withdrawal_id)
    if whose == caller.user_id:
        raise AppError("own_decision")
