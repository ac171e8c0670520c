"""Deciding what becomes of a payment that WeChat keeps: once, when its order has its end."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.events.log import SYSTEM, emit
from api.kit.ids import new_id
from api.ledger.policies import share
from api.ledger.service import Owners, owed_to_merchant, post
from api.shares import queries
from api.shares.events import SHARE_ASKED, SHARE_UNNEEDED
from api.shares.models import Share
from api.shares.queries import Facts
from api.shares.rules import TOO_LATE, share_fen
from api.shares.states import SHARE


async def plan(
    session: AsyncSession, *, payment_id: UUID, percent: int, fee_ppm: int, now: datetime
) -> bool:
    """Write the intent to share, or to let go; false: it is written. Safe to call twice.

    ``percent``: how much of a payment WeChat lets us share.
    """
    facts = await queries.facts(session, payment_id=payment_id)
    if facts is None:
        return False
    owed_fen = 0
    if facts.merchant_id is not None:
        owed_fen = await owed_to_merchant(session, merchant_id=facts.merchant_id)
    amount_fen = _amount(facts, owed_fen=owed_fen, percent=percent, fee_ppm=fee_ppm, now=now)
    is_gone = facts.refunded_fen >= facts.paid_fen or now >= facts.paid_at + TOO_LATE
    event = "plan" if amount_fen else "skip" if is_gone else "release"
    row = Share(
        payment_id=payment_id,
        order_id=facts.order_id,
        community_id=facts.community_id,
        merchant_id=facts.merchant_id if amount_fen else None,
        account=facts.account if amount_fen else None,
        amount_fen=amount_fen,
        state=SHARE.target(None, event),
        number=new_id().hex,
        release_number=new_id().hex,
        ask_at=now,
        done_at=now if event == "skip" else None,
        created_at=now,
    )
    await queries.add(session, row=row)
    told: dict[str, Any] = {"order_id": str(facts.order_id)}
    if amount_fen:
        owners = Owners(facts.community_id, facts.order_id, merchant_id=facts.merchant_id)
        await post(session, share(amount_fen), owners=owners, subject_id=row.id, now=now)
        told |= {"merchant_id": str(facts.merchant_id), "amount_fen": amount_fen}
    await emit(
        session,
        SHARE_ASKED if amount_fen else SHARE_UNNEEDED,
        subject_id=row.id,
        subject_seq=1,
        actor=SYSTEM,
        now=now,
        community_id=row.community_id,
        to_state=row.state,
        **told,
    )
    return True


def _amount(facts: Facts, *, owed_fen: int, percent: int, fee_ppm: int, now: datetime) -> int:
    """What the merchant gets; nothing where nobody sold anything, or WeChat does not know whom."""
    is_sold = facts.is_counted and facts.order_state == "completed" and facts.account is not None
    if not is_sold or now >= facts.paid_at + TOO_LATE:
        return 0
    return share_fen(
        paid_fen=facts.paid_fen,
        refunded_fen=facts.refunded_fen,
        owed_fen=min(facts.sold_fen, owed_fen),
        percent=percent,
        fee_ppm=fee_ppm,
    )
