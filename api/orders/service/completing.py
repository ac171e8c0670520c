"""Completing an order, by the customer or by time, and rating it once."""

from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import SYSTEM, Actor, emit
from api.identity.caller import Caller
from api.jobs.rules import climbed_floors
from api.orders import queries
from api.orders.events import ORDER_COMPLETED, ORDER_RATED
from api.orders.models import Order, Rating
from api.orders.queries import Carried
from api.orders.rules import is_for_care, late_s
from api.orders.service.booking import book_completion
from api.orders.service.caring import asked_by
from api.orders.service.settling import settle_goods
from api.places.service import community_of_place


async def confirm(session: AsyncSession, *, order_id: UUID, caller: Caller) -> Order:
    """Confirm that it arrived; the customer's own act.

    Raises:
        AppError: not_found, order_moved_on.
    """
    carried = await _own(session, order_id=order_id, caller=caller)
    if not _is_delivered(carried):
        raise AppError("order_moved_on")
    await _complete_and_pay(session, carried, how="confirmed", actor=caller.actor, now=caller.now)
    return (await _own(session, order_id=order_id, caller=caller)).order


async def confirm_by_time(session: AsyncSession, *, order_id: UUID, now: datetime) -> bool:
    """Complete a delivered order that nobody confirmed; false: somebody did after all."""
    carried = await queries.carried(session, order_id=order_id, lock=True)
    if carried is None or not _is_delivered(carried):
        return False
    await _complete_and_pay(session, carried, how="by_time", actor=SYSTEM, now=now)
    return True


async def rate(
    session: AsyncSession, *, order_id: UUID, stars: int, tags: list[str], caller: Caller
) -> Rating:
    """Rate the runner of a completed order, once.

    Raises:
        AppError: not_found, rating_too_early, rating_too_late, already_rated.
    """
    carried = await _own(session, order_id=order_id, caller=caller)
    order, job = carried.order, carried.job
    if order.state != "completed" or job is None or order.completed_at is None:
        raise AppError("rating_too_early")
    community = await community_of_place(session, place_id=order.community_id)
    window = timedelta(seconds=community.settings.rating_window_s)
    if caller.now > order.completed_at + window:
        raise AppError("rating_too_late")
    assert job.runner_id is not None
    row = Rating(
        order_id=order_id,
        runner_id=job.runner_id,
        stars=stars,
        tags=sorted(set(tags)),
        created_at=caller.now,
    )
    if not await queries.add_rating(session, rating=row):
        raise AppError("already_rated")
    await emit(
        session,
        ORDER_RATED,
        subject_id=order_id,
        subject_seq=await queries.touch(session, order_id=order_id),
        actor=caller.actor,
        now=caller.now,
        community_id=order.community_id,
        runner_id=str(job.runner_id),
        household=str(order.customer_id),
        stars=stars,
        tags=row.tags,
    )
    return row


async def _own(session: AsyncSession, *, order_id: UUID, caller: Caller) -> Carried:
    carried = await queries.carried(session, order_id=order_id, lock=True)
    if carried is None or not asked_by(carried.order, caller):
        raise AppError("not_found")
    return carried


def _is_delivered(carried: Carried) -> bool:
    order, job, stop = carried.order, carried.job, carried.stop
    is_brought = (
        job is not None and job.state == "delivered"
        and stop is not None and stop.state == "delivered"
    )  # fmt: skip
    return order.state == "active" and (is_brought or order.collected_at is not None)


async def _complete_and_pay(
    session: AsyncSession,
    carried: Carried,
    *,
    how: Literal["confirmed", "by_time"],
    actor: Actor,
    now: datetime,
) -> None:
    # The receipt first: the customer may confirm before its reaction has come about.
    await settle_goods(session, carried, now=now)
    await complete(session, carried, how=how, actor=actor, now=now)
    await book_completion(session, carried, now=now)


async def complete(
    session: AsyncSession,
    carried: Carried,
    *,
    how: Literal["confirmed", "by_time", "resolved"],
    actor: Actor,
    now: datetime,
) -> None:
    """Complete a locked order whose goods arrived or were fetched, and tell what is scored of it.

    Its money is booked by the caller, who knows whether it follows the rule or a split.

    Raises:
        AppError: order_moved_on.
    """
    order = carried.order
    before = order.state
    event = "resolve_completed" if before == "disputed" else "complete"
    moved = await queries.move(
        session, order_id=order.id, event=event, from_state=before, completed_at=now
    )
    if moved is None:
        raise AppError("order_moved_on")
    await emit(
        session,
        ORDER_COMPLETED,
        subject_id=order.id,
        subject_seq=moved.version,
        actor=actor,
        now=now,
        community_id=order.community_id,
        from_state=before,
        to_state="completed",
        how=how,
        household=str(order.customer_id),
        **_work_done(carried),
    )


def _work_done(carried: Carried) -> dict[str, Any]:
    """Who brought it, when, and what is scored of it; of what was fetched there is no runner."""
    order, job, stop = carried.order, carried.job, carried.stop
    if order.collected_at is not None:
        return {
            "job_id": None, "runner_id": None, "delivered_at": order.collected_at.isoformat(),
            "late_s": 0, "weight_g": 0, "floors_no_lift": 0, "weather": 0, "care": False,
        }  # fmt: skip
    assert job is not None
    assert stop is not None
    # A phone without a signal tells later; what was proven in time is in time.
    delivered_at = stop.proven_at or stop.closed_at
    assert delivered_at is not None
    return {
        "job_id": str(job.id),
        "runner_id": str(job.runner_id),
        "delivered_at": delivered_at.isoformat(),
        "late_s": late_s(delivered_at=delivered_at, due_at=job.due_at),
        # Of a shared job its own part.
        "weight_g": job.weight_g if stop.weight_g is None else stop.weight_g,
        "floors_no_lift": climbed_floors(floor=stop.floor, has_lift=stop.has_lift),
        "weather": job.weather,
        "care": is_for_care(
            customer_id=order.customer_id,
            placed_by_id=order.placed_by_id,
            beneficiary_id=order.beneficiary_id,
        ),
    }
