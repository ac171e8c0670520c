"""What is to be paid for an order: the order itself, a consent beyond it, or a tip."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.orders.goods import due_fen
from api.orders.queries import Carried
from api.orders.service import consenting
from api.tips import service as tips


@dataclass(frozen=True, slots=True)
class Due:
    """So much, and until when it can be paid; what of the order it is, where it is not all."""

    amount_fen: int
    pay_by: datetime
    consent_id: UUID | None = None
    tip_id: UUID | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it is the order itself."""
        return self.consent_id is None and self.tip_id is None


async def what_is_due(session: AsyncSession, carried: Carried, *, now: datetime) -> Due:
    """What the payer of an order owes now.

    Raises:
        AppError: nothing_to_pay.
    """
    order = carried.order
    if order.state == "awaiting_payment" and order.pay_by > now:
        return Due(due_fen(fee_fen=order.fee_fen, goods_fen=order.goods_fen), order.pay_by)
    consent = await consenting.payable(session, carried=carried, now=now)
    if consent is not None:
        return Due(consent.extra_fen, consent.until, consent_id=consent.id)
    tip = await tips.payable(session, carried=carried, now=now)
    if tip is not None:
        return Due(tip.amount_fen, tip.until, tip_id=tip.id)
    raise AppError("nothing_to_pay")
