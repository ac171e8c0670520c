"""HTTP of the privacy rules, consents, looks, export and erasure."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request

from api.consents import service as consents
from api.consents.purposes import PURPOSES, Asked, Purpose
from api.consents.queries import all_live
from api.identity.edge import AnonymousEdge, Edge, InSession, SignedIn, WithParts
from api.kit.crypto import mask_name
from api.kit.http.problems import wants_english
from api.kit.http.routing import FeatureRouter
from api.kit.pagination import PageQuery
from api.looks.queries import about
from api.places.rules import Contact
from api.places.schemas import ContactIn
from api.privacy import policy
from api.privacy.declared import KEPT, TABLES
from api.privacy.schemas import (
    ConsentList,
    ConsentOut,
    DataOut,
    DropoffContact,
    ErasureOut,
    ExportOut,
    ExportQuery,
    ExportSection,
    HoldOut,
    KeptOut,
    LegalOut,
    LegalSection,
    LookAsk,
    LookOut,
    LookPage,
    NewConsent,
    PurposeOut,
    WholeContact,
)
from api.privacy.service import erasing, exporting, looking

router = FeatureRouter(prefix="/v1", route_class=Edge, tags=["隐私"])
public = FeatureRouter(prefix="/v1", route_class=AnonymousEdge, tags=["隐私"])
_EXPORTS_PER_MINUTE = 20


@public.get("/legal/privacy", summary="个人信息处理规则", response_model=LegalOut)
async def read_rules(request: Request) -> LegalOut:
    """处理哪些数据、为什么、保存多久、怎样行使权利;任何人可见。"""
    is_english = _is_english(request)
    return LegalOut(
        version=policy.VERSION,
        language="en" if is_english else "zh",
        sections=[
            LegalSection(title=p.title_en, text=p.text_en)
            if is_english
            else LegalSection(title=p.title_zh, text=p.text_zh)
            for p in policy.PARTS
        ],
        purposes=[_purpose(a, is_english=is_english) for a in PURPOSES.values()],
        data=[
            DataOut(table=t.name, title=t.title, is_encrypted=bool(t.sealed), stays=t.stays)
            for t in TABLES
            if t.people
        ],
        kept=[KeptOut(what=k.what, days=k.days, why=k.why) for _, k in KEPT],
    )


@router.get("/me/consents", summary="我的同意", response_model=ConsentList)
async def list_consents(request: Request, session: InSession, caller: SignedIn) -> ConsentList:
    """每个目的现行的文字,以及我是否同意。"""
    return await _consents(request, session, caller.user_id)


@router.post("/me/consents", status_code=201, summary="同意", response_model=ConsentList)
async def grant_consent(
    body: NewConsent, request: Request, session: InSession, caller: SignedIn
) -> ConsentList:
    """同意一个目的;带上展示给用户的那段文字的日期,文字有更新时须重新展示。"""
    await consents.grant_consent(
        session,
        user_id=caller.user_id,
        purpose=body.purpose,
        text_version=body.version,
        session_id=caller.session_id,
        how="app",
        now=caller.now,
    )
    return await _consents(request, session, caller.user_id)


@router.post("/me/consents/{purpose}/withdraw", summary="撤回同意", response_model=ConsentList)
async def withdraw_consent(
    purpose: Purpose, request: Request, session: InSession, caller: SignedIn
) -> ConsentList:
    """撤回对一个目的的同意,和同意一样方便;重复调用没有影响。"""
    await consents.withdraw_consent(
        session, user_id=caller.user_id, purpose=purpose, now=caller.now
    )
    return await _consents(request, session, caller.user_id)


@router.get("/me/looks", summary="谁看过我的联系方式", response_model=LookPage)
async def list_looks(
    query: Annotated[PageQuery, Query()], session: InSession, caller: SignedIn
) -> LookPage:
    """谁在什么时候为哪一单看过,新的在前。"""
    rows = await about(
        session,
        person_id=caller.user_id,
        before=query.last_id,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row[0])
    items = [
        LookOut(
            id=r[0], at=r[1], viewer_role=r[2], viewer=mask_name(r[3]), order_id=r[4], job_id=r[5],
            stage=r[6], reason=r[7], is_whole=r[8],
        )
        for r in shown
    ]  # fmt: skip
    return LookPage(items=items, next_cursor=cursor)


@router.post(
    "/orders/{order_id}/contact", summary="查看订单的联系方式", response_model=WholeContact
)
async def look_as_staff(
    order_id: UUID, body: LookAsk, session: InSession, caller: SignedIn, parts: WithParts
) -> WholeContact:
    """工作人员说明原因后查看完整的联系方式;每次都有记录,当事人可见,一天最多 30 次。"""
    seen = await looking.look_as_staff(
        session, order_id=order_id, reason=body.reason, caller=caller, vault=parts.vault
    )
    return _whole(seen)


@router.post("/jobs/{job_id}/contact", summary="查看任务的联系方式", response_model=WholeContact)
async def look_as_runner(
    job_id: UUID, body: LookAsk, session: InSession, caller: SignedIn, parts: WithParts
) -> WholeContact:
    """接单的骑手在送单期间查看完整的联系方式;每次都有记录,当事人可见,一天最多 30 次。"""
    seen = await looking.look_as_runner(
        session, job_id=job_id, reason=body.reason, caller=caller, vault=parts.vault
    )
    return _whole(seen)


@router.get("/me/data", summary="导出我的数据", response_model=ExportOut)
async def export_data(
    query: Annotated[ExportQuery, Query()], session: InSession, caller: SignedIn, parts: WithParts
) -> ExportOut:
    """关于我的全部数据,当场给出;一页放不下时用 `next_cursor` 接着取。"""
    await parts.limits.hit("export", str(caller.user_id), per_minute=_EXPORTS_PER_MINUTE)
    sections, cursor = await exporting.export_page(
        session,
        user_id=caller.user_id,
        cursor=query.cursor,
        limit=query.limit,
        vault=parts.vault,
    )
    return ExportOut(
        made_at=caller.now,
        rules_version=policy.VERSION,
        sections=[ExportSection.model_validate(s) for s in sections],
        left_out=list(policy.LEFT_OUT),
        next_cursor=cursor,
    )


@router.delete("/me/data", summary="注销账号", response_model=ErasureOut)
async def erase_data(session: InSession, caller: SignedIn, parts: WithParts) -> ErasureOut:
    """注销账号并删除我的数据。须在登录后 5 分钟内操作;依法须保存的部分会说明,到期删除。"""
    return _erasure(await erasing.request_erasure(session, vault=parts.vault, caller=caller))


@router.delete("/people/{person_id}/data", summary="注销登记的居民", response_model=ErasureOut)
async def erase_person(
    person_id: UUID, session: InSession, caller: SignedIn, parts: WithParts
) -> ErasureOut:
    """没有手机的居民要求注销时,由当地工作人员代办;依法须保存的部分会说明,到期删除。"""
    outcome = await erasing.erase_enrolled(
        session, person_id=person_id, vault=parts.vault, caller=caller
    )
    return _erasure(outcome)


async def _consents(request: Request, session: InSession, user_id: UUID) -> ConsentList:
    granted = {c.purpose: c for c in await all_live(session, user_id=user_id)}
    items: list[ConsentOut] = []
    for asked in PURPOSES.values():
        consent = granted.get(asked.purpose)
        items.append(
            ConsentOut(
                **_purpose(asked, is_english=_is_english(request)).model_dump(),
                is_granted=consent is not None and consent.text_version == asked.version,
                granted_version=consent.text_version if consent else None,
                granted_at=consent.granted_at if consent else None,
            )
        )
    return ConsentList(items=items)


def _purpose(asked: Asked, *, is_english: bool) -> PurposeOut:
    return PurposeOut(
        purpose=asked.purpose,
        version=asked.version,
        is_separate=asked.is_separate,
        title=asked.title_en if is_english else asked.title_zh,
        text=asked.text_en if is_english else asked.text_zh,
        without=asked.without_en if is_english else asked.without_zh,
    )


def _erasure(outcome: erasing.Outcome) -> ErasureOut:
    return ErasureOut(
        state=outcome.state,  # pyright: ignore[reportArgumentType]
        requested_at=outcome.requested_at,
        holds=[HoldOut.model_validate(h) for h in outcome.holds],
    )


def _whole(seen: looking.Seen) -> WholeContact:
    return WholeContact(
        pickup=_contact(seen.pickup),
        dropoffs=[DropoffContact(n=n, contact=_contact(c)) for n, c in seen.dropoffs],
        note=seen.note,
    )


def _contact(contact: Contact) -> ContactIn:
    return ContactIn.model_construct(
        door=contact.door, name=contact.name, phone=contact.phone or None
    )


def _is_english(request: Request) -> bool:
    return wants_english(request.headers.get("accept-language"))
