"""HTTP of the board, for staff: the queue, decisions, reports, authors, piles."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from api.board.queries import piles, posts
from api.board.schemas import (
    AuthorOut,
    Decision,
    Look,
    PileOut,
    PilePage,
    PostOut,
    PostPage,
    ReportList,
    StaffQuery,
)
from api.board.service import moderating, seeing, watching
from api.board.views import piles_out, post_out, posts_out, staff_report_out
from api.identity.caller import STAFF
from api.identity.edge import Edge, InSession, SignedIn, WithParts
from api.kit.http.routing import FeatureRouter
from api.kit.http.versions import IfMatch, read_version
from api.places.service import place_of_staff

router = FeatureRouter(prefix="/v1/posts", route_class=Edge, tags=["邻里喧管理"])
warnings = FeatureRouter(prefix="/v1/piles", route_class=Edge, tags=["邻里喧管理"])


@router.get("/queue", summary="待审核内容", response_model=PostPage)
async def list_queue(
    query: Annotated[StaffQuery, Query()], session: InSession, caller: SignedIn, parts: WithParts
) -> PostPage:
    """未审核的、被举报的和自动隐藏的,早的在前;自动检查通过的会自己离开。"""
    await place_of_staff(session, place_id=query.place_id, roles=STAFF, caller=caller)
    rows = await posts.in_queue(
        session, place_id=query.place_id, after=query.last_id, limit=query.limit + 1
    )
    shown, cursor = query.cut(rows, by=lambda row: row.id)
    items = await posts_out(session, shown, caller=caller, vault=parts.vault)
    return PostPage(items=items, next_cursor=cursor)


@router.get("/{post_id}/reports", summary="内容的举报", response_model=ReportList)
async def list_reports(
    post_id: UUID, session: InSession, caller: SignedIn, parts: WithParts
) -> ReportList:
    """最近的举报,不含举报人。"""
    await seeing.staff_post(session, post_id=post_id, caller=caller)
    rows = await posts.reports_of(session, post_id=post_id)
    return ReportList(items=[staff_report_out(row, vault=parts.vault) for row in rows])


@router.post("/{post_id}/publish", summary="审核通过", response_model=PostOut)
async def publish(
    post_id: UUID,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
    if_match: IfMatch = None,
) -> PostOut:
    """公开所看到的这一版;申诉须由另一名工作人员复核。"""
    row = await moderating.publish(
        session, post_id=post_id, version=read_version(if_match), caller=caller
    )
    return await post_out(session, row, caller=caller, vault=parts.vault)


@router.post("/{post_id}/reject", summary="审核不通过", response_model=PostOut)
async def reject(
    post_id: UUID,
    body: Decision,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
    if_match: IfMatch = None,
) -> PostOut:
    """不公开,原因告知作者;作者可以修改或申诉。"""
    row = await moderating.reject(
        session,
        post_id=post_id,
        version=read_version(if_match),
        code=body.code,
        note=body.text,
        vault=parts.vault,
        caller=caller,
    )
    return await post_out(session, row, caller=caller, vault=parts.vault)


@router.post("/{post_id}/hide", summary="隐藏内容", response_model=PostOut)
async def hide(
    post_id: UUID,
    body: Decision,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
    if_match: IfMatch = None,
) -> PostOut:
    """隐藏已公开的,或确认自动隐藏;举报成立,原因告知作者。"""
    row = await moderating.hide(
        session,
        post_id=post_id,
        version=read_version(if_match),
        code=body.code,
        note=body.text,
        vault=parts.vault,
        caller=caller,
    )
    return await post_out(session, row, caller=caller, vault=parts.vault)


@router.post("/{post_id}/keep", summary="保留内容", response_model=PostOut)
async def keep(
    post_id: UUID,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
    if_match: IfMatch = None,
) -> PostOut:
    """举报不成立:保留,或恢复被隐藏的;这一版不再自动隐藏。"""
    row = await moderating.keep(
        session, post_id=post_id, version=read_version(if_match), caller=caller
    )
    return await post_out(session, row, caller=caller, vault=parts.vault)


@router.post("/{post_id}/author", summary="查看作者", response_model=AuthorOut)
async def look_at_author(
    post_id: UUID, body: Look, session: InSession, caller: SignedIn, parts: WithParts
) -> AuthorOut:
    """查看内容的作者,匿名的也可以;每次查看都有记录,作者能看到。每天 30 次。"""
    found = await seeing.look_at_author(
        session, post_id=post_id, reason=body.reason, vault=parts.vault, caller=caller
    )
    return AuthorOut.model_validate(found)


@warnings.get("", summary="矛盾预警列表", response_model=PilePage)
async def list_piles(
    query: Annotated[StaffQuery, Query()], session: InSession, caller: SignedIn
) -> PilePage:
    """一小时内同地同类、多人提起的事,新的在前。"""
    await place_of_staff(session, place_id=query.place_id, roles=STAFF, caller=caller)
    rows = await piles.piles(
        session, place_id=query.place_id, before=query.last_id, limit=query.limit + 1
    )
    shown, cursor = query.cut(rows, by=lambda row: row.id)
    return PilePage(items=await piles_out(session, shown), next_cursor=cursor)


@warnings.post("/{pile_id}/take", summary="受理预警", response_model=PileOut)
async def take_pile(pile_id: UUID, session: InSession, caller: SignedIn) -> PileOut:
    """工作人员受理一次预警。"""
    row = await watching.take(session, pile_id=pile_id, caller=caller)
    return (await piles_out(session, [row]))[0]
