"""What becomes of shops when somebody's account closes: the owner's close, a clerk leaves."""

from sqlmodel.ext.asyncio.session import AsyncSession

from api.identity.caller import Caller
from api.merchants import queries
from api.merchants.service.applying import withdraw
from api.merchants.service.staffing import end_member


async def leave_shops(session: AsyncSession, *, caller: Caller) -> None:
    """Close the caller's shops and end their work in others'; safe to repeat."""
    for member in await queries.at_work(session, user_id=caller.user_id):
        if member.role == "owner":
            await withdraw(session, merchant_id=member.merchant_id, caller=caller)
        else:
            await end_member(
                session, merchant_id=member.merchant_id, member_id=member.id, caller=caller
            )
