"""Joining a cycle for a dependant: within the kinds and the monthly cap that they consented to."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.care.service import benefit, own_dependant
from api.cycles.queries import joining as queries
from api.cycles.service.joining import Buyer, Wish, join_in
from api.identity.caller import Caller
from api.kinds import VEGETABLES
from api.kit.crypto import Vault
from api.orders.service.caring import left_of_cap
from api.orders.service.quoting import require_rules


async def join_for_dependant(
    session: AsyncSession, wish: Wish, *, dependant_id: UUID, vault: Vault, caller: Caller
) -> bytes:
    """Join for a dependant, to their door, paid by the carer; the answer.

    It counts to the limit of the household where the dependant lives by an account of their own,
    else to a limit of theirs alone, never to the carer's.

    Raises:
        AppError: not_found, consent_needed, consent_missing, kind_not_allowed, cap_exceeded, busy,
            and every refusal of `joining.refuse`.
    """
    row = await own_dependant(session, dependant_id=dependant_id, caller=caller)
    await require_rules(session, for_person_id=None, caller=caller)
    # From here on the dependant's row is locked, so that what is left of the cap stands still.
    found = await benefit(
        session, dependant_id=dependant_id, kind=VEGETABLES, vault=vault, caller=caller
    )
    left_fen = await left_of_cap(
        session, beneficiary_id=dependant_id, cap_fen=found.cap_fen, at=caller.now
    )
    buyer = Buyer(
        customer_id=caller.user_id,
        payer_id=caller.user_id,
        household_id=await queries.household_of_dependant(session, dependant_id=dependant_id),
        building_id=row.building_id,
        building=found.building,
        contact=found.contact,
        actor=caller.actor,
        beneficiary_id=dependant_id,
    )
    return await join_in(
        session,
        wish,
        buyer,
        place_path=list(row.place_path),
        cap_left_fen=left_fen,
        vault=vault,
        now=caller.now,
    )
