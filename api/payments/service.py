"""Paying. The gateway is never called inside a transaction: transaction one writes
the intent, then the call, then transaction two records the answer; a timer finds the rest.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import GATEWAY, SYSTEM, emit
from api.identity.caller import Caller
from api.identity.queries import openid_of
from api.kinds import VEGETABLES
from api.kit.chaos import Chaos
from api.kit.crypto import Vault
from api.kit.ids import new_id
from api.ledger import policies
from api.orders import queries as order_queries
from api.orders.service import consenting
from api.orders.service.cancelling import visible_order
from api.orders.service.placing import activate
from api.payments import queries
from api.payments.due import what_is_due
from api.payments.events import (
    PAYMENT_CLOSED,
    PAYMENT_OPENED,
    PAYMENT_PAID,
)
from api.payments.models import Payment
from api.payments.posting import book
from api.payments.refunding import request_refund, send_back
from api.tips import service as tips
from api.wechat.gateway import (
    GatewayUnavailable,
    PaymentGateway,
    PaymentRefused,
    Trade,
)

_log = structlog.get_logger(__name__)

_FIRST_ASK = timedelta(minutes=1)


async def open_payment(
    session: AsyncSession, *, order_id: UUID, gateway: str, is_shared: bool, caller: Caller
) -> Payment:
    """The open payment of one's own unpaid order, of what one consented to beyond it, or of a tip.

    Made if there is none. ``is_shared``: merchants get their part of what is paid for goods by the
    gateway, which therefore keeps it until then.

    Raises:
        AppError: not_found, nothing_to_pay.
    """
    carried = await visible_order(session, order_id=order_id, caller=caller, lock=True)
    order = carried.order
    if order.payer_id != caller.user_id:
        raise AppError("not_found")
    due = await what_is_due(session, carried, now=caller.now)
    for payment in await queries.of_order(session, order_id=order_id):
        is_of = (payment.consent_id, payment.tip_id)
        if payment.state == "created" and is_of == (due.consent_id, due.tip_id):
            return payment
        if payment.state == "created":
            # Of a consent or tip that lapsed meanwhile; its closing is under way.
            await _close(session, payment=payment, now=caller.now)
    payment = Payment(
        order_id=order_id,
        consent_id=due.consent_id,
        tip_id=due.tip_id,
        payer_id=caller.user_id,
        amount_fen=due.amount_fen,
        gateway=gateway,
        out_trade_no=new_id().hex,
        is_frozen=is_shared and order.kind == VEGETABLES and due.is_whole,
        pay_by=due.pay_by,
        ask_at=caller.now + _FIRST_ASK,
        created_at=caller.now,
    )
    await queries.add(session, payment=payment)
    await emit(
        session,
        PAYMENT_OPENED,
        subject_id=payment.id,
        subject_seq=1,
        actor=caller.actor,
        now=caller.now,
        community_id=order.community_id,
        to_state="created",
        order_id=str(order_id),
        amount_fen=payment.amount_fen,
    )
    return payment


async def prepare(
    gateway: PaymentGateway, *, payment: Payment, openid: str, chaos: Chaos
) -> dict[str, Any]:
    """What the client of whoever has this ``openid`` needs to pay; outside any transaction.

    Raises:
        AppError: payment_unavailable.
    """
    chaos("gateway.before_call")
    try:
        prepared = await gateway.prepare(
            out_trade_no=payment.out_trade_no,
            amount_fen=payment.amount_fen,
            title="跑腿服务",
            openid=openid,
            expires_at=payment.pay_by,
            is_frozen=payment.is_frozen,
        )
    # Refused: paid or closed at WeChat meanwhile, which the next query brings in.
    except (GatewayUnavailable, PaymentRefused) as error:
        raise AppError("payment_unavailable", retry_after_s=3) from error
    chaos("gateway.after_call")
    return prepared


async def settle(
    session: AsyncSession, *, out_trade_no: str, trade: Trade, vault: Vault, now: datetime
) -> str | None:
    """Take in what the gateway says of a payment; safe to call any number of times.

    Money for an order that is gone is refunded. What does not fit the payment changes nothing, and
    what it is comes back: it is left for staff to see.
    """
    order_id = await queries.order_of_number(session, out_trade_no=out_trade_no)
    if order_id is None or trade.state == "not_paid":
        return None
    # Locks are taken in the order order, payment, everywhere.
    await order_queries.carried(session, order_id=order_id, lock=True)
    payment = await queries.by_number(session, out_trade_no=out_trade_no)
    assert payment is not None, "its number was just read"
    if trade.state != "paid":
        await _end_unpaid(session, payment=payment, trade=trade, now=now)
        return None
    if (why := await _mismatch(session, payment=payment, trade=trade)) is not None:
        _log.error("payment_does_not_fit", payment_id=str(payment.id), why=why)
        return why
    if payment.state == "paid":
        return None
    runner_id: UUID | None = None
    if payment.tip_id is not None:
        runner_id = await tips.take_payment(session, tip_id=payment.tip_id, now=now)
        is_counted = runner_id is not None
    elif payment.consent_id is not None:
        is_counted = await consenting.take_payment(session, consent_id=payment.consent_id, now=now)
    else:
        is_counted = await activate(
            session, order_id=payment.order_id, vault=vault, actor=GATEWAY, now=now
        )
    await _take(session, payment, trade, is_counted=is_counted, runner_id=runner_id, now=now)
    return None


async def _take(
    session: AsyncSession,
    payment: Payment,
    trade: Trade,
    *,
    is_counted: bool,
    runner_id: UUID | None,
    now: datetime,
) -> None:
    """Book money that came: for the order, for the runner whose tip it is, or to go back."""
    before = payment.state
    moved = await queries.move_payment(
        session,
        payment_id=payment.id,
        event="settle",
        from_state=before,
        transaction_id=trade.transaction_id,
        is_counted=is_counted,
        paid_at=now,
        # What a tip is for has been delivered.
        ship_at=now if runner_id is not None and payment.gateway == "wechat" else None,
    )
    assert moved is not None, "the payment was locked"
    legs = policies.pay(payment.amount_fen, is_counted=is_counted)
    if runner_id is not None:
        legs = policies.tip(payment.amount_fen)
    await book(session, legs, payment, subject_id=payment.id, runner_id=runner_id, now=now)
    await emit(
        session,
        PAYMENT_PAID,
        subject_id=payment.id,
        subject_seq=moved.version,
        actor=GATEWAY,
        now=now,
        from_state=before,
        to_state="paid",
        order_id=str(payment.order_id),
        amount_fen=payment.amount_fen,
        is_counted=is_counted,
    )
    if is_counted:
        await _close_others(session, payment=payment, now=now)
    else:
        await request_refund(
            session, payment=payment, amount_fen=payment.amount_fen, reason="not_needed", now=now
        )


async def unwind(
    session: AsyncSession, *, order_id: UUID, refund_fen: int, reason: str, now: datetime
) -> None:
    """After a cancellation: close what is open, send back what is owed; safe to call twice."""
    for payment in await queries.of_order(session, order_id=order_id):
        if payment.state == "created":
            await _close(session, payment=payment, now=now)
    await send_back(session, order_id=order_id, refund_fen=refund_fen, reason=reason, now=now)


async def close_lapsed(session: AsyncSession, *, of_id: UUID, now: datetime) -> None:
    """Close the open payment of a consent or tip that lapsed; safe to call twice."""
    for payment in await queries.of_part(session, of_id=of_id):
        if payment.state == "created":
            await _close(session, payment=payment, now=now)


async def _mismatch(session: AsyncSession, *, payment: Payment, trade: Trade) -> str | None:
    """In what a paid trade is not the payment that we asked for."""
    if trade.amount_fen != payment.amount_fen:
        return "amount_differs"
    if trade.openid is not None:
        openid = await openid_of(session, user_id=payment.payer_id)
        # Somebody who left has none any more.
        if openid is not None and openid != trade.openid:
            return "payer_differs"
    if trade.transaction_id is None or payment.transaction_id not in (None, trade.transaction_id):
        return "transaction_differs"
    other = await queries.by_transaction(session, transaction_id=trade.transaction_id)
    return None if other in (None, payment.id) else "transaction_differs"


async def _end_unpaid(
    session: AsyncSession, *, payment: Payment, trade: Trade, now: datetime
) -> None:
    """The gateway takes no money under this number any more, or knows nothing of it."""
    if trade.state == "closed" and payment.state == "created":
        await _close(session, payment=payment, now=now)
    # Unknown: it was never announced, and by the first asking of the timer no announcement is
    # under way any more.
    is_shut = trade.state == "closed" or payment.asks > 0
    if payment.state == "closed" and is_shut:
        await queries.shut(session, payment_id=payment.id)


async def _close_others(session: AsyncSession, *, payment: Payment, now: datetime) -> None:
    """What this one paid for is paid: another that was opened for it is not to be paid, too.

    There is one where WeChat had said that the first was closed, and it was paid after all.
    """
    for other in await queries.of_order(session, order_id=payment.order_id):
        is_for_the_same = other.id != payment.id and other.consent_id == payment.consent_id
        if is_for_the_same and other.state == "created":
            await _close(session, payment=other, now=now)


async def _close(session: AsyncSession, *, payment: Payment, now: datetime) -> None:
    moved = await queries.move_payment(
        session,
        payment_id=payment.id,
        event="close",
        from_state="created",
        asks=0,
        ask_at=now + _FIRST_ASK,
    )
    assert moved is not None, "the payment was locked"
    await emit(
        session,
        PAYMENT_CLOSED,
        subject_id=payment.id,
        subject_seq=moved.version,
        actor=SYSTEM,
        now=now,
        from_state="created",
        to_state="closed",
        order_id=str(payment.order_id),
    )
