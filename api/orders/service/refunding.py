"""Refunding by hand: whole or in part, by staff, with a reason, never more than is left."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import Actor, emit
from api.identity.caller import MANAGERS, STAFF, Caller
from api.jobs.service.stating import Said, keep_statement
from api.kit.crypto import Vault
from api.orders import queries
from api.orders.events import ORDER_REFUND_DECIDED
from api.orders.queries import Carried
from api.orders.service.cancelling import left_of
from api.orders.service.caring import asked_by

_REFUNDABLE = ("active", "completed")


async def refund(
    session: AsyncSession,
    *,
    order_id: UUID,
    version: int,
    amount_fen: int,
    reason: str,
    said: Said,
    vault: Vault,
    caller: Caller,
) -> None:
    """Send so much of what was paid back to the customer.

    Raises:
        AppError: not_found, role_missing, version_changed, order_moved_on, refund_too_much,
            evidence_missing.
    """
    carried = await managed_order(session, order_id=order_id, version=version, caller=caller)
    if carried.order.state not in _REFUNDABLE:
        raise AppError("order_moved_on")
    if amount_fen > left_of(carried.order):
        raise AppError("refund_too_much")
    if not said.text.strip():
        raise AppError("evidence_missing")
    await keep_statement(
        session, said=said, act="refund", reason=reason, author_id=caller.user_id,
        order_id=order_id, vault=vault, now=caller.now,
    )  # fmt: skip
    await tell_refund(
        session, carried, amount_fen=amount_fen, reason=reason, actor=caller.actor, now=caller.now
    )


async def managed_order(
    session: AsyncSession, *, order_id: UUID, version: int, caller: Caller
) -> Carried:
    """An order where the caller decides over money, locked, as they saw it.

    Raises:
        AppError: not_found, role_missing, version_changed.
    """
    carried = await queries.carried(session, order_id=order_id, lock=True)
    if carried is None:
        raise AppError("not_found")
    order = carried.order
    is_party = asked_by(order, caller) or (
        carried.job is not None and carried.job.runner_id == caller.user_id
    )
    if not is_party and not caller.holds(STAFF, order.place_path):
        raise AppError("not_found")
    # Nobody decides over their own money.
    if is_party or not caller.holds(MANAGERS, order.place_path):
        raise AppError("role_missing")
    if order.version != version:
        raise AppError("version_changed")
    return carried


async def tell_refund(
    session: AsyncSession,
    carried: Carried,
    *,
    amount_fen: int,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Count a refund on a locked order and tell of it; the money follows by reaction."""
    order = carried.order
    version = await queries.add_refunded(session, order_id=order.id, amount_fen=amount_fen)
    await emit(
        session,
        ORDER_REFUND_DECIDED,
        subject_id=order.id,
        subject_seq=version,
        actor=actor,
        now=now,
        community_id=order.community_id,
        amount_fen=amount_fen,
        reason=reason,
    )
