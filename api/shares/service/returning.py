"""A merchant gives back a part of what was shared: goods were refunded for which it answers."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.events.log import GATEWAY, SYSTEM, Actor, emit
from api.events.registry import EventKind
from api.kit.chaos import Chaos
from api.kit.db import Database
from api.kit.ids import new_id
from api.ledger.policies import take_share_back
from api.ledger.service import Owners, post
from api.shares import queries
from api.shares.events import SHARE_RETURN_ASKED, SHARE_RETURN_FAILED, SHARE_RETURN_SUCCEEDED
from api.shares.models import Share, ShareReturn
from api.shares.rules import return_fen
from api.shares.service.pursuing import given
from api.wechat.gateway import GatewayUnavailable
from api.wechat.shares import ShareAnswer, Shares


async def plan_return(
    session: AsyncSession, *, order_id: UUID, borne_fen: int, reason: str, now: datetime
) -> None:
    """Write the intent to have it given back, once for a decision; nothing where nothing was given.

    ``borne_fen``: what the platform bore of the refund; the rest came from what the merchant was
    owed, who does not pay it twice. The customer does not wait for it.
    """
    for share in await queries.of_order(session, order_id=order_id):
        before_fen = await queries.returned_fen(session, share_id=share.id, but_for=reason)
        amount_fen = return_fen(
            borne_fen=borne_fen, shared_fen=share.amount_fen, returned_fen=before_fen
        )
        if amount_fen == 0:
            continue
        row = ShareReturn(
            share_id=share.id, amount_fen=amount_fen, reason=reason, number=new_id().hex,
            ask_at=now, created_at=now,
        )  # fmt: skip
        if await queries.add_return(session, row=row):
            await _tell(session, SHARE_RETURN_ASKED, row, share, 1, SYSTEM, now, to_state="asked")
        borne_fen -= amount_fen


async def pursue_return(
    database: Database, shares: Shares, *, return_id: UUID, chaos: Chaos
) -> None:
    """Have WeChat take it back, if it is its turn; safe to call at any time."""
    async with database.transaction() as (session, now):
        if not await queries.claim(session, ShareReturn, key=return_id, now=now):
            return
        row = await queries.share_return(session, return_id=return_id)
        assert row is not None, "it was just claimed"
        share = await queries.share(session, share_id=row.share_id)
        assert share is not None, "it is of a share"
        transaction_id = await queries.transaction_of(session, payment_id=share.payment_id)
    if share.state == "asked":
        # Not given yet: its turn comes again.
        return
    chaos("gateway.before_call")
    answer = ShareAnswer("refused", "NOT_SHARED")
    if share.state == "shared":
        try:
            answer = await shares.take_back(
                given(share, transaction_id), number=row.number, amount_fen=row.amount_fen
            )
        except GatewayUnavailable:
            return
    chaos("gateway.after_call")
    async with database.transaction() as (session, now):
        await _record(session, return_id, share, answer, now)


async def pursue_returns_due(
    database: Database, shares: Shares, *, chaos: Chaos, limit: int
) -> int:
    """Pursue every return whose turn it is; how many that were."""
    async with database.transaction() as (session, now):
        keys = await queries.due(session, ShareReturn, now=now, limit=limit)
    for return_id in keys:
        await pursue_return(database, shares, return_id=return_id, chaos=chaos)
    return len(keys)


async def _record(
    session: AsyncSession, return_id: UUID, share: Share, answer: ShareAnswer, now: datetime
) -> None:
    row = await queries.share_return(session, return_id=return_id, lock=True)
    if row is None or row.state != "asked" or answer.state == "moving":
        return
    if answer.state == "succeeded":
        moved = await queries.move(session, row, "succeed", done_at=now)
        owners = Owners(share.community_id, share.order_id, merchant_id=share.merchant_id)
        legs = take_share_back(row.amount_fen)
        await post(session, legs, owners=owners, subject_id=row.id, now=now)
        await _tell(
            session, SHARE_RETURN_SUCCEEDED, row, share, moved.version, GATEWAY, now,
            from_state="asked", to_state="returned",
        )  # fmt: skip
        return
    code = answer.why or "UNKNOWN"
    moved = await queries.move(session, row, "fail", done_at=now, why=code)
    await _tell(
        session, SHARE_RETURN_FAILED, row, share, moved.version, GATEWAY, now,
        from_state="asked", to_state="failed", code=code,
    )  # fmt: skip


async def _tell(
    session: AsyncSession,
    kind: EventKind,
    row: ShareReturn,
    share: Share,
    version: int,
    actor: Actor,
    now: datetime,
    **more: str,
) -> None:
    await emit(
        session,
        kind,
        subject_id=row.id,
        subject_seq=version,
        actor=actor,
        now=now,
        community_id=share.community_id,
        order_id=str(share.order_id),
        merchant_id=str(share.merchant_id),
        amount_fen=row.amount_fen,
        **more,
    )
