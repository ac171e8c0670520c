"""Refunding: the intent is written, then the gateway asked, then its answer recorded."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.events.log import GATEWAY, SYSTEM, emit
from api.kit.chaos import Chaos
from api.kit.db import Database
from api.kit.ids import new_id
from api.ledger import policies
from api.ledger.service import resolve_held
from api.payments import queries
from api.payments.events import (
    REFUND_FAILED,
    REFUND_REQUESTED,
    REFUND_SUCCEEDED,
    REFUND_UNFIT,
)
from api.payments.models import Payment, Refund
from api.payments.posting import book
from api.payments.rules import Left, spread
from api.wechat.gateway import AnswerUnfit, PaymentGateway, RefundState


async def send_back(
    session: AsyncSession, *, order_id: UUID, refund_fen: int, reason: str, now: datetime
) -> None:
    """Send a sum back over the counted payments of an order; safe to call twice for a reason."""
    # A tip is the runner's: nothing of it goes back.
    payments = [
        p
        for p in await queries.of_order(session, order_id=order_id)
        if p.is_counted and p.tip_id is None
    ]
    sent = await queries.refunded(session, order_id=order_id, but_for=reason)
    left = [Left(p.id, p.amount_fen - sent.get(p.id, 0)) for p in payments]
    of_id = {p.id: p for p in payments}
    for part in spread(refund_fen, left):
        await request_refund(
            session, payment=of_id[part.payment_id], amount_fen=part.amount_fen, reason=reason,
            now=now,
        )  # fmt: skip


async def request_refund(
    session: AsyncSession, *, payment: Payment, amount_fen: int, reason: str, now: datetime
) -> None:
    """Write the intent to refund, once per payment and reason."""
    assert 0 < amount_fen <= payment.amount_fen
    row = Refund(
        payment_id=payment.id,
        order_id=payment.order_id,
        amount_fen=amount_fen,
        reason=reason,
        out_refund_no=new_id().hex,
        ask_at=now,
        created_at=now,
    )
    if not await queries.request_refund(session, row=row):
        return
    legs = policies.send_refund(amount_fen)
    await book(session, legs, payment, subject_id=row.id, now=now)
    await emit(
        session,
        REFUND_REQUESTED,
        subject_id=row.id,
        subject_seq=1,
        actor=SYSTEM,
        now=now,
        to_state="requested",
        order_id=str(row.order_id),
        amount_fen=amount_fen,
        reason=reason,
    )


async def send_refund(
    database: Database, gateway: PaymentGateway, *, refund_id: UUID, chaos: Chaos
) -> None:
    """Ask the gateway to refund, under the one number, and record its answer.

    Raises:
        GatewayUnavailable: the timer asks again.
    """
    async with database.session() as session:
        found = await queries.refund(session, refund_id=refund_id)
    if found is None or found[0].state != "requested":
        return
    refund, payment = found
    chaos("gateway.before_call")
    try:
        state = await gateway.refund(
            out_trade_no=payment.out_trade_no,
            out_refund_no=refund.out_refund_no,
            amount_fen=refund.amount_fen,
            total_fen=payment.amount_fen,
        )
    except AnswerUnfit as unfit:
        async with database.transaction() as (session, now):
            await _note_unfit(session, refund, unfit, now)
        raise
    chaos("gateway.after_call")
    async with database.transaction() as (session, now):
        await record_refund(session, refund=refund, state=state, now=now)


async def _note_unfit(
    session: AsyncSession, refund: Refund, unfit: AnswerUnfit, now: datetime
) -> None:
    version = await queries.note_unfit_refund(session, refund_id=refund.id, why=unfit.why)
    if version is None:
        return
    await emit(
        session,
        REFUND_UNFIT,
        subject_id=refund.id,
        subject_seq=version,
        actor=GATEWAY,
        now=now,
        community_id=await queries.community_of(session, order_id=refund.order_id),
        order_id=str(refund.order_id),
        amount_fen=refund.amount_fen,
        why=unfit.why,
        theirs_fen=unfit.theirs_fen,
    )


async def record_refund(
    session: AsyncSession, *, refund: Refund, state: RefundState, now: datetime
) -> None:
    """Take in what the gateway says of a refund; safe to call any number of times."""
    if state == "processing":
        return
    event = "succeed" if state == "succeeded" else "fail"
    moved = await queries.move_refund(session, refund_id=refund.id, event=event, done_at=now)
    if moved is None:
        return
    await resolve_held(
        session,
        rule="refund_sent",
        subject_id=refund.id,
        event="post" if event == "succeed" else "void",
        now=now,
    )
    await emit(
        session,
        REFUND_SUCCEEDED if event == "succeed" else REFUND_FAILED,
        subject_id=refund.id,
        subject_seq=moved.version,
        actor=GATEWAY,
        now=now,
        from_state="requested",
        to_state=moved.state,
        order_id=str(refund.order_id),
        amount_fen=refund.amount_fen,
    )
