"""HTTP of mediators: their own, and of the staff who appoint them."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from api.identity.edge import Edge, InSession, SignedIn, WithParts
from api.kit.http.routing import FeatureRouter
from api.kit.http.versions import IfMatch, read_version
from api.mediators import queries
from api.mediators.schemas import (
    Appointment,
    CommitteeOut,
    CommitteePage,
    ComplaintDecision,
    ComplaintOut,
    ComplaintPage,
    MediatorApplication,
    MediatorChange,
    MediatorOffer,
    MediatorOut,
    MediatorPage,
    MediatorQuery,
    MediatorRefusal,
    NewCommittee,
    NewOrganisation,
    OrganisationOut,
    OrganisationPage,
    PlaceQuery,
    Suspension,
)
from api.mediators.service import appointing, complaining, founding
from api.mediators.service.appointing import Offer
from api.mediators.views import complaint_out, mediator_out, mediators_out

router = FeatureRouter(prefix="/v1/mediators", route_class=Edge, tags=["调解员"])
bodies = FeatureRouter(prefix="/v1", route_class=Edge, tags=["调解员"])


@router.post("/apply", status_code=201, summary="申请做调解员", response_model=MediatorOut)
async def apply(body: MediatorApplication, session: InSession, caller: SignedIn) -> MediatorOut:
    """志愿担任调解员;须年满十八周岁并实名,由调解委员会聘任后才能调解。"""
    row = await appointing.apply(
        session,
        place_id=body.place_id,
        categories=body.categories,
        offer=_offer(body),
        caller=caller,
    )
    return await mediator_out(session, row)


@router.get("/me", summary="我的调解员资料", response_model=MediatorOut)
async def read_mine(session: InSession, caller: SignedIn) -> MediatorOut:
    """申请的进展,或聘任的范围和期限。"""
    return await mediator_out(session, await appointing.own(session, caller=caller))


@router.put("/me", summary="修改可调解的时间", response_model=MediatorOut)
async def change(
    body: MediatorChange, session: InSession, caller: SignedIn, if_match: IfMatch = None
) -> MediatorOut:
    """时段、语言、件数、单位和是否暂停,立即生效;手上的不受影响。"""
    row = await appointing.change(
        session,
        version=read_version(if_match),
        offer=_offer(body, is_available=body.is_available),
        caller=caller,
    )
    return await mediator_out(session, row)


@router.post("/me/end", summary="不再担任调解员", response_model=MediatorOut)
async def end(session: InSession, caller: SignedIn) -> MediatorOut:
    """手上的调解须先结束。"""
    return await mediator_out(session, await appointing.end(session, caller=caller))


@router.get("", summary="调解员列表", response_model=MediatorPage)
async def list_mediators(
    query: Annotated[MediatorQuery, Query()], session: InSession, caller: SignedIn
) -> MediatorPage:
    """一个地点及其下的调解员和申请;没有成功率,也不排名。"""
    place = await founding.staff_place(session, place_id=query.place_id, caller=caller)
    rows = await queries.at_place(
        session,
        place_id=place.id,
        state=query.state,
        before=query.last_id,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row.id)
    return MediatorPage(items=await mediators_out(session, shown), next_cursor=cursor)


@router.get("/complaints", summary="对调解员的投诉", response_model=ComplaintPage)
async def list_complaints(
    query: Annotated[PlaceQuery, Query()], session: InSession, caller: SignedIn, parts: WithParts
) -> ComplaintPage:
    """一个地点及其下的投诉,新的在前,不含投诉人。"""
    place = await founding.managed_place(session, place_id=query.place_id, caller=caller)
    rows = await queries.complaints_at(
        session, place_id=place.id, before=query.last_id, limit=query.limit + 1
    )
    shown, cursor = query.cut(rows, by=lambda row: row.id)
    items = [complaint_out(row, vault=parts.vault) for row in shown]
    return ComplaintPage(items=items, next_cursor=cursor)


@router.post("/complaints/{complaint_id}/decide", summary="处理投诉", response_model=ComplaintOut)
async def decide_complaint(
    complaint_id: UUID,
    body: ComplaintDecision,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> ComplaintOut:
    """由本人和投诉人以外的工作人员处理;暂停调解员另行操作。"""
    row = await complaining.decide(
        session, complaint_id=complaint_id, is_upheld=body.is_upheld, caller=caller
    )
    return complaint_out(row, vault=parts.vault)


@router.post("/{mediator_id}/approve", summary="聘任调解员", response_model=MediatorOut)
async def approve(
    mediator_id: UUID, body: Appointment, session: InSession, caller: SignedIn
) -> MediatorOut:
    """登记调解委员会的聘任、期限和类别;续聘也用它。"""
    row = await appointing.appoint(
        session,
        mediator_id=mediator_id,
        committee_id=body.committee_id,
        until=body.until,
        categories=body.categories,
        caller=caller,
    )
    return await mediator_out(session, row)


@router.post("/{mediator_id}/reject", summary="不予聘任", response_model=MediatorOut)
async def reject(
    mediator_id: UUID, body: MediatorRefusal, session: InSession, caller: SignedIn
) -> MediatorOut:
    """不予聘任,本人可以再次申请。"""
    row = await appointing.reject(session, mediator_id=mediator_id, code=body.code, caller=caller)
    return await mediator_out(session, row)


@router.post("/{mediator_id}/suspend", summary="暂停调解员", response_model=MediatorOut)
async def suspend(
    mediator_id: UUID, body: Suspension, session: InSession, caller: SignedIn
) -> MediatorOut:
    """暂停期间不受邀请,也看不到案件。"""
    row = await appointing.suspend(session, mediator_id=mediator_id, code=body.code, caller=caller)
    return await mediator_out(session, row)


@router.post("/{mediator_id}/reinstate", summary="恢复调解员", response_model=MediatorOut)
async def reinstate(mediator_id: UUID, session: InSession, caller: SignedIn) -> MediatorOut:
    """恢复后可以再受邀请。"""
    row = await appointing.reinstate(session, mediator_id=mediator_id, caller=caller)
    return await mediator_out(session, row)


@bodies.post("/committees", status_code=201, summary="登记调解委员会", response_model=CommitteeOut)
async def make_committee(body: NewCommittee, session: InSession, caller: SignedIn) -> CommitteeOut:
    """调解委员会由居委会、村委会等设立;这里只作登记。"""
    row = await founding.make_committee(
        session, place_id=body.place_id, name=body.name, caller=caller
    )
    return CommitteeOut.model_validate(row)


@bodies.get("/committees", summary="调解委员会列表", response_model=CommitteePage)
async def list_committees(
    query: Annotated[PlaceQuery, Query()], session: InSession, caller: SignedIn
) -> CommitteePage:
    """一个地点、其上级和其下的调解委员会。"""
    place = await founding.staff_place(session, place_id=query.place_id, caller=caller)
    rows = await queries.committees_at(
        session, path=place.path, before=query.last_id, limit=query.limit + 1
    )
    shown, cursor = query.cut(rows, by=lambda row: row.id)
    items = [CommitteeOut.model_validate(row) for row in shown]
    return CommitteePage(items=items, next_cursor=cursor)


@bodies.post("/organisations", status_code=201, summary="登记单位", response_model=OrganisationOut)
async def make_organisation(
    body: NewOrganisation, session: InSession, caller: SignedIn
) -> OrganisationOut:
    """物业公司、商户等:可以是纠纷的一方,也用于调解员回避。"""
    row = await founding.make_organisation(
        session, place_id=body.place_id, kind=body.kind, name=body.name, caller=caller
    )
    return OrganisationOut.model_validate(row)


@bodies.get("/organisations", summary="单位列表", response_model=OrganisationPage)
async def list_organisations(
    query: Annotated[PlaceQuery, Query()], session: InSession, caller: SignedIn
) -> OrganisationPage:
    """一个地点、其上级和其下登记的单位;居民申请和答复时从中选择。"""
    place = await founding.member_place(session, place_id=query.place_id, caller=caller)
    rows = await queries.organisations_at(
        session, path=place.path, before=query.last_id, limit=query.limit + 1
    )
    shown, cursor = query.cut(rows, by=lambda row: row.id)
    items = [OrganisationOut.model_validate(row) for row in shown]
    return OrganisationPage(items=items, next_cursor=cursor)


def _offer(body: MediatorOffer, *, is_available: bool = True) -> Offer:
    return Offer(
        languages=body.languages,
        hours=[(span.from_min, span.to_min) for span in body.hours],
        load_max=body.load_max,
        employer_id=body.employer_id,
        is_available=is_available,
    )
