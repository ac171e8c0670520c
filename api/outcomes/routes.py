"""HTTP of outcomes: consented to by all who signed, read by a person, then seen."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from api.agreements.service.seeing import looked_at
from api.identity.edge import Edge, InSession, SignedIn, WithParts
from api.kit.http.routing import FeatureRouter
from api.mediators.service.founding import MEMBERS
from api.outcomes import queries
from api.outcomes.schemas import (
    OutcomeApproval,
    OutcomeConsentBody,
    OutcomeDraft,
    OutcomeList,
    OutcomeOut,
    OutcomePage,
    OutcomeQuery,
    OutcomeRefusal,
)
from api.outcomes.service import drafting, publishing
from api.outcomes.views import outcome_card, outcome_out, outcomes_out
from api.places.service import community_of_place

router = FeatureRouter(prefix="/v1/cases", route_class=Edge, tags=["调解结果"])
shown = FeatureRouter(prefix="/v1/outcomes", route_class=Edge, tags=["调解结果"])


@router.post(
    "/{case_id}/outcome", status_code=201, summary="拟公开的结果", response_model=OutcomeOut
)
async def draft(
    case_id: UUID, body: OutcomeDraft, session: InSession, caller: SignedIn, parts: WithParts
) -> OutcomeOut:
    """调解员或经办人拟写,须有生效的协议;有姓名、号码、住址的不收。逐一征得书面同意后才会公开。"""
    row = await drafting.draft(
        session, case_id=case_id, text=body.text, vault=parts.vault, caller=caller
    )
    return await outcome_out(session, row, vault=parts.vault)


@router.get("/{case_id}/outcome", summary="本案拟公开的结果", response_model=OutcomeList)
async def list_of_case(
    case_id: UUID, session: InSession, caller: SignedIn, parts: WithParts
) -> OutcomeList:
    """各份文字,新的在前,以及还缺谁的书面同意。每次查看都有记录。"""
    await looked_at(session, case_id=case_id, what="outcome", caller=caller)
    rows = await queries.of_case(session, case_id=case_id)
    return OutcomeList(items=await outcomes_out(session, rows, vault=parts.vault))


@router.post("/{case_id}/outcome/consent", summary="同意公开", response_model=OutcomeOut)
async def consent(
    case_id: UUID, body: OutcomeConsentBody, session: InSession, caller: SignedIn, parts: WithParts
) -> OutcomeOut:
    """书面同意公开这一份文字;签过协议的每一位都同意,才可以公开。随时可以撤回。"""
    row = await publishing.consent(
        session, case_id=case_id, text_hash=body.text_hash, party_id=body.party_id,
        upload_id=body.upload_id, caller=caller,
    )  # fmt: skip
    return await outcome_out(session, row, vault=parts.vault)


@router.post("/{case_id}/outcome/decline", summary="不同意公开", response_model=OutcomeOut)
async def decline(
    case_id: UUID, body: OutcomeRefusal, session: InSession, caller: SignedIn, parts: WithParts
) -> OutcomeOut:
    """不同意或撤回同意,不需要理由;已公开的随即撤下。"""
    row = await publishing.decline(session, case_id=case_id, party_id=body.party_id, caller=caller)
    return await outcome_out(session, row, vault=parts.vault)


@router.post("/{case_id}/outcome/publish", summary="公开结果", response_model=OutcomeOut)
async def publish(
    case_id: UUID, body: OutcomeApproval, session: InSession, caller: SignedIn, parts: WithParts
) -> OutcomeOut:
    """经办的社区管理人员读过后公开;须各方都已书面同意、内容检查通过,拟写人、调解员、当事人不能自己公开。"""
    row = await publishing.publish(
        session, case_id=case_id, text_hash=body.text_hash, despite=body.despite,
        vault=parts.vault, caller=caller,
    )  # fmt: skip
    return await outcome_out(session, row, vault=parts.vault)


@router.post("/{case_id}/outcome/take-back", summary="撤下结果", response_model=OutcomeOut)
async def take_back(
    case_id: UUID, session: InSession, caller: SignedIn, parts: WithParts
) -> OutcomeOut:
    """调解员或经办人撤下,公开前后都可以。"""
    row = await drafting.take_back(session, case_id=case_id, caller=caller)
    return await outcome_out(session, row, vault=parts.vault)


@shown.get("", summary="公开的调解结果", response_model=OutcomePage)
async def list_outcomes(
    query: Annotated[OutcomeQuery, Query()],
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> OutcomePage:
    """本社区公开的调解结果,新的在前;看不出是哪一件、谁的事。"""
    community = await community_of_place(session, place_id=query.place_id)
    caller.require(MEMBERS, community.path)
    rows = await queries.shown(
        session, community_id=community.id, before=query.last_id, limit=query.limit + 1
    )
    cut, cursor = query.cut(rows, by=lambda row: row.id)
    items = [outcome_card(row, vault=parts.vault) for row in cut]
    return OutcomePage(items=items, next_cursor=cursor)
