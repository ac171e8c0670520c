"""HTTP of agreements: texts and names under them, the court, visits."""

from uuid import UUID

from api.agreements import queries
from api.agreements.schemas import (
    AgreementList,
    AgreementOut,
    CourtStep,
    Proposal,
    Signing,
    VisitList,
    VisitorChoice,
    VisitOut,
    VisitPlan,
    VisitRecord,
    WhichText,
)
from api.agreements.service import confirming, performing, proposing, signing, visiting
from api.agreements.service.seeing import looked_at
from api.agreements.views import agreement_out, agreements_out, visit_out, visits_out
from api.identity.edge import Edge, InSession, SignedIn, WithParts
from api.kit.http.routing import FeatureRouter
from api.orders.rules import Split

router = FeatureRouter(prefix="/v1/cases", route_class=Edge, tags=["调解协议"])
visits_router = FeatureRouter(prefix="/v1/visits", route_class=Edge, tags=["调解回访"])


@router.get("/{case_id}/agreements", summary="案件的协议", response_model=AgreementList)
async def list_agreements(
    case_id: UUID, session: InSession, caller: SignedIn, parts: WithParts
) -> AgreementList:
    """协议文本、签名、到期事项。每次查看都有记录。"""
    await looked_at(session, case_id=case_id, what="agreement", caller=caller)
    rows = await queries.of_case(session, case_id=case_id)
    return AgreementList(items=await agreements_out(session, rows, vault=parts.vault))


@router.post(
    "/{case_id}/propose", status_code=201, summary="提出协议文本", response_model=AgreementOut
)
async def propose(
    case_id: UUID, body: Proposal, session: InSession, caller: SignedIn, parts: WithParts
) -> AgreementOut:
    """由调解员提出,各方都可以接受或拒绝;签名前没有约束力。"""
    parted = None
    if body.split is not None:
        money = body.split
        split = Split(money.resident_fen, money.runner_fen, money.platform_fen)
        parted = proposing.Parted(money.outcome, split)
    row = await proposing.propose(
        session, case_id=case_id, form=body.form, content=body.content(), parted=parted,
        vault=parts.vault, caller=caller,
    )  # fmt: skip
    return await agreement_out(session, row, vault=parts.vault)


@router.post("/{case_id}/sign", summary="签名或盖章", response_model=AgreementOut)
async def sign(
    case_id: UUID, body: Signing, session: InSession, caller: SignedIn, parts: WithParts
) -> AgreementOut:
    """书面:各方当事人、调解员、调委会盖章,齐了即生效;口头:各方认可、调解员登记。"""
    wanted = signing.Wanted(
        n=body.n,
        text_hash=body.text_hash,
        side=body.side,
        party_id=body.party_id,
        upload_id=body.upload_id,
    )
    row = await signing.sign(
        session, case_id=case_id, wanted=wanted, vault=parts.vault, caller=caller
    )
    return await agreement_out(session, row, vault=parts.vault)


@router.post("/{case_id}/decline", summary="不接受文本", response_model=AgreementOut)
async def decline(
    case_id: UUID, body: WhichText, session: InSession, caller: SignedIn, parts: WithParts
) -> AgreementOut:
    """当事人不接受这份文本,不必说明理由;调解可以继续。"""
    row = await proposing.decline(session, case_id=case_id, n=body.n, caller=caller)
    return await agreement_out(session, row, vault=parts.vault)


@router.post("/{case_id}/take-back", summary="收回文本", response_model=AgreementOut)
async def take_back(
    case_id: UUID, body: WhichText, session: InSession, caller: SignedIn, parts: WithParts
) -> AgreementOut:
    """调解员收回,以便另提一份。"""
    row = await proposing.take_back(session, case_id=case_id, n=body.n, caller=caller)
    return await agreement_out(session, row, vault=parts.vault)


@router.post("/{case_id}/confirm-court", summary="要求司法确认", response_model=AgreementOut)
async def confirm_court(
    case_id: UUID, session: InSession, caller: SignedIn, parts: WithParts
) -> AgreementOut:
    """当事人表示要共同申请司法确认;须在生效后三十日内,各方都表示。"""
    row = await confirming.ask(session, case_id=case_id, caller=caller)
    return await agreement_out(session, row, vault=parts.vault)


@router.post("/{case_id}/court", summary="登记司法确认", response_model=AgreementOut)
async def record_court(
    case_id: UUID, body: CourtStep, session: InSession, caller: SignedIn, parts: WithParts
) -> AgreementOut:
    """调解员或工作人员登记已申请、已确认或未确认。"""
    row = await confirming.record(
        session, case_id=case_id, event=body.event, day=body.day, caller=caller
    )
    return await agreement_out(session, row, vault=parts.vault)


@router.post("/{case_id}/reopen", summary="重新调解", response_model=AgreementList)
async def reopen(
    case_id: UUID, session: InSession, caller: SignedIn, parts: WithParts
) -> AgreementList:
    """协议未履行的,当事人或工作人员可以重新开始调解;原协议终止。"""
    await performing.reopen(session, case_id=case_id, caller=caller)
    rows = await queries.of_case(session, case_id=case_id)
    return AgreementList(items=await agreements_out(session, rows, vault=parts.vault))


@router.get("/{case_id}/visits", summary="案件的回访", response_model=VisitList)
async def list_visits(
    case_id: UUID, session: InSession, caller: SignedIn, parts: WithParts
) -> VisitList:
    """生效后七天和三十天各一次,由调解员以外的人进行。每次查看都有记录。"""
    await looked_at(session, case_id=case_id, what="visits", caller=caller)
    rows = await queries.visits(session, case_id=case_id)
    return VisitList(items=await visits_out(session, rows, vault=parts.vault))


@router.post("/{case_id}/visits", status_code=201, summary="加一次回访", response_model=VisitOut)
async def plan_visit(
    case_id: UUID, body: VisitPlan, session: InSession, caller: SignedIn, parts: WithParts
) -> VisitOut:
    """工作人员另加一次回访。"""
    row = await visiting.plan(session, case_id=case_id, due_on=body.due_on, caller=caller)
    return await visit_out(session, row, vault=parts.vault)


@visits_router.post("/{visit_id}/assign", summary="安排回访人", response_model=VisitOut)
async def assign_visit(
    visit_id: UUID, body: VisitorChoice, session: InSession, caller: SignedIn, parts: WithParts
) -> VisitOut:
    """工作人员安排谁去回访;不能是本案调解员或当事人。"""
    row = await visiting.assign(session, visit_id=visit_id, user_id=body.user_id, caller=caller)
    return await visit_out(session, row, vault=parts.vault)


@visits_router.post("/{visit_id}/record", summary="记录回访", response_model=VisitOut)
async def record_visit(
    visit_id: UUID, body: VisitRecord, session: InSession, caller: SignedIn, parts: WithParts
) -> VisitOut:
    """由回访人记录;履行与否决定案件的下一步。"""
    found = visiting.Found(
        text=body.text,
        said=[visiting.Said(s.party_id, s.answer, s.satisfaction) for s in body.said],
        kept_ids=body.kept_item_ids,
        broken_ids=body.broken_item_ids,
    )
    row = await visiting.record(
        session, visit_id=visit_id, found=found, vault=parts.vault, caller=caller
    )
    return await visit_out(session, row, vault=parts.vault)
