"""HTTP of what staff decide about people, and of people without a phone."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from sqlmodel.ext.asyncio.session import AsyncSession

from api.identity.caller import MANAGERS, STAFF
from api.identity.edge import Edge, InSession, Parts, SignedIn, WithParts
from api.kit.http.routing import FeatureRouter
from api.kit.http.versions import IfMatch, read_version
from api.people import queries
from api.people.models import Membership, RealName
from api.people.routes.mine import chosen_in, preferences_out
from api.people.schemas import (
    MembershipPage,
    MembershipQuery,
    MembershipRefusal,
    MembershipSeen,
    NewPerson,
    PersonOut,
    PersonPage,
    PersonQuery,
    PreferencesIn,
    PreferencesOut,
    RealNameInFull,
    RealNameLook,
    RealNamePage,
    RealNameQuery,
    RealNameRefusal,
    RealNameSeen,
)
from api.people.service import enrolling, joining, preferring, verifying
from api.people.views import membership_seen, person_out, real_name_seen
from api.places import queries as places
from api.places.rules import Contact
from api.places.service import place_of_staff

router = FeatureRouter(prefix="/v1", route_class=Edge, tags=["居民管理"])
# A desk with a queue before it looks at one card after another; a thief looks at all.
_LOOKS_PER_MINUTE = 20


@router.get("/real-names", summary="实名列表", response_model=RealNamePage)
async def list_real_names(
    query: Annotated[RealNameQuery, Query()],
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> RealNamePage:
    """一个地点的实名申请,供社区工作人员审核;姓名和号码只显示一部分。"""
    await place_of_staff(session, place_id=query.place_id, roles=MANAGERS, caller=caller)
    rows = await queries.real_names_below(
        session,
        place_id=query.place_id,
        state=query.state,
        after=query.last_id,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row[0].id)
    items = [real_name_seen(row, user, vault=parts.vault) for row, user in shown]
    return RealNamePage(items=items, next_cursor=cursor)


@router.post("/real-names/{user_id}/reveal", summary="查看完整实名", response_model=RealNameInFull)
async def reveal_real_name(
    user_id: UUID, body: RealNameLook, session: InSession, caller: SignedIn, parts: WithParts
) -> RealNameInFull:
    """审核时核对证件用;每次查看都有记录。"""
    await parts.limits.hit("reveal", str(caller.user_id), per_minute=_LOOKS_PER_MINUTE)
    identity = await verifying.reveal(
        session, user_id=user_id, reason=body.reason, vault=parts.vault, caller=caller
    )
    return RealNameInFull(name=identity.name, id_number=identity.number)


@router.post("/real-names/{user_id}/approve", summary="通过实名", response_model=RealNameSeen)
async def approve_real_name(
    user_id: UUID, session: InSession, caller: SignedIn, parts: WithParts
) -> RealNameSeen:
    """核对无误,通过实名。"""
    row = await verifying.decide(
        session, user_id=user_id, decision="approve", reason=None, caller=caller
    )
    return await _real_name(session, row, parts)


@router.post("/real-names/{user_id}/reject", summary="拒绝实名", response_model=RealNameSeen)
async def reject_real_name(
    user_id: UUID,
    body: RealNameRefusal,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> RealNameSeen:
    """不通过;姓名和号码随即删除,原因会告知本人。"""
    row = await verifying.decide(
        session, user_id=user_id, decision="reject", reason=body.reason, caller=caller
    )
    return await _real_name(session, row, parts)


@router.post("/real-names/{user_id}/revoke", summary="撤销实名", response_model=RealNameSeen)
async def revoke_real_name(
    user_id: UUID,
    body: RealNameRefusal,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> RealNameSeen:
    """撤销有误的实名;号码可以由真正的持有人使用。"""
    row = await verifying.decide(
        session, user_id=user_id, decision="revoke", reason=body.reason, caller=caller
    )
    return await _real_name(session, row, parts)


@router.get("/memberships", summary="入户列表", response_model=MembershipPage)
async def list_memberships(
    query: Annotated[MembershipQuery, Query()],
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> MembershipPage:
    """一个地点的入户申请和住户,供当地工作人员查看;姓名和电话只显示一部分。"""
    await place_of_staff(session, place_id=query.place_id, roles=STAFF, caller=caller)
    rows = await queries.memberships_below(
        session,
        place_id=query.place_id,
        state=query.state,
        after=query.last_id,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row[0].id)
    items = [membership_seen(*row, vault=parts.vault) for row in shown]
    return MembershipPage(items=items, next_cursor=cursor)


@router.post(
    "/memberships/{membership_id}/approve", summary="通过入户", response_model=MembershipSeen
)
async def approve_membership(
    membership_id: UUID, session: InSession, caller: SignedIn, parts: WithParts
) -> MembershipSeen:
    """由当地工作人员通过入户申请;原来的户同时离开。"""
    row = await joining.approve(
        session, membership_id=membership_id, vault=parts.vault, caller=caller
    )
    return await _membership(session, row, parts)


@router.post(
    "/memberships/{membership_id}/reject", summary="拒绝入户", response_model=MembershipSeen
)
async def reject_membership(
    membership_id: UUID,
    body: MembershipRefusal,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> MembershipSeen:
    """由当地工作人员拒绝入户申请,原因会告知本人。"""
    row = await joining.reject(
        session, membership_id=membership_id, reason=body.reason, caller=caller
    )
    return await _membership(session, row, parts)


@router.post(
    "/memberships/{membership_id}/remove", summary="移出住户", response_model=MembershipSeen
)
async def remove_membership(
    membership_id: UUID,
    body: MembershipRefusal,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> MembershipSeen:
    """已搬走或不住这里的人,由当地工作人员移出。"""
    row = await joining.remove(
        session, membership_id=membership_id, reason=body.reason, caller=caller
    )
    return await _membership(session, row, parts)


@router.post("/people", status_code=201, summary="登记没有手机的居民", response_model=PersonOut)
async def enrol_person(
    body: NewPerson, session: InSession, caller: SignedIn, parts: WithParts
) -> PersonOut:
    """由当地工作人员登记,之后可以代为下单;费用由下单的工作人员在手机上支付,不收现金。"""
    person = await enrolling.enrol(
        session,
        building_id=body.building_id,
        floor=body.floor,
        has_lift=body.has_lift,
        contact=Contact(body.door, body.name, body.phone or ""),
        vault=parts.vault,
        caller=caller,
    )
    return person_out(person, vault=parts.vault)


@router.get("/people", summary="没有手机的居民", response_model=PersonPage)
async def list_people(
    query: Annotated[PersonQuery, Query()],
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> PersonPage:
    """一个地点登记的居民;姓名和电话只显示一部分。"""
    await place_of_staff(session, place_id=query.place_id, roles=STAFF, caller=caller)
    rows = await queries.enrolled_below(
        session,
        place_id=query.place_id,
        after=query.last_id,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row[0].id)
    items = [person_out(enrolling.Person(*row), vault=parts.vault) for row in shown]
    return PersonPage(items=items, next_cursor=cursor)


@router.get(
    "/people/{person_id}/preferences", summary="登记居民的偏好", response_model=PreferencesOut
)
async def read_preferences_of(
    person_id: UUID, session: InSession, caller: SignedIn, response: Response
) -> PreferencesOut:
    """没有手机的居民希望怎样送货,由当地工作人员查看。"""
    person = await enrolling.person_for(session, person_id=person_id, caller=caller)
    theirs = caller.standing_in_for(person.user.id)
    return preferences_out(await preferring.read(session, caller=theirs), response)


@router.put(
    "/people/{person_id}/preferences", summary="修改登记居民的偏好", response_model=PreferencesOut
)
async def edit_preferences_of(
    person_id: UUID,
    body: PreferencesIn,
    session: InSession,
    caller: SignedIn,
    response: Response,
    if_match: IfMatch = None,
) -> PreferencesOut:
    """按本人的意思整体替换,骑手送货时看到;`If-Match` 带上读到的版本,从未设置过为 `"0"`。"""
    person = await enrolling.person_for(session, person_id=person_id, caller=caller)
    row = await preferring.prefer(
        session,
        chosen=chosen_in(body),
        version=read_version(if_match),
        caller=caller.standing_in_for(person.user.id),
    )
    return preferences_out(row, response)


async def _real_name(session: AsyncSession, row: RealName, parts: Parts) -> RealNameSeen:
    user = await queries.user(session, user_id=row.id)
    return real_name_seen(row, user, vault=parts.vault)


async def _membership(session: AsyncSession, row: Membership, parts: Parts) -> MembershipSeen:
    user = await queries.user(session, user_id=row.user_id)
    building = await places.place(session, place_id=row.building_id)
    real_name = await queries.real_name(session, user_id=row.user_id)
    assert building is not None
    return membership_seen(row, user, building, real_name, vault=parts.vault)
