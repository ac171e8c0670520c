"""Bringing shares to their end: WeChat is asked, and what it says is taken in.

Transaction one claims the row, then the call, then transaction two records the answer. Whatever
dies in between, its turn comes again, under the same number.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from api.events.log import GATEWAY, emit
from api.events.registry import EventKind
from api.kit.chaos import Chaos
from api.kit.db import Database
from api.ledger.service import resolve_held
from api.shares import queries
from api.shares.events import SHARE_FAILED, SHARE_REFUSED, SHARE_RELEASED, SHARE_SUCCEEDED
from api.shares.models import Share
from api.shares.rules import LET_GO_BY_THEN
from api.wechat import shares as wechat
from api.wechat.gateway import GatewayUnavailable
from api.wechat.shares import ShareAnswer, Shares

_log = structlog.get_logger(__name__)


async def pursue(database: Database, shares: Shares, *, share_id: UUID, chaos: Chaos) -> None:
    """Do what an open share needs next, if it is its turn; safe to call at any time."""
    async with database.transaction() as (session, now):
        if not await queries.claim(session, Share, key=share_id, now=now):
            return
        row = await queries.share(session, share_id=share_id)
        assert row is not None, "it was just claimed"
        transaction_id = await queries.transaction_of(session, payment_id=row.payment_id)
    chaos("gateway.before_call")
    try:
        answer = await _asked(shares, row, transaction_id)
    except GatewayUnavailable:
        return
    chaos("gateway.after_call")
    async with database.transaction() as (session, now):
        await _record(session, share_id, answer, was=row.state, now=now)


async def pursue_due(database: Database, shares: Shares, *, chaos: Chaos, limit: int) -> int:
    """Pursue every share whose turn it is; how many that were."""
    async with database.transaction() as (session, now):
        keys = await queries.due(session, Share, now=now, limit=limit)
    for share_id in keys:
        await pursue(database, shares, share_id=share_id, chaos=chaos)
    return len(keys)


def given(row: Share, transaction_id: str) -> wechat.Share:
    """A share in the words of whoever shares."""
    assert row.account is not None, "it goes to somebody"
    return wechat.Share(transaction_id, row.number, row.account, row.amount_fen)


async def _asked(shares: Shares, row: Share, transaction_id: str) -> ShareAnswer:
    if row.state == "releasing":
        return await shares.release(transaction_id=transaction_id, number=row.release_number)
    answer = await shares.share(given(row, transaction_id))
    if answer.amount_fen not in (None, row.amount_fen):
        # Another share under our number: it is asked about until a person has looked (SH12).
        _log.error("share_does_not_fit", share_id=str(row.id), theirs_fen=answer.amount_fen)
        raise GatewayUnavailable("amount_differs")
    return answer


async def _record(
    session: AsyncSession, share_id: UUID, answer: ShareAnswer, *, was: str, now: datetime
) -> None:
    """Take in what WeChat says; safe to call any number of times."""
    row = await queries.share(session, share_id=share_id, lock=True)
    if row is None or row.state != was or answer.state == "moving":
        return
    if was == "releasing":
        if answer.state == "refused" and now < row.created_at + LET_GO_BY_THEN:
            # What it was paid for is not settled at WeChat yet, say: asked again, under its number.
            _log.warning("share_not_let_go", share_id=str(row.id), code=answer.why)
            return
        await _move(session, row, "let_go", SHARE_RELEASED, now, done_at=now,
                    why=answer.why or row.why)  # fmt: skip
        return
    code = answer.why or "UNKNOWN"
    match answer.state:
        case "succeeded":
            await _move(session, row, "succeed", SHARE_SUCCEEDED, now, done_at=now)
        case "failed":
            await _move(session, row, "fail", SHARE_FAILED, now, code=code, done_at=now, why=code)
        case "refused":
            await _move(session, row, "refuse", SHARE_REFUSED, now, code=code, asks=0,
                        ask_at=now, why=code)  # fmt: skip
    outcome = "post" if answer.state == "succeeded" else "void"
    await resolve_held(session, rule="goods_shared", subject_id=row.id, event=outcome, now=now)


async def _move(
    session: AsyncSession,
    row: Share,
    event: str,
    kind: EventKind,
    now: datetime,
    *,
    code: str | None = None,
    **values: Any,
) -> None:
    before = row.state
    moved = await queries.move(session, row, event, **values)
    told: dict[str, Any] = {"order_id": str(row.order_id)}
    if kind is not SHARE_RELEASED:
        told |= {"merchant_id": str(row.merchant_id), "amount_fen": row.amount_fen}
    if code is not None:
        told["code"] = code
    await emit(
        session,
        kind,
        subject_id=row.id,
        subject_seq=moved.version,
        actor=GATEWAY,
        now=now,
        community_id=row.community_id,
        from_state=before,
        to_state=moved.state,
        **told,
    )
