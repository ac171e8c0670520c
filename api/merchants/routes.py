"""HTTP of merchants, for residents and for their people."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from api.identity.edge import Edge, InSession, SignedIn, WithParts
from api.kit.http.routing import FeatureRouter
from api.kit.http.versions import IfMatch, read_version, show_version
from api.kit.pagination import decode_cursor, encode_cursor
from api.merchants import queries
from api.merchants.rules import MEMBERS_MAX, OWNED_MAX
from api.merchants.schemas import (
    BusyEdit,
    HoursEdit,
    InvitationOut,
    JoinMerchant,
    MemberList,
    MerchantApplication,
    MerchantOut,
    MerchantPage,
    MerchantProfile,
    MerchantQuery,
    OwnMerchantList,
    OwnMerchantOut,
)
from api.merchants.service import applying, keeping, seeing, staffing
from api.merchants.views import member_out, merchants_out, own_merchant_out, own_out
from api.places.service import community_at

router = FeatureRouter(prefix="/v1/merchants", route_class=Edge, tags=["商户"])

_MINE_MAX = MEMBERS_MAX + OWNED_MAX
_JOINS_PER_MINUTE = 5


@router.post("/apply", status_code=201, summary="申请入驻", response_model=OwnMerchantOut)
async def apply(
    body: MerchantApplication, session: InSession, caller: SignedIn, parts: WithParts
) -> OwnMerchantOut:
    """带上营业执照申请开店,由社区工作人员审核;申请人是店主。"""
    row = await applying.apply(session, said=body.application(), vault=parts.vault, caller=caller)
    return await own_merchant_out(session, row, vault=parts.vault, caller=caller)


@router.get("/mine", summary="我的商户", response_model=OwnMerchantList)
async def list_mine(session: InSession, caller: SignedIn, parts: WithParts) -> OwnMerchantList:
    """我开的和我帮忙的店,新的在前。"""
    rows = await queries.mine(session, user_id=caller.user_id, limit=_MINE_MAX)
    return OwnMerchantList(items=await own_out(session, rows, vault=parts.vault, caller=caller))


@router.post("/join", summary="加入商户", response_model=OwnMerchantOut)
async def join(
    body: JoinMerchant, session: InSession, caller: SignedIn, parts: WithParts
) -> OwnMerchantOut:
    """凭店主给的十位数字成为店员。"""
    await parts.limits.hit("merchant_join", str(caller.user_id), per_minute=_JOINS_PER_MINUTE)
    row = await staffing.join(session, code=body.code, vault=parts.vault, caller=caller)
    return await own_merchant_out(session, row, vault=parts.vault, caller=caller)


@router.get("", summary="附近的商户", response_model=MerchantPage)
async def list_near(
    query: Annotated[MerchantQuery, Query()],
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> MerchantPage:
    """一个位置所在社区里已通过审核的商户,由近到远。"""
    point = query.point()
    community = await community_at(session, point=point)
    after = queries.Near()
    if query.cursor is not None:
        after = queries.Near(*decode_cursor(query.cursor, (int, UUID)))  # pyright: ignore[reportArgumentType]
    rows = await queries.near(
        session,
        community_id=community.id,
        point=point,
        text=query.q,
        category=query.category,
        after=after,
        limit=query.limit + 1,
    )
    shown = rows[: query.limit]
    cursor = encode_cursor(shown[-1][1], str(shown[-1][0].id)) if len(rows) > len(shown) else None
    items = await merchants_out(
        session, [r for r, _ in shown], vault=parts.vault, caller=caller, origin=point
    )
    return MerchantPage(items=items, next_cursor=cursor)


@router.get("/{merchant_id}", summary="查看商户", response_model=MerchantOut)
async def read_merchant(
    merchant_id: UUID, response: Response, session: InSession, caller: SignedIn, parts: WithParts
) -> MerchantOut:
    """已通过审核的商户,大家都能看;自己的店见 `GET /v1/merchants/{merchant_id}/application`。"""
    row, _ = await seeing.seen_merchant(session, merchant_id=merchant_id, caller=caller)
    show_version(response, row.version)
    return (await merchants_out(session, [row], vault=parts.vault, caller=caller))[0]


@router.put("/{merchant_id}", summary="修改店铺资料", response_model=OwnMerchantOut)
async def edit_merchant(
    merchant_id: UUID,
    body: MerchantProfile,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
    if_match: IfMatch = None,
) -> OwnMerchantOut:
    """店主整体替换店名、电话、简介和照片;执照和地址要重新申请。"""
    row = await keeping.change_profile(
        session,
        merchant_id=merchant_id,
        version=read_version(if_match),
        said=body.said(),
        caller=caller,
    )
    return await own_merchant_out(session, row, vault=parts.vault, caller=caller)


@router.get("/{merchant_id}/application", summary="查看入驻申请", response_model=OwnMerchantOut)
async def read_application(
    merchant_id: UUID, response: Response, session: InSession, caller: SignedIn, parts: WithParts
) -> OwnMerchantOut:
    """本店的人和工作人员看;负责人(打码)和执照只给店主和工作人员看。"""
    row = await seeing.inside_merchant(session, merchant_id=merchant_id, caller=caller)
    show_version(response, row.version)
    return await own_merchant_out(session, row, vault=parts.vault, caller=caller)


@router.put("/{merchant_id}/application", summary="修改入驻申请", response_model=OwnMerchantOut)
async def edit_application(
    merchant_id: UUID,
    body: MerchantApplication,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
    if_match: IfMatch = None,
) -> OwnMerchantOut:
    """审核前由店主整体替换;被拒绝的,改好即重新申请。"""
    row = await applying.change_application(
        session,
        merchant_id=merchant_id,
        version=read_version(if_match),
        said=body.application(),
        vault=parts.vault,
        caller=caller,
    )
    return await own_merchant_out(session, row, vault=parts.vault, caller=caller)


@router.post("/{merchant_id}/withdraw", summary="关店", response_model=OwnMerchantOut)
async def withdraw(
    merchant_id: UUID, session: InSession, caller: SignedIn, parts: WithParts
) -> OwnMerchantOut:
    """店主撤回申请,或关店;关了不能恢复,要重新申请。"""
    row = await applying.withdraw(session, merchant_id=merchant_id, caller=caller)
    return await own_merchant_out(session, row, vault=parts.vault, caller=caller)


@router.put("/{merchant_id}/hours", summary="设置营业时间", response_model=OwnMerchantOut)
async def set_hours(
    merchant_id: UUID,
    body: HoursEdit,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
    if_match: IfMatch = None,
) -> OwnMerchantOut:
    """店主整体替换一周的营业时间。"""
    row = await keeping.set_hours(
        session,
        merchant_id=merchant_id,
        version=read_version(if_match),
        hours=[o.opening() for o in body.items],
        caller=caller,
    )
    return await own_merchant_out(session, row, vault=parts.vault, caller=caller)


@router.put("/{merchant_id}/busy", summary="忙碌开关", response_model=OwnMerchantOut)
async def set_busy(
    merchant_id: UUID, body: BusyEdit, session: InSession, caller: SignedIn, parts: WithParts
) -> OwnMerchantOut:
    """忙不过来时暂停接单,到点自动恢复;店员也可以用。"""
    row = await keeping.set_busy(session, merchant_id=merchant_id, until=body.until, caller=caller)
    return await own_merchant_out(session, row, vault=parts.vault, caller=caller)


@router.get("/{merchant_id}/members", summary="店员列表", response_model=MemberList)
async def list_members(merchant_id: UUID, session: InSession, caller: SignedIn) -> MemberList:
    """店主、店员和未使用的邀请;本店的人和本地工作人员可见。"""
    await seeing.inside_merchant(session, merchant_id=merchant_id, caller=caller)
    rows = await queries.members(session, merchant_id=merchant_id, states=("active", "invited"))
    return MemberList(items=[member_out(r) for r in rows])


@router.post(
    "/{merchant_id}/members", status_code=201, summary="邀请店员", response_model=InvitationOut
)
async def invite(
    merchant_id: UUID, session: InSession, caller: SignedIn, parts: WithParts
) -> InvitationOut:
    """店主取得一个邀请码,一人一次,一天内有效;最多二十人。"""
    invited = await staffing.invite(
        session, merchant_id=merchant_id, vault=parts.vault, caller=caller
    )
    return InvitationOut(**member_out(invited.member).model_dump(), code=invited.code)


@router.delete("/{merchant_id}/members/{member_id}", status_code=204, summary="移除店员")
async def end_member(
    merchant_id: UUID, member_id: UUID, session: InSession, caller: SignedIn
) -> Response:
    """店主移除店员、收回邀请,或店员自己退出。"""
    await staffing.end_member(session, merchant_id=merchant_id, member_id=member_id, caller=caller)
    return Response(status_code=204)
