"""Reporting goods that were missing, spoilt or too light, once a line, with a photo."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.cycles.queries import cycles
from api.errors import AppError
from api.events.log import emit
from api.identity.caller import Caller
from api.jobs.service.stating import Said, keep_statement
from api.kit.crypto import Vault
from api.kit.ids import new_id
from api.orders import queries as orders
from api.orders.queries import Carried
from api.orders.service.cancelling import left_of
from api.orders.service.caring import asked_by
from api.packing.rules import may_report
from api.remedies import queries
from api.remedies.events import REPORT_MADE, REPORT_SETTLED
from api.remedies.models import GoodsReport
from api.remedies.rules import (
    BY_RULE_WITHIN,
    DECIDED_WITHIN,
    Claim,
    asked_fen,
    is_by_rule,
)
from api.remedies.service.refunding import send_back

REASON = "goods_reported"


async def report(
    session: AsyncSession,
    *,
    order_id: UUID,
    item_id: UUID,
    claim: Claim,
    said: Said,
    vault: Vault,
    caller: Caller,
) -> GoodsReport:
    """Say what was wrong with a line of one's own order; small sums are refunded at once.

    Raises:
        AppError: not_found, report_too_early, report_too_late, already_reported, evidence_missing,
            malformed_request, nothing_left, upload_unknown.
    """
    carried = await orders.carried(session, order_id=order_id, lock=True)
    if carried is None or not asked_by(carried.order, caller):
        raise AppError("not_found")
    if await cycles.share(session, order_id=order_id) is None:
        raise AppError("not_found")
    _refuse_by_time(carried, now=caller.now)
    there = await queries.packed(session, order_id=order_id, item_id=item_id)
    if there is None:
        raise AppError("not_found", "no such line")
    if await queries.is_reported(session, order_id=order_id, item_id=item_id):
        raise AppError("already_reported")
    if not said.upload_ids:
        raise AppError("evidence_missing", "photo")
    merchant_id, packed = there
    amount_fen = min(asked_fen(packed, claim), left_of(carried.order))
    if amount_fen == 0:
        raise AppError("nothing_left")
    earlier = await queries.earlier(
        session, user_id=caller.user_id, since=caller.now - BY_RULE_WITHIN
    )
    is_settled = is_by_rule(amount_fen=amount_fen, earlier=earlier, now=caller.now)
    statement_id = await keep_statement(
        session, said=said, act="goods_report", reason=claim.wrong, author_id=caller.user_id,
        order_id=order_id, vault=vault, now=caller.now,
    )  # fmt: skip
    assert statement_id is not None, "there is a photo"
    row = GoodsReport(
        id=new_id(),
        community_id=carried.order.community_id,
        place_path=list(carried.order.place_path),
        merchant_id=merchant_id,
        order_id=order_id,
        item_id=item_id,
        state="refunded" if is_settled else "waiting",
        wrong=claim.wrong,
        count=claim.count,
        real_g=claim.real_g,
        asked_fen=amount_fen,
        refund_fen=amount_fen if is_settled else 0,
        statement_id=statement_id,
        reported_by_id=caller.user_id,
        reported_at=caller.now,
        decide_by=caller.now + DECIDED_WITHIN,
        decided_at=caller.now if is_settled else None,
    )
    await queries.add(session, row=row)
    await _tell(session, row, caller=caller)
    if is_settled:
        await send_back(
            session, carried, merchant_id=merchant_id, amount_fen=amount_fen, reason=REASON,
            actor=caller.actor, now=caller.now,
        )  # fmt: skip
    return row


def handed_at(carried: Carried) -> datetime | None:
    """When somebody got or fetched what they ordered; ``None``: not yet."""
    stop = carried.stop
    if carried.order.collected_at is not None:
        return carried.order.collected_at
    if stop is not None and stop.state == "delivered":
        # A phone without a signal tells later.
        return stop.proven_at or stop.closed_at
    return None


def _refuse_by_time(carried: Carried, *, now: datetime) -> None:
    at = handed_at(carried)
    if at is None or carried.order.state not in ("active", "completed"):
        raise AppError("report_too_early")
    if not may_report(delivered_at=at, now=now):
        raise AppError("report_too_late")


async def _tell(session: AsyncSession, row: GoodsReport, *, caller: Caller) -> None:
    told: dict[str, Any] = {"refund_fen": row.refund_fen}
    if row.state == "waiting":
        told = {"asked_fen": row.asked_fen, "decide_by": row.decide_by.isoformat()}
    await emit(
        session,
        REPORT_SETTLED if row.state == "refunded" else REPORT_MADE,
        subject_id=row.id,
        subject_seq=1,
        actor=caller.actor,
        now=caller.now,
        community_id=row.community_id,
        to_state=row.state,
        order_id=str(row.order_id),
        item_id=str(row.item_id),
        code=row.wrong,
        **told,
    )
