"""Deciding what the rule does not: by the merchant in favour, by staff either way, or by time."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import SYSTEM, Actor, emit
from api.events.registry import EventKind
from api.identity.caller import MANAGERS, STAFF, Caller
from api.jobs.service.stating import Said, keep_statement
from api.kit.crypto import Vault
from api.merchants.queries import role_of
from api.orders import queries as orders
from api.orders.queries import Carried
from api.orders.service.cancelling import left_of
from api.orders.service.caring import asked_by
from api.remedies import queries
from api.remedies.events import REPORT_CONTESTED, REPORT_DECLINED, REPORT_GRANTED
from api.remedies.models import GoodsReport
from api.remedies.service.refunding import send_back
from api.remedies.service.reporting import REASON
from api.remedies.states import REPORT

Side = Literal["merchant", "staff"]


async def grant(session: AsyncSession, *, report_id: UUID, caller: Caller) -> GoodsReport:
    """Refund what was reported, as its merchant or as staff.

    Raises:
        AppError: not_found, role_missing, report_decided.
    """
    row, carried, side = await _decided_by(session, report_id=report_id, caller=caller)
    if not REPORT.allows(row.state, "grant"):
        raise AppError("report_decided")
    await _grant(session, row, carried, how=side, actor=caller.actor, now=caller.now)
    return await _again(session, report_id)


async def object_to(
    session: AsyncSession, *, report_id: UUID, said: Said, vault: Vault, caller: Caller
) -> GoodsReport:
    """Say, as its merchant, why a report is wrong: staff decide then.

    Raises:
        AppError: not_found, role_missing, report_decided, evidence_missing, upload_unknown.
    """
    row, _, side = await _decided_by(session, report_id=report_id, caller=caller)
    if side != "merchant":
        raise AppError("role_missing")
    if not REPORT.allows(row.state, "object"):
        raise AppError("report_decided")
    await _keep(session, row, said, act="goods_objection", vault=vault, caller=caller)
    await _move(session, row, "object", REPORT_CONTESTED, actor=caller.actor, now=caller.now)
    return await _again(session, report_id)


async def decline(
    session: AsyncSession, *, report_id: UUID, said: Said, vault: Vault, caller: Caller
) -> GoodsReport:
    """Refuse a refund, as staff, with a reason.

    Raises:
        AppError: not_found, role_missing, report_decided, evidence_missing, upload_unknown.
    """
    row, _, side = await _decided_by(session, report_id=report_id, caller=caller)
    if side != "staff":
        raise AppError("role_missing")
    if not REPORT.allows(row.state, "decline"):
        raise AppError("report_decided")
    await _keep(session, row, said, act="goods_refusal", vault=vault, caller=caller)
    await _move(
        session, row, "decline", REPORT_DECLINED, actor=caller.actor, now=caller.now,
        written={"decided_at": caller.now},
    )  # fmt: skip
    return await _again(session, report_id)


async def grant_by_time(session: AsyncSession, *, report_id: UUID, now: datetime) -> bool:
    """Believe whoever reported where nobody decided in time; false: somebody did."""
    row = await queries.report(session, report_id=report_id)
    if row is None:
        return False
    # The order first, as whoever decides does it.
    carried = await orders.carried(session, order_id=row.order_id, lock=True)
    row = await queries.report(session, report_id=report_id, lock=True)
    assert carried is not None
    assert row is not None
    if not REPORT.allows(row.state, "grant") or row.decide_by > now:
        return False
    await _grant(session, row, carried, how="by_time", actor=SYSTEM, now=now)
    return True


async def _decided_by(
    session: AsyncSession, *, report_id: UUID, caller: Caller
) -> tuple[GoodsReport, Carried, Side]:
    """A report with its order, both locked, and on which side the caller decides."""
    row = await queries.report(session, report_id=report_id)
    if row is None:
        raise AppError("not_found")
    carried = await orders.carried(session, order_id=row.order_id, lock=True)
    assert carried is not None
    is_party = asked_by(carried.order, caller)
    role = await role_of(session, merchant_id=row.merchant_id, user_id=caller.user_id)
    if not is_party and role is None and not caller.holds(STAFF, row.place_path):
        raise AppError("not_found")
    # Nobody decides over their own money.
    if is_party:
        raise AppError("role_missing")
    if role is None and not caller.holds(MANAGERS, row.place_path):
        raise AppError("role_missing")
    row = await queries.report(session, report_id=report_id, lock=True)
    assert row is not None
    return row, carried, "staff" if role is None else "merchant"


async def _grant(
    session: AsyncSession,
    row: GoodsReport,
    carried: Carried,
    *,
    how: Literal["merchant", "staff", "by_time"],
    actor: Actor,
    now: datetime,
) -> None:
    there = await queries.packed(session, order_id=row.order_id, item_id=row.item_id)
    assert there is not None, "it was packed when it was reported"
    _, packed = there
    # A lot of the line may have been called back since.
    left_fen = min(packed.due_fen - packed.given_back_fen, left_of(carried.order))
    refund_fen = min(row.asked_fen, left_fen)
    await _move(
        session, row, "grant", REPORT_GRANTED, actor=actor, now=now,
        written={"decided_at": now, "refund_fen": refund_fen}, how=how, refund_fen=refund_fen,
    )  # fmt: skip
    await send_back(
        session, carried, merchant_id=row.merchant_id, amount_fen=refund_fen, reason=REASON,
        actor=actor, now=now,
    )  # fmt: skip


async def _keep(
    session: AsyncSession, row: GoodsReport, said: Said, *, act: str, vault: Vault, caller: Caller
) -> None:
    if not said.text.strip():
        raise AppError("evidence_missing", "text")
    await keep_statement(
        session, said=said, act=act, reason=row.wrong, author_id=caller.user_id,
        order_id=row.order_id, vault=vault, now=caller.now,
    )  # fmt: skip


async def _move(
    session: AsyncSession,
    row: GoodsReport,
    event: str,
    kind: EventKind,
    *,
    actor: Actor,
    now: datetime,
    written: dict[str, Any] | None = None,
    **told: Any,
) -> None:
    before = row.state
    moved = await queries.move(
        session, report_id=row.id, event=event, from_state=before, **(written or {})
    )
    assert moved is not None, "the report is locked"
    await emit(
        session,
        kind,
        subject_id=row.id,
        subject_seq=moved.version,
        actor=actor,
        now=now,
        community_id=row.community_id,
        from_state=before,
        to_state=moved.state,
        order_id=str(row.order_id),
        **told,
    )


async def _again(session: AsyncSession, report_id: UUID) -> GoodsReport:
    row = await queries.report(session, report_id=report_id)
    assert row is not None
    return row
