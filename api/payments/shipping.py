"""Telling WeChat that what was paid for was delivered: without it the money stays frozen there.

The delivery plans it, in the transaction that takes the event; a timer tells it and asks again
until WeChat took it.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from api.kinds import KINDS, VEGETABLES
from api.kit.db import Database
from api.payments import queries
from api.payments.queries import Unshipped
from api.wechat.gateway import (
    GatewayUnavailable,
    MiniProgram,
    Shipping,
    ShippingOutcome,
    Throttled,
)

_log = structlog.get_logger(__name__)

# What WeChat reads: not what was bought.
_ERRAND, _SHARE = "跑腿服务", "生鲜蔬菜"


async def plan_of_job(session: AsyncSession, *, job_id: UUID, now: datetime) -> None:
    """Stops of a job were delivered: what was paid for them is to be told; safe to repeat."""
    await queries.plan_shipping_of_job(session, job_id=job_id, now=now)


async def plan_of_order(session: AsyncSession, *, order_id: UUID, now: datetime) -> None:
    """An order was fetched, or ended with something kept of its money; safe to repeat."""
    await queries.plan_shipping_of_order(session, order_id=order_id, now=now)


async def tell_deliveries(database: Database, mini_program: MiniProgram, *, limit: int) -> int:
    """Tell WeChat what is planned; how many were told."""
    async with database.transaction() as (session, now):
        due = await queries.to_ship(session, now=now, limit=limit)
    for payment in due:
        outcome = await _told(mini_program, payment)
        if outcome is None:
            continue
        if outcome == "not_shippable":
            _log.warning("payment_not_shippable", payment_id=str(payment.payment_id))
        async with database.transaction() as (session, _):
            await queries.note_shipped(session, payment_id=payment.payment_id, outcome=outcome)
    return len(due)


async def _told(mini_program: MiniProgram, payment: Unshipped) -> ShippingOutcome | None:
    shipping = Shipping(
        transaction_id=payment.transaction_id,
        openid=payment.openid,
        item=_SHARE if payment.kind == VEGETABLES else _ERRAND,
        kind=_way_of(payment),
        at=payment.at,
    )
    try:
        return await mini_program.upload_shipping(shipping=shipping)
    except (GatewayUnavailable, Throttled):
        return None


def _way_of(payment: Unshipped) -> Literal["delivery", "service", "pickup"]:
    if payment.is_fetched:
        return "pickup"
    is_service = payment.kind != VEGETABLES and KINDS[payment.kind].pickup == "none"
    return "service" if is_service else "delivery"
