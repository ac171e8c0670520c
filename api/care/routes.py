"""HTTP of dependants (the carer's side), carers (the dependant's side) and witnesses (staff)."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from api.care import queries, service
from api.care.models import Dependant
from api.care.schemas import (
    CarerList,
    CarerOut,
    Consent,
    DependantContact,
    DependantIn,
    DependantList,
    DependantOut,
    DependantPage,
    DependantQuery,
    DependantSeen,
    Witnessed,
)
from api.identity.caller import STAFF
from api.identity.edge import Edge, InSession, SignedIn, WithParts
from api.identity.models import User
from api.kit.crypto import Vault, mask_phone
from api.kit.http.routing import FeatureRouter
from api.kit.http.versions import IfMatch, read_version, show_version
from api.people.queries import user as the_user
from api.people.rules import mask_full_name
from api.people.views import masked_phone_of
from api.places import queries as places
from api.places.models import Place
from api.places.rules import Contact
from api.places.service import place_of_staff

router = FeatureRouter(prefix="/v1", route_class=Edge, tags=["家人"])


@router.get("/me/dependants", summary="我代办的家人", response_model=DependantList)
async def list_dependants(session: InSession, caller: SignedIn, parts: WithParts) -> DependantList:
    """我可以代为下单的人,以及等待同意的人。"""
    rows = await queries.dependants_of(session, carer_id=caller.user_id)
    return DependantList(items=[_own(r, parts.vault) for r in rows])


@router.post("/me/dependants", status_code=201, summary="新增家人", response_model=DependantOut)
async def add_dependant(
    body: DependantIn, session: InSession, caller: SignedIn, parts: WithParts
) -> DependantOut:
    """申请为一位家人代办;本人在自己的手机上同意,或由社区工作人员见证后,才能下单。"""
    row = await service.propose(session, terms=_terms(body), vault=parts.vault, caller=caller)
    return _own(row, parts.vault)


@router.get("/me/dependants/{dependant_id}", summary="查看家人", response_model=DependantOut)
async def read_dependant(
    dependant_id: UUID,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
    response: Response,
) -> DependantOut:
    """我代办的一位家人。"""
    row = await service.own_dependant(session, dependant_id=dependant_id, caller=caller)
    show_version(response, row.version)
    return _own(row, parts.vault)


@router.put("/me/dependants/{dependant_id}", summary="修改家人", response_model=DependantOut)
async def edit_dependant(
    dependant_id: UUID,
    body: DependantIn,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
    response: Response,
    if_match: IfMatch = None,
) -> DependantOut:
    """整体替换,`If-Match` 带上读到的版本;提高额度、增加种类或换电话要本人重新同意。"""
    row = await service.change(
        session,
        dependant_id=dependant_id,
        terms=_terms(body),
        version=read_version(if_match),
        vault=parts.vault,
        caller=caller,
    )
    show_version(response, row.version)
    return _own(row, parts.vault)


@router.delete("/me/dependants/{dependant_id}", status_code=204, summary="删除家人")
async def end_dependant(dependant_id: UUID, session: InSession, caller: SignedIn) -> Response:
    """不再代办;地址和电话随即删除,已下的订单不受影响。"""
    await service.end_own(session, dependant_id=dependant_id, caller=caller)
    return Response(status_code=204)


@router.get("/me/carers", summary="为我代办的人", response_model=CarerList)
async def list_carers(session: InSession, caller: SignedIn, parts: WithParts) -> CarerList:
    """谁在为我代办或申请为我代办;按我验证过的手机号认定。"""
    rows = await service.carers_of(session, vault=parts.vault, caller=caller)
    return CarerList(items=[_carer(row, carer, parts.vault) for row, carer in rows])


@router.post("/me/carers/{dependant_id}/consent", summary="同意代办", response_model=CarerOut)
async def consent(
    dependant_id: UUID, body: Consent, session: InSession, caller: SignedIn, parts: WithParts
) -> CarerOut:
    """同意这个人按所示额度和种类为我下单。"""
    row = await service.consent(
        session, dependant_id=dependant_id, version=body.version, vault=parts.vault, caller=caller
    )
    carer = await the_user(session, user_id=row.carer_id)
    return _carer(row, carer, parts.vault)


@router.post("/me/carers/{dependant_id}/refuse", status_code=204, summary="拒绝或结束代办")
async def refuse(
    dependant_id: UUID, session: InSession, caller: SignedIn, parts: WithParts
) -> Response:
    """拒绝申请,或随时结束已经同意的代办。"""
    await service.refuse(session, dependant_id=dependant_id, vault=parts.vault, caller=caller)
    return Response(status_code=204)


@router.get("/dependants", summary="代办关系列表", response_model=DependantPage)
async def list_links(
    query: Annotated[DependantQuery, Query()],
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> DependantPage:
    """一个地点的代办关系,供当地工作人员见证;姓名和电话只显示一部分。"""
    await place_of_staff(session, place_id=query.place_id, roles=STAFF, caller=caller)
    rows = await queries.dependants_below(
        session,
        place_id=query.place_id,
        state=query.state,
        after=query.last_id,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row[0].id)
    return DependantPage(items=[_seen(*r, parts.vault) for r in shown], next_cursor=cursor)


@router.post("/dependants/{dependant_id}/witness", summary="见证同意", response_model=DependantSeen)
async def witness(
    dependant_id: UUID,
    body: Witnessed,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> DependantSeen:
    """老人没有账号时,由当地工作人员当面或电话确认同意;有账号的请本人确认。"""
    row = await service.witness(
        session,
        dependant_id=dependant_id,
        version=body.version,
        how=body.how,
        vault=parts.vault,
        caller=caller,
    )
    carer = await the_user(session, user_id=row.carer_id)
    building = await places.place(session, place_id=row.building_id)
    assert building is not None
    return _seen(row, carer, building, parts.vault)


def _terms(body: DependantIn) -> service.Terms:
    given = body.contact
    return service.Terms(
        label=body.label,
        building_id=body.building_id,
        floor=body.floor,
        has_lift=body.has_lift,
        contact=Contact(given.door, given.name, given.phone or ""),
        cap_fen=body.cap_fen,
        kinds=body.kinds,
    )


def _own(row: Dependant, vault: Vault) -> DependantOut:
    contact = service.contact_of(row, vault=vault)
    return DependantOut(
        id=row.id,
        state=row.state,  # pyright: ignore[reportArgumentType]
        label=row.label,
        building_id=row.building_id,
        floor=row.floor,
        has_lift=row.has_lift,
        contact=DependantContact(door=contact.door, name=contact.name, phone=contact.phone or None),
        cap_fen=row.cap_fen,
        kinds=row.kinds,
        consented_at=row.consented_at,
        version=row.version,
    )


def _carer(row: Dependant, carer: User, vault: Vault) -> CarerOut:
    return CarerOut(
        id=row.id,
        state=row.state,  # pyright: ignore[reportArgumentType]
        carer=carer.nickname,
        phone=masked_phone_of(carer, vault=vault),
        cap_fen=row.cap_fen,
        kinds=row.kinds,
        consented_at=row.consented_at,
        version=row.version,
    )


def _seen(row: Dependant, carer: User, building: Place, vault: Vault) -> DependantSeen:
    contact = service.contact_of(row, vault=vault)
    return DependantSeen(
        id=row.id,
        state=row.state,  # pyright: ignore[reportArgumentType]
        carer=carer.nickname,
        carer_phone=masked_phone_of(carer, vault=vault),
        name=mask_full_name(contact.name) if contact.name else "",
        phone=mask_phone(contact.phone) if contact.phone else None,
        building=building.name,
        door=contact.door,
        cap_fen=row.cap_fen,
        kinds=row.kinds,
        witness_id=row.witness_id,
        consented_at=row.consented_at,
        version=row.version,
    )
