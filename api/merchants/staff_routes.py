"""HTTP of merchants, for staff."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlmodel.ext.asyncio.session import AsyncSession

from api.identity.caller import STAFF, Caller
from api.identity.edge import Edge, InSession, Parts, SignedIn, WithParts
from api.kit.http.routing import FeatureRouter
from api.merchants import queries
from api.merchants.schemas import (
    MerchantContactOut,
    MerchantDecision,
    MerchantReason,
    OwnMerchantOut,
    OwnMerchantPage,
    StaffMerchantQuery,
)
from api.merchants.service import applying, deciding
from api.merchants.views import own_merchant_out, own_out
from api.places.service import community_of_staff

router = FeatureRouter(prefix="/v1/merchants", route_class=Edge, tags=["商户"])


@router.get("/applications", summary="社区的商户", response_model=OwnMerchantPage)
async def list_merchants(
    query: Annotated[StaffMerchantQuery, Query()],
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> OwnMerchantPage:
    """供工作人员查看和审核,含未通过的。"""
    community = await community_of_staff(
        session, place_id=query.community_id, roles=STAFF, caller=caller
    )
    rows = await queries.of_community(
        session,
        community_id=community.id,
        state=query.state,
        after=query.last_id,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row.id)
    items = await own_out(session, [(r, None) for r in shown], vault=parts.vault, caller=caller)
    return OwnMerchantPage(items=items, next_cursor=cursor)


@router.post("/{merchant_id}/approve", summary="通过商户", response_model=OwnMerchantOut)
async def approve(
    merchant_id: UUID,
    body: MerchantDecision,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> OwnMerchantOut:
    """核对执照后通过;店里的人即有商户权限。不能审核自己的店。"""
    return await _decide(session, merchant_id, "approve", body, caller, parts)


@router.post("/{merchant_id}/reject", summary="拒绝商户", response_model=OwnMerchantOut)
async def reject(
    merchant_id: UUID,
    body: MerchantDecision,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> OwnMerchantOut:
    """原因会告知店主,改好后可再申请。"""
    return await _decide(session, merchant_id, "reject", body, caller, parts)


@router.post("/{merchant_id}/suspend", summary="停用商户", response_model=OwnMerchantOut)
async def suspend(
    merchant_id: UUID,
    body: MerchantDecision,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> OwnMerchantOut:
    """停用后不再显示,店里的人没有商户权限;已有的订单照常完成。"""
    return await _decide(session, merchant_id, "suspend", body, caller, parts)


@router.post("/{merchant_id}/reinstate", summary="恢复商户", response_model=OwnMerchantOut)
async def reinstate(
    merchant_id: UUID,
    body: MerchantDecision,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> OwnMerchantOut:
    """恢复停用的商户。"""
    return await _decide(session, merchant_id, "reinstate", body, caller, parts)


@router.post("/{merchant_id}/contact", summary="查看商户负责人", response_model=MerchantContactOut)
async def read_contact(
    merchant_id: UUID,
    body: MerchantReason,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> applying.ContactPerson:
    """姓名和电话;谁看过、为什么,都有记录。"""
    return await deciding.read_contact(
        session, merchant_id=merchant_id, reason=body.reason, vault=parts.vault, caller=caller
    )


async def _decide(
    session: AsyncSession,
    merchant_id: UUID,
    decision: str,
    body: MerchantDecision,
    caller: Caller,
    parts: Parts,
) -> OwnMerchantOut:
    row = await deciding.decide(
        session, merchant_id=merchant_id, decision=decision, reason=body.reason, caller=caller
    )
    return await own_merchant_out(session, row, vault=parts.vault, caller=caller)
