"""What happens to money after an event."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.bootstrap import Parts
from api.events.log import Event
from api.payments.asking import ask_about_payment
from api.payments.refunding import send_back, send_refund
from api.payments.service import close_lapsed, unwind
from api.payments.shipping import plan_of_job, plan_of_order
from api.payments.taking import take_notice as take_in
from workers.task import outside_task, task


@task
async def unwind_cancelled(
    session: AsyncSession, event: Event, now: datetime, parts: Parts
) -> None:
    """An order was cancelled: close its open payment, request what is owed back."""
    await unwind(
        session,
        order_id=event.subject_id,
        refund_fen=event.data["refund_fen"],
        reason=event.data["reason"],
        now=now,
    )


@task
async def refund_decided(session: AsyncSession, event: Event, now: datetime, parts: Parts) -> None:
    """Staff decided that money goes back: request it, once for each decision."""
    await send_back(
        session,
        order_id=event.subject_id,
        refund_fen=event.data["amount_fen"],
        reason=f"decided_{event.subject_seq}",
        now=now,
    )


@outside_task
async def refund(event: Event, parts: Parts) -> None:
    """Ask the gateway for a refund that was requested."""
    await send_refund(parts.database, parts.gateway, refund_id=event.subject_id, chaos=parts.chaos)


@outside_task
async def ask_closed(event: Event, parts: Parts) -> None:
    """A payment was closed: nobody can pay it at WeChat either, and what came before goes back."""
    await ask_about_payment(
        parts.database, parts.gateway, payment_id=event.subject_id, vault=parts.vault
    )


@outside_task
async def ask_differing(event: Event, parts: Parts) -> None:
    """The bill knows a payment in another state than we: what WeChat says now is taken in."""
    if event.data["kind"] == "state_differs" and event.data["payment_id"] is not None:
        payment_id = UUID(event.data["payment_id"])
        await ask_about_payment(
            parts.database, parts.gateway, payment_id=payment_id, vault=parts.vault
        )


@task
async def return_difference(
    session: AsyncSession, event: Event, now: datetime, parts: Parts
) -> None:
    """The receipt was lower than what was paid in front: the difference goes back."""
    await send_back(
        session,
        order_id=event.subject_id,
        refund_fen=event.data["refund_fen"],
        reason="goods_difference",
        now=now,
    )


@task
async def close_lapsed_consent(
    session: AsyncSession, event: Event, now: datetime, parts: Parts
) -> None:
    """Nobody paid for the higher ceiling in time: its payment is closed."""
    await close_lapsed(session, of_id=event.subject_id, now=now)


@task
async def close_tip(session: AsyncSession, event: Event, now: datetime, parts: Parts) -> None:
    """Nobody paid a tip in time: its payment is closed."""
    await close_lapsed(session, of_id=event.subject_id, now=now)


@task
async def take_notice(session: AsyncSession, event: Event, now: datetime, parts: Parts) -> None:
    """WeChat Pay told of something: take it in, or refuse what does not fit."""
    await take_in(
        session, row_id=event.subject_id, keys=parts.notice_keys, vault=parts.vault, now=now
    )


@task
async def plan_shipping(session: AsyncSession, event: Event, now: datetime, parts: Parts) -> None:
    """Something arrived: WeChat is to be told, so that the money is not frozen there."""
    await plan_of_job(session, job_id=event.subject_id, now=now)


@task
async def plan_shipping_cancelled(
    session: AsyncSession, event: Event, now: datetime, parts: Parts
) -> None:
    """An order was cancelled at a cost: WeChat is told of the work that was done."""
    await plan_of_order(session, order_id=event.subject_id, now=now)


@task
async def plan_shipping_fetched(
    session: AsyncSession, event: Event, now: datetime, parts: Parts
) -> None:
    """A share of a cycle was fetched: WeChat is told of it."""
    await plan_of_order(session, order_id=event.subject_id, now=now)
