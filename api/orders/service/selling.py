"""Errands that the people of a merchant order for their customers, and pay."""

from dataclasses import replace
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.identity.caller import Caller
from api.jobs.service import parting
from api.jobs.service.readying import make_ready
from api.kinds import Kind
from api.kit.geo import Point
from api.merchants.service.seeing import own_merchant, serving_merchant
from api.orders import queries
from api.orders.models import Quote
from api.orders.queries import Carried
from api.orders.service.caring import id_in
from api.orders.service.describing import Wish


async def pickup_of(
    session: AsyncSession, *, merchant_id: UUID, given: Point | None, kind: Kind, caller: Caller
) -> Point | None:
    """Where a merchant's errand begins: at the shop, where nothing else is said.

    Raises:
        AppError: not_found, role_missing, merchant_not_approved.
    """
    merchant = await serving_merchant(session, merchant_id=merchant_id, caller=caller)
    if given is None and kind.pickup != "none":
        return Point(merchant.lat, merchant.lng)
    return given


async def from_shop(
    session: AsyncSession, wish: Wish, *, quote: Quote, caller: Caller
) -> tuple[Wish, UUID | None]:
    """The merchant that was quoted for and still may sell; fetched there, if nothing else is said.

    ``None``: the quote was for no merchant.

    Raises:
        AppError: not_found, role_missing, merchant_not_approved.
    """
    merchant_id = id_in(quote, "merchant_id")
    if merchant_id is None:
        return wish, None
    merchant = await serving_merchant(session, merchant_id=merchant_id, caller=caller)
    return replace(wish, pickup_place=wish.pickup_place or merchant.name), merchant_id


async def mark_ready(
    session: AsyncSession, *, merchant_id: UUID, order_id: UUID, caller: Caller
) -> Carried:
    """Say that the goods of an order can be fetched now; again changes nothing.

    Raises:
        AppError: not_found, role_missing, order_moved_on, job_moved_on.
    """
    job_id = await _job_of(session, merchant_id, order_id, caller=caller)
    await make_ready(session, job_id=job_id, caller=caller)
    return await _as_it_is(session, order_id)


async def confirm_return(
    session: AsyncSession, *, merchant_id: UUID, order_id: UUID, caller: Caller
) -> Carried:
    """Say that the goods of a failed job are back in the shop, by anybody who works there.

    Raises:
        AppError: not_found, role_missing, order_moved_on, job_moved_on.
    """
    job_id = await _job_of(session, merchant_id, order_id, caller=caller)
    await parting.confirm_return(session, job_id=job_id, caller=caller, is_theirs=True)
    return await _as_it_is(session, order_id)


async def _job_of(
    session: AsyncSession, merchant_id: UUID, order_id: UUID, *, caller: Caller
) -> UUID:
    """The job of a merchant's order, for those who work there."""
    await own_merchant(session, merchant_id=merchant_id, caller=caller)
    carried = await queries.carried(session, order_id=order_id)
    if carried is None or carried.order.merchant_id != merchant_id:
        raise AppError("not_found")
    if carried.job is None:
        raise AppError("order_moved_on", "it is not paid yet")
    return carried.job.id


async def _as_it_is(session: AsyncSession, order_id: UUID) -> Carried:
    found = await queries.carried(session, order_id=order_id)
    assert found is not None
    return found
