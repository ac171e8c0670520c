"""Staff decide on merchants, and see who answers for one."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import emit
from api.events.registry import EventKind
from api.identity.caller import Caller
from api.kit.crypto import Vault
from api.merchants import queries
from api.merchants.events import (
    MERCHANT_APPROVED,
    MERCHANT_CONTACT_READ,
    MERCHANT_REINSTATED,
    MERCHANT_REJECTED,
    MERCHANT_SUSPENDED,
)
from api.merchants.models import Merchant
from api.merchants.service.applying import (
    ContactPerson,
    open_contact,
    refuse_used_code,
    the_merchant,
)
from api.merchants.service.seeing import managed_merchant
from api.merchants.service.staffing import refresh_roles
from api.merchants.states import MERCHANT

_DECISIONS: dict[str, EventKind] = {
    "approve": MERCHANT_APPROVED,
    "reject": MERCHANT_REJECTED,
    "suspend": MERCHANT_SUSPENDED,
    "reinstate": MERCHANT_REINSTATED,
}


async def decide(
    session: AsyncSession, *, merchant_id: UUID, decision: str, reason: str, caller: Caller
) -> Merchant:
    """Approve, reject, suspend or reinstate a merchant; the role of its people follows.

    Raises:
        AppError: role_missing, not_found, own_decision, decision_made, credit_code_used.
    """
    row = await managed_merchant(session, merchant_id=merchant_id, caller=caller, lock=True)
    before = row.state
    if row.owner_id == caller.user_id:
        raise AppError("own_decision")
    if not MERCHANT.allows(before, decision):
        raise AppError("decision_made")
    if decision == "approve":
        await refuse_used_code(session, row, row.credit_code)
    moved = await queries.move(
        session, row, decision, decided_at=caller.now, decided_by_id=caller.user_id
    )
    assert moved is not None, "the row is locked"
    await emit(
        session,
        _DECISIONS[decision],
        subject_id=row.id,
        subject_seq=moved.version,
        actor=caller.actor,
        now=caller.now,
        community_id=row.community_id,
        from_state=before,
        to_state=moved.state,
        reason=reason,
    )
    row = await the_merchant(session, merchant_id=merchant_id)
    await refresh_roles(session, merchant=row, actor=caller.actor, now=caller.now)
    return row


async def read_contact(
    session: AsyncSession, *, merchant_id: UUID, reason: str, vault: Vault, caller: Caller
) -> ContactPerson:
    """Who answers for a merchant, in full; that it was read is kept with the reason.

    Raises:
        AppError: role_missing, not_found.
    """
    row = await managed_merchant(session, merchant_id=merchant_id, caller=caller)
    await emit(
        session,
        MERCHANT_CONTACT_READ,
        subject_id=row.id,
        subject_seq=await queries.touch(session, merchant_id=row.id),
        actor=caller.actor,
        now=caller.now,
        community_id=row.community_id,
        reason=reason,
    )
    return open_contact(row, vault=vault)
