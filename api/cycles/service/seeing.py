"""Whose cycle it is, and who sees it: its merchant's people, staff, and those whom it is for."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.cycles.models import Cycle
from api.cycles.queries import cycles as queries
from api.errors import AppError
from api.identity.caller import MANAGERS, STAFF, Caller
from api.merchants.models import Merchant
from api.merchants.queries import merchant, role_of
from api.orders.service.quoting import MAY_ORDER
from api.places.service import community_of_place


async def managed_cycle(
    session: AsyncSession, *, cycle_id: UUID, caller: Caller, lock: bool = False
) -> Cycle:
    """A cycle that the caller runs: for its merchant, or as staff of its place.

    Raises:
        AppError: not_found, role_missing.
    """
    row = await seen_cycle(session, cycle_id=cycle_id, caller=caller, lock=lock)
    if caller.holds(MANAGERS, row.place_path) or await _sells(session, row, caller=caller):
        return row
    raise AppError("role_missing")


async def seen_cycle(
    session: AsyncSession, *, cycle_id: UUID, caller: Caller, lock: bool = False
) -> Cycle:
    """A cycle that the caller runs, or one that is announced where they may order.

    Raises:
        AppError: not_found.
    """
    row = await queries.cycle(session, cycle_id=cycle_id, lock=lock)
    if row is None:
        raise AppError("not_found")
    is_announced = row.state != "draft" or row.opens_at is not None
    if caller.holds(STAFF, row.place_path) or (
        is_announced and caller.holds(MAY_ORDER, row.place_path)
    ):
        return row
    if await _sells(session, row, caller=caller):
        return row
    near = await queries.near_to(session, user_id=caller.user_id) if is_announced else set[UUID]()
    if not near & set(row.scope):
        raise AppError("not_found")
    return row


async def selling_merchant(session: AsyncSession, *, merchant_id: UUID, caller: Caller) -> Merchant:
    """An approved merchant of a community where the caller may order.

    Raises:
        AppError: not_found.
    """
    row = await merchant(session, merchant_id=merchant_id)
    if row is None or row.state != "approved":
        raise AppError("not_found")
    community = await community_of_place(session, place_id=row.community_id)
    if not caller.holds(MAY_ORDER, community.path):
        raise AppError("not_found")
    return row


async def is_run_by(session: AsyncSession, row: Cycle, *, caller: Caller) -> bool:
    """Whether the caller sees the orders of others: staff of its place, its merchant's people."""
    return caller.holds(STAFF, row.place_path) or await _sells(session, row, caller=caller)


async def _sells(session: AsyncSession, row: Cycle, *, caller: Caller) -> bool:
    return await role_of(session, merchant_id=row.merchant_id, user_id=caller.user_id) is not None
