"""Asking the gateway, where nobody told of it: what became of a payment, of a refund.

The gateway is never called inside a transaction. A payment that we closed is closed there too, and
asked about once more after that, as it may have been paid between the two.
"""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.events.log import GATEWAY, emit
from api.kit.chaos import Chaos
from api.kit.crypto import Vault
from api.kit.db import Database
from api.payments import queries
from api.payments.events import PAYMENT_UNFIT
from api.payments.refunding import send_refund
from api.payments.service import settle
from api.wechat.gateway import GatewayUnavailable, PaymentGateway, Trade


async def ask_about_payment(
    database: Database, gateway: PaymentGateway, *, payment_id: UUID, vault: Vault
) -> None:
    """Ask the gateway about one payment and take in what it says; safe to call twice.

    Raises:
        GatewayUnavailable: ask again.
    """
    async with database.session() as session:
        payment = await queries.payment(session, payment_id=payment_id)
    assert payment is not None
    is_closed = payment.state == "closed"
    await _ask(database, gateway, payment.out_trade_no, is_closed=is_closed, vault=vault)


async def ask_about_payments(
    database: Database, gateway: PaymentGateway, *, vault: Vault, limit: int
) -> int:
    """Ask the gateway about payments that no notification told of; how many were asked."""
    async with database.transaction() as (session, now):
        asked = await queries.payments_to_ask(session, now=now, limit=limit)
    for out_trade_no, state in asked:
        try:
            await _ask(database, gateway, out_trade_no, is_closed=state == "closed", vault=vault)
        except GatewayUnavailable:
            continue
    return len(asked)


async def ask_for_refunds(
    database: Database, gateway: PaymentGateway, *, chaos: Chaos, limit: int
) -> int:
    """Ask again for refunds without an answer; how many were asked for."""
    async with database.transaction() as (session, now):
        refund_ids = await queries.refunds_to_send(session, now=now, limit=limit)
    for refund_id in refund_ids:
        try:
            await send_refund(database, gateway, refund_id=refund_id, chaos=chaos)
        except GatewayUnavailable:
            continue
    return len(refund_ids)


async def _ask(
    database: Database, gateway: PaymentGateway, out_trade_no: str, *, is_closed: bool, vault: Vault
) -> None:
    trade = await gateway.query(out_trade_no=out_trade_no)
    if is_closed and trade.state == "not_paid":
        await gateway.close(out_trade_no=out_trade_no)
        trade = await gateway.query(out_trade_no=out_trade_no)
    async with database.transaction() as (session, now):
        why = await settle(session, out_trade_no=out_trade_no, trade=trade, vault=vault, now=now)
        if why is not None:
            await _note_unfit(session, out_trade_no, trade, why, now)


async def _note_unfit(
    session: AsyncSession, out_trade_no: str, trade: Trade, why: str, now: datetime
) -> None:
    """What does not fit is told once, and asked about on: nothing of it is booked or lost."""
    noted = await queries.note_unfit_payment(session, out_trade_no=out_trade_no, why=why)
    if noted is None:
        return
    payment_id, order_id, version = noted
    await emit(
        session,
        PAYMENT_UNFIT,
        subject_id=payment_id,
        subject_seq=version,
        actor=GATEWAY,
        now=now,
        community_id=await queries.community_of(session, order_id=order_id),
        order_id=str(order_id),
        why=why,
        theirs_fen=trade.amount_fen,
    )
