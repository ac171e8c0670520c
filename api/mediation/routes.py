"""HTTP of cases, for parties and mediators."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from api.identity.caller import Caller
from api.identity.edge import Edge, InSession, Parts, SignedIn, WithParts
from api.kit.http.routing import FeatureRouter
from api.kit.http.versions import show_version
from api.looks.queries import into_case
from api.mediation.models import Case
from api.mediation.queries import cases
from api.mediation.rules import RecordKind
from api.mediation.schemas import (
    CaseLookOut,
    CaseLookPage,
    CaseOut,
    CasePage,
    CaseQuery,
    ComplaintFiled,
    Consent,
    NewCase,
    NewComplaint,
    NewRecord,
    Objection,
    OrderCase,
    RecordList,
    Suspend,
)
from api.mediation.service import asking, joining, opening, seeing, working
from api.mediation.service.joining import NewParty
from api.mediation.service.opening import Opened, Quarrel
from api.mediation.service.working import Work
from api.mediation.views import card_out, case_out, records_out

router = FeatureRouter(prefix="/v1", route_class=Edge, tags=["调解"])


@router.post("/cases", status_code=201, summary="申请调解", response_model=CaseOut)
async def request(body: NewCase, session: InSession, caller: SignedIn, parts: WithParts) -> CaseOut:
    """调解免费、自愿、保密。申请即表示本人同意;对方由工作人员私下征求意见。每人每天三件。"""
    is_group = bool(body.group_name.strip())
    opened = await opening.request(
        session,
        place_id=body.place_id,
        source=body.source,
        quarrel=Quarrel(body.category, body.text, body.languages, body.meet_minute),
        speaker=NewParty(
            side=1,
            kind="group" if is_group else "person",
            user_id=caller.user_id,
            employer_id=body.employer_id,
            name=body.group_name if is_group else "",
        ),
        vault=parts.vault,
        caller=caller,
    )
    return await _opened(session, opened, caller, parts)


@router.post(
    "/posts/{post_id}/case", status_code=201, summary="就一条纠纷申请调解", response_model=CaseOut
)
async def from_post(
    post_id: UUID, session: InSession, caller: SignedIn, parts: WithParts
) -> CaseOut:
    """作者或工作人员发起;已有调解的并入同一件。别人看到的只有“调解中”等几个字。"""
    opened = await opening.from_post(session, post_id=post_id, vault=parts.vault, caller=caller)
    return await _opened(session, opened, caller, parts)


@router.post(
    "/orders/{order_id}/case", status_code=201, summary="就跑腿纠纷申请调解", response_model=CaseOut
)
async def about_order(
    order_id: UUID, body: OrderCase, session: InSession, caller: SignedIn, parts: WithParts
) -> CaseOut:
    """跑腿单须在争议中;未结的钱继续冻结,直到争议解决。"""
    opened = await opening.about_order(
        session, order_id=order_id, text=body.text, vault=parts.vault, caller=caller
    )
    return await _opened(session, opened, caller, parts)


@router.get("/cases", summary="我的调解", response_model=CasePage)
async def list_mine(
    query: Annotated[CaseQuery, Query()], session: InSession, caller: SignedIn
) -> CasePage:
    """我参加、调解、受邀调解或经办的,新的在前。"""
    rows = await cases.mine(
        session, user_id=caller.user_id, before=query.last_id, limit=query.limit + 1
    )
    shown, cursor = query.cut(rows, by=lambda row: row.id)
    return CasePage(items=[card_out(row) for row in shown], next_cursor=cursor)


@router.get("/cases/{case_id}", summary="查看调解", response_model=CaseOut)
async def read_case(
    case_id: UUID, response: Response, session: InSession, caller: SignedIn, parts: WithParts
) -> CaseOut:
    """只有当事人、调解员和经办人能看,每次查看都有记录。"""
    seen = await seeing.seen_case(session, case_id=case_id, caller=caller)
    await seeing.look(session, seen, what="case", caller=caller)
    show_version(response, seen.case.version)
    return await case_out(session, seen, caller=caller, vault=parts.vault)


@router.get("/cases/{case_id}/records", summary="调解记录", response_model=RecordList)
async def list_records(
    case_id: UUID, session: InSession, caller: SignedIn, parts: WithParts
) -> RecordList:
    """联系和调解会的记录;当事人看到自己参加的。"""
    seen = await seeing.seen_case(session, case_id=case_id, caller=caller)
    await seeing.look(session, seen, what="records", caller=caller)
    rows = await cases.records(session, case_id=case_id)
    return RecordList(items=records_out(rows, seen, vault=parts.vault))


@router.get("/cases/{case_id}/looks", summary="谁看过这件调解", response_model=CaseLookPage)
async def list_looks(
    case_id: UUID,
    query: Annotated[CaseQuery, Query()],
    session: InSession,
    caller: SignedIn,
) -> CaseLookPage:
    """以什么身份、何时、看了哪一部分,新的在前。"""
    await seeing.seen_case(session, case_id=case_id, caller=caller)
    rows = await into_case(session, case_id=case_id, before=query.last_id, limit=query.limit + 1)
    shown, cursor = query.cut(rows, by=lambda row: row[0])
    items = [CaseLookOut(at=r[1], viewer_role=r[2], what=r[3], state=r[4]) for r in shown]
    return CaseLookPage(items=items, next_cursor=cursor)


@router.post("/cases/{case_id}/consent", summary="同意调解", response_model=CaseOut)
async def consent(
    case_id: UUID, body: Consent, session: InSession, caller: SignedIn, parts: WithParts
) -> CaseOut:
    """读过 `rights` 后同意;各方都同意才会请调解员。"""
    row = await joining.answer(
        session, case_id=case_id, is_willing=True, employer_id=body.employer_id, caller=caller
    )
    return await shown(session, row, caller, parts)


@router.post("/cases/{case_id}/refuse", summary="不同意调解", response_model=CaseOut)
async def refuse(case_id: UUID, session: InSession, caller: SignedIn, parts: WithParts) -> CaseOut:
    """不需要理由;答复中有可走的其他途径。"""
    row = await joining.answer(session, case_id=case_id, is_willing=False, caller=caller)
    return await shown(session, row, caller, parts)


@router.post("/cases/{case_id}/withdraw", summary="退出调解", response_model=CaseOut)
async def withdraw(
    case_id: UUID, session: InSession, caller: SignedIn, parts: WithParts
) -> CaseOut:
    """达成协议前随时可以退出;一方没有人了,调解即结束。"""
    row = await joining.withdraw(session, case_id=case_id, caller=caller)
    return await shown(session, row, caller, parts)


@router.post("/cases/{case_id}/accept", summary="接受邀请", response_model=CaseOut)
async def accept(case_id: UUID, session: InSession, caller: SignedIn, parts: WithParts) -> CaseOut:
    """受邀的调解员接受;与当事人有关系的不能接。"""
    row = await asking.accept(session, case_id=case_id, caller=caller)
    return await shown(session, row, caller, parts)


@router.post("/cases/{case_id}/pass", status_code=204, summary="不接邀请")
async def pass_on(case_id: UUID, session: InSession, caller: SignedIn) -> Response:
    """不需要理由,改邀下一位;两小时不答复也一样。"""
    await asking.pass_on(session, case_id=case_id, caller=caller)
    return Response(status_code=204)


@router.post("/cases/{case_id}/object", status_code=204, summary="申请回避")
async def object_to(
    case_id: UUID, body: Objection, session: InSession, caller: SignedIn, parts: WithParts
) -> Response:
    """当事人第一次不需要理由,再次须说明;调解员也可以自己回避。随即改邀下一位。"""
    await asking.object_to(
        session, case_id=case_id, text=body.text, vault=parts.vault, caller=caller
    )
    return Response(status_code=204)


@router.post(
    "/cases/{case_id}/contact", status_code=201, summary="记录联系", response_model=CaseOut
)
async def record_contact(
    case_id: UUID, body: NewRecord, session: InSession, caller: SignedIn, parts: WithParts
) -> CaseOut:
    """调解员记录一次联系,记下后不能修改;第一条记录开始计算调解期限。"""
    return await _record(session, case_id, "contact", body, caller, parts)


@router.post(
    "/cases/{case_id}/sessions", status_code=201, summary="记录调解会", response_model=CaseOut
)
async def record_session(
    case_id: UUID, body: NewRecord, session: InSession, caller: SignedIn, parts: WithParts
) -> CaseOut:
    """调解员记录一次调解,记下后不能修改;调解期间相关内容暂停评论。"""
    return await _record(session, case_id, "session", body, caller, parts)


@router.post("/cases/{case_id}/suspend", summary="暂停调解", response_model=CaseOut)
async def suspend(
    case_id: UUID, body: Suspend, session: InSession, caller: SignedIn, parts: WithParts
) -> CaseOut:
    """调解员暂停;期限照算。"""
    row = await working.suspend(session, case_id=case_id, code=body.code, caller=caller)
    return await shown(session, row, caller, parts)


@router.post("/cases/{case_id}/resume", summary="继续调解", response_model=CaseOut)
async def resume(case_id: UUID, session: InSession, caller: SignedIn, parts: WithParts) -> CaseOut:
    """调解员继续。"""
    row = await working.resume(session, case_id=case_id, caller=caller)
    return await shown(session, row, caller, parts)


@router.post("/cases/{case_id}/fail", summary="调解不成", response_model=CaseOut)
async def fail(case_id: UUID, session: InSession, caller: SignedIn, parts: WithParts) -> CaseOut:
    """没有达成协议,终止并告知各方其他途径。"""
    row = await working.fail(session, case_id=case_id, caller=caller)
    return await shown(session, row, caller, parts)


@router.post(
    "/cases/{case_id}/complaint",
    status_code=201,
    summary="投诉调解员",
    response_model=ComplaintFiled,
)
async def complain(
    case_id: UUID, body: NewComplaint, session: InSession, caller: SignedIn, parts: WithParts
) -> ComplaintFiled:
    """偏袒、侮辱、收礼、泄密等;由其他工作人员处理,不告知是谁投诉。"""
    complaint_id = await working.complain(
        session,
        case_id=case_id,
        code=body.code,
        text=body.text,
        vault=parts.vault,
        caller=caller,
    )
    return ComplaintFiled(id=complaint_id)


async def shown(
    session: InSession, row: Case, caller: Caller, parts: Parts, *, hotlines: tuple[str, ...] = ()
) -> CaseOut:
    """A case to whoever just acted on it."""
    seen = await seeing.seen_case(session, case_id=row.id, caller=caller)
    await seeing.look(session, seen, what="case", caller=caller)
    return await case_out(session, seen, caller=caller, vault=parts.vault, hotlines=hotlines)


async def _record(
    session: InSession,
    case_id: UUID,
    kind: RecordKind,
    body: NewRecord,
    caller: Caller,
    parts: Parts,
) -> CaseOut:
    work = Work(kind, body.how, body.text, body.happened_at, body.party_ids)
    done = await working.record(
        session, case_id=case_id, work=work, vault=parts.vault, caller=caller
    )
    return await shown(session, done.case, caller, parts, hotlines=done.hotlines)


async def _opened(session: InSession, opened: Opened, caller: Caller, parts: Parts) -> CaseOut:
    return await shown(session, opened.case, caller, parts, hotlines=opened.hotlines)
