"""HTTP of cases, for the staff who are named for them."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from api.identity.caller import Caller
from api.identity.edge import Edge, InSession, Parts, SignedIn, WithParts
from api.kit.http.routing import FeatureRouter
from api.mediation.models import Case
from api.mediation.queries import cases
from api.mediation.schemas import (
    Ask,
    CaseOut,
    CasePage,
    ChoiceList,
    Escalate,
    NewPartyIn,
    PaperAnswer,
    PlaceCasesQuery,
    Replacement,
)
from api.mediation.service import asking, joining, seeing, working
from api.mediation.service.joining import NewParty
from api.mediation.views import card_out, case_out, choices_out
from api.mediators.service.founding import staff_place

router = FeatureRouter(prefix="/v1/cases", route_class=Edge, tags=["调解管理"])


@router.get("/queue", summary="社区的调解", response_model=CasePage)
async def list_queue(
    query: Annotated[PlaceCasesQuery, Query()], session: InSession, caller: SignedIn
) -> CasePage:
    """一个地点及其下的案件,只有类别和状态;接手后才能看内容。"""
    place = await staff_place(session, place_id=query.place_id, caller=caller)
    rows = await cases.at_place(
        session,
        place_id=place.id,
        state=query.state,
        with_archived=query.with_archived,
        before=query.last_id,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row.id)
    return CasePage(items=[card_out(row) for row in shown], next_cursor=cursor)


@router.post("/{case_id}/take", summary="接手案件", response_model=CaseOut)
async def take(case_id: UUID, session: InSession, caller: SignedIn, parts: WithParts) -> CaseOut:
    """成为经办人,此后可以查看和操作,每次查看都有记录;自己是当事人的不能接手。"""
    row = await working.take(session, case_id=case_id, caller=caller)
    return await _shown(session, row, caller, parts)


@router.post("/{case_id}/parties", status_code=201, summary="添加当事人", response_model=CaseOut)
async def add_party(
    case_id: UUID, body: NewPartyIn, session: InSession, caller: SignedIn, parts: WithParts
) -> CaseOut:
    """经办人或调解员添加;对方只在私下征求意见,不公开。"""
    new = NewParty(
        side=body.side,
        kind=body.kind,
        user_id=body.user_id,
        organisation_id=body.organisation_id,
        building_id=body.building_id,
        name=body.name,
        phone=body.phone or "",
    )
    row = await joining.add_party(
        session, case_id=case_id, new=new, vault=parts.vault, caller=caller
    )
    return await _shown(session, row, caller, parts)


@router.post("/{case_id}/offer", summary="征求各方意见", response_model=CaseOut)
async def offer(case_id: UUID, session: InSession, caller: SignedIn, parts: WithParts) -> CaseOut:
    """私下询问各方是否愿意调解,按期答复;一方不愿意即结束并告知其他途径。"""
    row = await joining.offer(session, case_id=case_id, caller=caller)
    return await _shown(session, row, caller, parts)


@router.post("/{case_id}/parties/{party_id}/answer", summary="登记纸面答复", response_model=CaseOut)
async def record_answer(
    case_id: UUID,
    party_id: UUID,
    body: PaperAnswer,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> CaseOut:
    """没有注册的人或单位在纸上签名,拍照登记。"""
    row = await joining.record_answer(
        session,
        case_id=case_id,
        party_id=party_id,
        is_willing=body.is_willing,
        upload_id=body.upload_id,
        caller=caller,
    )
    return await _shown(session, row, caller, parts)


@router.post("/{case_id}/ask", summary="邀请调解员", response_model=CaseOut)
async def ask(
    case_id: UUID, body: Ask, session: InSession, caller: SignedIn, parts: WithParts
) -> CaseOut:
    """指定一位,或按规则再选一次;有关系的一律不能请。"""
    row = await asking.ask_by_name(session, case_id=case_id, user_id=body.user_id, caller=caller)
    return await _shown(session, row, caller, parts)


@router.post("/{case_id}/replace", summary="更换调解员", response_model=CaseOut)
async def replace(
    case_id: UUID, body: Replacement, session: InSession, caller: SignedIn, parts: WithParts
) -> CaseOut:
    """调解员不能继续时更换,调解中也可以:按同样的规则另请,期限重新计算,原调解员不再能看。"""
    row = await asking.replace_by_name(session, case_id=case_id, code=body.code, caller=caller)
    return await _shown(session, row, caller, parts)


@router.get("/{case_id}/choices", summary="调解员是怎么选的", response_model=ChoiceList)
async def list_choices(case_id: UUID, session: InSession, caller: SignedIn) -> ChoiceList:
    """每一次选择中每位调解员的名次或被排除的理由,仅经办人可见。"""
    seen = await seeing.seen_case(session, case_id=case_id, caller=caller)
    seen.require("staff")
    await seeing.look(session, seen, what="choices", caller=caller)
    rows = await cases.choices(session, case_id=case_id)
    return ChoiceList(items=await choices_out(session, rows))


@router.post("/{case_id}/escalate", summary="移交", response_model=CaseOut)
async def escalate(
    case_id: UUID, body: Escalate, session: InSession, caller: SignedIn, parts: WithParts
) -> CaseOut:
    """有危险、涉嫌违法或超出社区范围的,由经办人或调解员移交,必须说明。"""
    row = await working.escalate(
        session,
        case_id=case_id,
        into=body.into,
        text=body.text,
        vault=parts.vault,
        caller=caller,
    )
    return await _shown(session, row, caller, parts)


@router.post("/{case_id}/close", summary="归档", response_model=CaseOut)
async def archive(case_id: UUID, session: InSession, caller: SignedIn, parts: WithParts) -> CaseOut:
    """已结束的案件归档。"""
    row = await working.archive(session, case_id=case_id, caller=caller)
    return await _shown(session, row, caller, parts)


async def _shown(session: InSession, row: Case, caller: Caller, parts: Parts) -> CaseOut:
    seen = await seeing.seen_case(session, case_id=row.id, caller=caller)
    await seeing.look(session, seen, what="case", caller=caller)
    return await case_out(session, seen, caller=caller, vault=parts.vault)
