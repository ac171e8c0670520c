"""HTTP of what goes wrong with an order: cancelling, disputes, refunds, and what was said."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from api.identity.edge import (
    AnonymousEdge,
    Edge,
    InSession,
    KeyedEdge,
    SignedIn,
    WithParts,
)
from api.jobs.queries import statements
from api.jobs.routes import said_of
from api.jobs.service.stating import COLUMN, Said, said_in
from api.kit.http.routing import FeatureRouter
from api.kit.http.versions import IfMatch, read_version
from api.orders.mishap_schemas import (
    Cancel,
    CancelCostOut,
    CancelPolicy,
    CancelRowOut,
    CostQuery,
    DisputeOpen,
    DisputeOut,
    PolicyQuery,
    RefundAsk,
    Resolve,
    StatementList,
    StatementOut,
)
from api.orders.policies import TABLE, percent_of_share, words
from api.orders.queries import last_dispute
from api.orders.routes import read_order
from api.orders.rules import Split
from api.orders.schemas import OrderDetail
from api.orders.service import cancelling, disputing, refunding
from api.orders.service.cancelling import Shown
from api.places.service import community_of_place
from api.places.settings import CommunitySettings
from api.uploads.schemas import PhotoOut
from api.uploads.service import links

STATEMENTS_MAX = 100
public = FeatureRouter(prefix="/v1/policies", route_class=AnonymousEdge, tags=["规则"])
router = FeatureRouter(prefix="/v1", route_class=Edge, tags=["订单"])
money = FeatureRouter(prefix="/v1", route_class=KeyedEdge, tags=["订单"])


@public.get("/cancellation", summary="取消规则", response_model=CancelPolicy)
async def read_cancel_policy(
    query: Annotated[PolicyQuery, Query()], session: InSession
) -> CancelPolicy:
    """取消订单的公开规则:到哪一步、谁提出、什么原因,收多少、谁的责任、记什么分。"""
    settings = CommunitySettings()
    if query.community_id is not None:
        settings = (await community_of_place(session, place_id=query.community_id)).settings
    rows: list[CancelRowOut] = []
    for row in TABLE:
        zh, en = words(settings, row)
        percent = percent_of_share(settings, row.share)
        rows.append(
            CancelRowOut(
                stage=row.stage, who=row.who, reason=row.reason, fault=row.fault,
                percent=percent, evidence=row.evidence, points=row.points, zh=zh, en=en,
            )
        )  # fmt: skip
    return CancelPolicy(free_s=settings.free_cancel_s, rows=rows)


@router.get("/orders/{order_id}/cancel-cost", summary="取消费用", response_model=CancelCostOut)
async def ask_cancel_cost(
    order_id: UUID,
    query: Annotated[CostQuery, Query()],
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> CancelCostOut:
    """现在取消要付多少、退多少,谁问都一样;凭据保证看到的就是收取的。"""
    shown = await cancelling.ask_cost(
        session, order_id=order_id, reason=query.reason, vault=parts.vault, caller=caller
    )
    return _cost(shown)


@money.post("/orders/{order_id}/cancel", summary="取消订单", response_model=OrderDetail)
async def cancel_order(
    order_id: UUID, body: Cancel, session: InSession, caller: SignedIn, parts: WithParts
) -> OrderDetail:
    """取消订单,应退的钱自动退回。"""
    await cancelling.visible_order(session, order_id=order_id, caller=caller)
    await _cancel(order_id, body, session, caller, parts)
    return await read_order(order_id, session, caller, parts)


@router.get("/jobs/{job_id}/cancel-cost", summary="骑手:取消费用", response_model=CancelCostOut)
async def ask_job_cancel_cost(
    job_id: UUID,
    query: Annotated[CostQuery, Query()],
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> CancelCostOut:
    """骑手手上的任务现在取消要收下单人多少;和下单人看到的一样。"""
    order_id = await cancelling.order_of_job(session, job_id=job_id)
    shown = await cancelling.ask_cost(
        session, order_id=order_id, reason=query.reason, vault=parts.vault, caller=caller
    )
    return _cost(shown)


@money.post("/jobs/{job_id}/cancel", status_code=204, summary="骑手:取消任务")
async def cancel_job(
    job_id: UUID, body: Cancel, session: InSession, caller: SignedIn, parts: WithParts
) -> None:
    """取货前,骑手因故取消;只是自己不能送的,请用转单。"""
    order_id = await cancelling.order_of_job(session, job_id=job_id)
    await _cancel(order_id, body, session, caller, parts)


@router.get("/orders/{order_id}/statements", summary="各方说明", response_model=StatementList)
async def list_statements(
    order_id: UUID, session: InSession, caller: SignedIn, parts: WithParts
) -> StatementList:
    """取消、转单、失败时各方的说明;工作人员看全部,本人看自己的。"""
    _, side = await cancelling.party_order(session, order_id=order_id, caller=caller)
    rows = await statements(
        session,
        order_id=order_id,
        author_id=None if side == "staff" else caller.user_id,
        limit=STATEMENTS_MAX,
    )
    photos = await links(
        session, subject_ids=[row.id for row in rows], vault=parts.vault, now=caller.now
    )
    return StatementList(
        items=[
            StatementOut(
                id=row.id,
                author_id=row.author_id,
                act=row.act,
                reason=row.reason,
                text=said_in(row.text_sealed, row=row.id, column=COLUMN, vault=parts.vault),
                photos=[PhotoOut.model_validate(link) for link in photos[row.id]],
                created_at=row.created_at,
            )
            for row in rows
        ]
    )


@router.post("/orders/{order_id}/dispute", summary="发起争议", response_model=DisputeOut)
async def dispute_order(
    order_id: UUID, body: DisputeOpen, session: InSession, caller: SignedIn, parts: WithParts
) -> DisputeOut:
    """进行中的或完成 7 天内的订单有争议;处理完之前钱不动。"""
    await _dispute(order_id, body, session, caller, parts)
    return await _last_dispute(order_id, session)


@router.post("/jobs/{job_id}/dispute", summary="骑手:发起争议", response_model=DisputeOut)
async def dispute_job(
    job_id: UUID, body: DisputeOpen, session: InSession, caller: SignedIn, parts: WithParts
) -> DisputeOut:
    """骑手对自己送的单有争议。"""
    order_id = await cancelling.order_of_job(session, job_id=job_id)
    await _dispute(order_id, body, session, caller, parts)
    return await _last_dispute(order_id, session)


@router.get("/orders/{order_id}/dispute", summary="查看争议", response_model=DisputeOut | None)
async def read_dispute(order_id: UUID, session: InSession, caller: SignedIn) -> DisputeOut | None:
    """最近一次争议和处理结果;没有争议时为 `null`。"""
    await cancelling.visible_order(session, order_id=order_id, caller=caller)
    row = await last_dispute(session, order_id=order_id)
    return None if row is None else DisputeOut.model_validate(row)


@money.post("/orders/{order_id}/resolve", summary="处理争议", response_model=DisputeOut)
async def resolve_dispute(
    order_id: UUID,
    body: Resolve,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
    if_match: IfMatch = None,
) -> DisputeOut:
    """工作人员处理争议:订单完成或取消,剩余的钱分给各方,一分不多、一分不少。"""
    await disputing.resolve(
        session,
        order_id=order_id,
        version=read_version(if_match),
        outcome=body.outcome,
        split=Split(body.resident_fen, body.runner_fen, body.platform_fen),
        said=Said(body.text, body.upload_ids),
        vault=parts.vault,
        caller=caller,
    )
    return await _last_dispute(order_id, session)


@money.post("/orders/{order_id}/refund", summary="退款", response_model=OrderDetail)
async def refund_order(
    order_id: UUID,
    body: RefundAsk,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
    if_match: IfMatch = None,
) -> OrderDetail:
    """工作人员把已付的钱退回一部分或全部,不超过剩余金额。"""
    await refunding.refund(
        session,
        order_id=order_id,
        version=read_version(if_match),
        amount_fen=body.amount_fen,
        reason=body.reason,
        said=Said(body.text, body.upload_ids),
        vault=parts.vault,
        caller=caller,
    )
    return await read_order(order_id, session, caller, parts)


async def _dispute(
    order_id: UUID, body: DisputeOpen, session: InSession, caller: SignedIn, parts: WithParts
) -> None:
    await disputing.dispute(
        session,
        order_id=order_id,
        reason=body.reason,
        said=Said(body.text, body.upload_ids),
        vault=parts.vault,
        caller=caller,
    )


async def _last_dispute(order_id: UUID, session: InSession) -> DisputeOut:
    return DisputeOut.model_validate(await last_dispute(session, order_id=order_id))


async def _cancel(
    order_id: UUID, body: Cancel, session: InSession, caller: SignedIn, parts: WithParts
) -> None:
    await cancelling.cancel_order(
        session,
        order_id=order_id,
        reason=body.reason,
        said=said_of(body),
        token=body.token,
        vault=parts.vault,
        caller=caller,
    )


def _cost(shown: Shown) -> CancelCostOut:
    row, cost = shown.priced.row, shown.priced.cost
    zh, en = words(shown.priced.settings, row)
    return CancelCostOut(
        reason=row.reason,
        stage=row.stage,
        fault=row.fault,
        evidence=row.evidence,
        points=row.points,
        cost_fen=cost.cost_fen,
        refund_fen=cost.refund_fen,
        zh=zh,
        en=en,
        token=shown.token,
        expires_at=shown.expires_at,
    )
