"""Who sees whose goods are called back: the merchant's people and staff of its place."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.identity.caller import STAFF, Caller
from api.merchants import queries as merchants
from api.remedies import queries


async def recalled_lot(session: AsyncSession, *, lot_id: UUID, caller: Caller) -> None:
    """Refuse whoever may not see who has goods of a lot.

    Raises:
        AppError: not_found.
    """
    merchant_id = await queries.merchant_of_lot(session, lot_id=lot_id)
    row = (
        None if merchant_id is None else await merchants.merchant(session, merchant_id=merchant_id)
    )
    if row is None:
        raise AppError("not_found")
    role = await merchants.role_of(session, merchant_id=row.id, user_id=caller.user_id)
    if role is None and not caller.holds(STAFF, row.place_path):
        raise AppError("not_found")
