"""The money of a payment in the ledger."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.ledger.policies import Legs
from api.ledger.service import Owners, post
from api.payments import queries
from api.payments.models import Payment


async def book(
    session: AsyncSession,
    legs: Legs,
    payment: Payment,
    *,
    subject_id: UUID,
    runner_id: UUID | None = None,
    now: datetime,
) -> None:
    """Book what a payment, or the refund ``subject_id`` of it, moves."""
    community_id = await queries.community_of(session, order_id=payment.order_id)
    owners = Owners(community_id, payment.order_id, runner_id)
    await post(session, legs, owners=owners, subject_id=subject_id, now=now)
