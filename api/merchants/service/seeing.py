"""Whose merchant it is, and who sees it: its people, staff, everybody once it is approved."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.identity.caller import MANAGERS, STAFF, Caller
from api.merchants import queries
from api.merchants.models import Merchant, Product

# Also for features above: who acts for a merchant.
ANY_ROLE = ("owner", "clerk")


async def own_merchant(
    session: AsyncSession,
    *,
    merchant_id: UUID,
    caller: Caller,
    roles: tuple[str, ...] = ANY_ROLE,
    lock: bool = False,
) -> Merchant:
    """A merchant that the caller works for in one of these roles.

    Raises:
        AppError: not_found, role_missing.
    """
    row = await queries.merchant(session, merchant_id=merchant_id, lock=lock)
    if row is None:
        raise AppError("not_found")
    role = await queries.role_of(session, merchant_id=merchant_id, user_id=caller.user_id)
    if role is None and row.state != "approved":
        raise AppError("not_found")
    if role not in roles:
        raise AppError("role_missing")
    return row


async def serving_merchant(session: AsyncSession, *, merchant_id: UUID, caller: Caller) -> Merchant:
    """A merchant that the caller works for and that may sell now.

    Raises:
        AppError: not_found, role_missing, merchant_not_approved.
    """
    row = await own_merchant(session, merchant_id=merchant_id, caller=caller)
    if row.state != "approved":
        raise AppError("merchant_not_approved")
    return row


async def managed_merchant(
    session: AsyncSession, *, merchant_id: UUID, caller: Caller, lock: bool = False
) -> Merchant:
    """A merchant of a place where the caller decides.

    Raises:
        AppError: role_missing, not_found.
    """
    caller.require_anywhere(MANAGERS)
    row = await queries.merchant(session, merchant_id=merchant_id, lock=lock)
    if row is None or not caller.holds(MANAGERS, row.place_path):
        raise AppError("not_found")
    return row


async def seen_merchant(
    session: AsyncSession, *, merchant_id: UUID, caller: Caller
) -> tuple[Merchant, bool]:
    """A merchant that the caller may see, and whether as one of its people or staff.

    Raises:
        AppError: not_found.
    """
    row = await queries.merchant(session, merchant_id=merchant_id)
    if row is None:
        raise AppError("not_found")
    is_inside = (
        caller.holds(STAFF, row.place_path)
        or await queries.role_of(session, merchant_id=row.id, user_id=caller.user_id) is not None
    )
    if not is_inside and row.state != "approved":
        raise AppError("not_found")
    return row, is_inside


async def inside_merchant(session: AsyncSession, *, merchant_id: UUID, caller: Caller) -> Merchant:
    """A merchant that the caller works for, or of a place where they are staff.

    Raises:
        AppError: not_found, role_missing.
    """
    row, is_inside = await seen_merchant(session, merchant_id=merchant_id, caller=caller)
    if not is_inside:
        raise AppError("role_missing")
    return row


async def seen_product(
    session: AsyncSession, *, merchant_id: UUID, product_id: UUID, caller: Caller
) -> tuple[Product, bool]:
    """A product on the shelf, or any for its merchant's people and staff.

    Raises:
        AppError: not_found.
    """
    _, is_inside = await seen_merchant(session, merchant_id=merchant_id, caller=caller)
    row = await the_product(session, merchant_id=merchant_id, product_id=product_id)
    if row.state != "on_shelf" and not is_inside:
        raise AppError("not_found")
    return row, is_inside


async def the_product(
    session: AsyncSession, *, merchant_id: UUID, product_id: UUID, lock: bool = False
) -> Product:
    """A product of this merchant.

    Raises:
        AppError: not_found.
    """
    row = await queries.product(session, product_id=product_id, lock=lock)
    if row is None or row.merchant_id != merchant_id:
        raise AppError("not_found")
    return row
