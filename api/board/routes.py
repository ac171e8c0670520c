"""HTTP of the board, for neighbours."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from api.board.queries import counting, posts
from api.board.schemas import (
    Appeal,
    EditPost,
    FeedQuery,
    NewComment,
    NewPost,
    NewReport,
    PostMade,
    PostOut,
    PostPage,
    ReportOut,
)
from api.board.service import answering, moderating, seeing, writing
from api.board.service.writing import Said
from api.board.views import made_out, post_out, posts_out, report_out
from api.identity.edge import Edge, InSession, Parts, SignedIn, WithParts
from api.kit.http.routing import FeatureRouter
from api.kit.http.versions import IfMatch, read_version, show_version
from api.kit.pagination import PageQuery

router = FeatureRouter(prefix="/v1/posts", route_class=Edge, tags=["邻里喧"])


@router.get("", summary="邻里喧列表", response_model=PostPage)
async def list_posts(
    query: Annotated[FeedQuery, Query()], session: InSession, caller: SignedIn, parts: WithParts
) -> PostPage:
    """一个地点及其下、或我所在社区的公开内容,新的在前;看不到互相屏蔽的人署名发的。"""
    community_id, roots = None, seeing.own_places(caller)
    if query.place_id is not None:
        community_id = await seeing.feed_place(session, place_id=query.place_id, caller=caller)
        roots = [query.place_id]
    _, apart = await counting.person(session, user_id=caller.user_id)
    rows = await posts.listed(
        session,
        roots=roots,
        community_id=community_id,
        kind=query.kind,
        category=query.category,
        apart=apart,
        before=query.last_id,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row.rank_id)
    items = await posts_out(session, shown, caller=caller, vault=parts.vault)
    return PostPage(items=items, next_cursor=cursor)


@router.post("", status_code=201, summary="发一条内容", response_model=PostMade)
async def write_post(
    body: NewPost, session: InSession, caller: SignedIn, parts: WithParts
) -> PostMade:
    """先审核后公开:文字和照片都检查通过才会公开,检查不了的等人工审核。每人每天 5 条。"""
    written = await writing.write_post(
        session,
        place_id=body.place_id,
        kind=body.kind,
        category=body.category,
        is_anonymous=body.is_anonymous,
        said=Said(body.text, body.upload_ids),
        is_phone_needed=_is_phone_needed(parts),
        vault=parts.vault,
        caller=caller,
    )
    return await made_out(session, written, caller=caller, vault=parts.vault)


@router.get("/mine", summary="我发的内容", response_model=PostPage)
async def list_mine(
    query: Annotated[PageQuery, Query()], session: InSession, caller: SignedIn, parts: WithParts
) -> PostPage:
    """我发的内容和评论,含未公开的,新的在前。"""
    rows = await posts.own(
        session, author_id=caller.user_id, before=query.last_id, limit=query.limit + 1
    )
    shown, cursor = query.cut(rows, by=lambda row: row.id)
    items = await posts_out(session, shown, caller=caller, vault=parts.vault)
    return PostPage(items=items, next_cursor=cursor)


@router.get("/{post_id}", summary="查看内容", response_model=PostOut)
async def read_post(
    post_id: UUID, response: Response, session: InSession, caller: SignedIn, parts: WithParts
) -> PostOut:
    """公开的,或我自己的;工作人员可以看未公开的。"""
    row = await seeing.seen_post(session, post_id=post_id, caller=caller)
    show_version(response, row.version)
    return await post_out(session, row, caller=caller, vault=parts.vault)


@router.put("/{post_id}", summary="修改内容", response_model=PostMade)
async def edit_post(
    post_id: UUID,
    body: EditPost,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
    if_match: IfMatch = None,
) -> PostMade:
    """修改后重新审核,通过前谁也看不到新旧文字。"""
    written = await writing.edit(
        session,
        post_id=post_id,
        version=read_version(if_match),
        said=Said(body.text, body.upload_ids),
        vault=parts.vault,
        caller=caller,
    )
    return await made_out(session, written, caller=caller, vault=parts.vault)


@router.delete("/{post_id}", status_code=204, summary="删除内容")
async def delete_post(post_id: UUID, session: InSession, caller: SignedIn) -> Response:
    """文字和照片一并删除,不能恢复;有未处理的举报时须等处理完。"""
    await writing.delete(session, post_id=post_id, caller=caller)
    return Response(status_code=204)


@router.post("/{post_id}/withdraw", summary="撤回内容", response_model=PostOut)
async def withdraw_post(
    post_id: UUID, session: InSession, caller: SignedIn, parts: WithParts
) -> PostOut:
    """从邻里喧撤下,自己还看得到。"""
    row = await writing.withdraw(session, post_id=post_id, caller=caller)
    return await post_out(session, row, caller=caller, vault=parts.vault)


@router.post("/{post_id}/resolve", summary="标记已解决", response_model=PostOut)
async def resolve_post(
    post_id: UUID, session: InSession, caller: SignedIn, parts: WithParts
) -> PostOut:
    """作者或工作人员标记已解决,仍可查看。"""
    row = await writing.resolve(session, post_id=post_id, caller=caller)
    return await post_out(session, row, caller=caller, vault=parts.vault)


@router.post("/{post_id}/appeal", summary="申诉", response_model=PostOut)
async def appeal(
    post_id: UUID, body: Appeal, session: InSession, caller: SignedIn, parts: WithParts
) -> PostOut:
    """未公开或被隐藏的内容,15 天内可申诉一次,由另一名工作人员复核。"""
    row = await moderating.appeal(
        session, post_id=post_id, text=body.text, vault=parts.vault, caller=caller
    )
    return await post_out(session, row, caller=caller, vault=parts.vault)


@router.get("/{post_id}/comments", summary="评论列表", response_model=PostPage)
async def list_comments(
    post_id: UUID,
    query: Annotated[PageQuery, Query()],
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> PostPage:
    """公开的评论,新的在前。"""
    await seeing.seen_post(session, post_id=post_id, caller=caller)
    _, apart = await counting.person(session, user_id=caller.user_id)
    rows = await posts.listed(
        session,
        roots=None,
        parent_id=post_id,
        apart=apart,
        before=query.last_id,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row.rank_id)
    items = await posts_out(session, shown, caller=caller, vault=parts.vault)
    return PostPage(items=items, next_cursor=cursor)


@router.post("/{post_id}/comment", status_code=201, summary="评论", response_model=PostMade)
async def add_comment(
    post_id: UUID, body: NewComment, session: InSession, caller: SignedIn, parts: WithParts
) -> PostMade:
    """评论也是一条内容:同样先审核,编号通用,可用内容的各个接口。每人每天 50 条。"""
    written = await writing.add_comment(
        session,
        post_id=post_id,
        is_anonymous=body.is_anonymous,
        said=Said(body.text),
        is_phone_needed=_is_phone_needed(parts),
        vault=parts.vault,
        caller=caller,
    )
    return await made_out(session, written, caller=caller, vault=parts.vault)


@router.post("/{post_id}/me-too", summary="同感", response_model=PostOut)
async def give_me_too(
    post_id: UUID, session: InSession, caller: SignedIn, parts: WithParts
) -> PostOut:
    """表示同感;别人只看到人数。"""
    row = await answering.give_me_too(session, post_id=post_id, caller=caller)
    return await post_out(session, row, caller=caller, vault=parts.vault)


@router.delete("/{post_id}/me-too", status_code=204, summary="取消同感")
async def cancel_me_too(post_id: UUID, session: InSession, caller: SignedIn) -> Response:
    """取消同感;没有表示过也算成功。"""
    await answering.cancel_me_too(session, post_id=post_id, caller=caller)
    return Response(status_code=204)


@router.post("/{post_id}/report", status_code=201, summary="举报", response_model=ReportOut)
async def report_post(
    post_id: UUID, body: NewReport, session: InSession, caller: SignedIn, parts: WithParts
) -> ReportOut:
    """举报内容或评论,处理后告知结果;同一内容未处理前再次举报不另计。每人每天 10 次。"""
    row = await answering.report(
        session, post_id=post_id, code=body.code, text=body.text, vault=parts.vault, caller=caller
    )
    return report_out(row)


def _is_phone_needed(parts: Parts) -> bool:
    """Who writes must be known by a verified phone; development accounts have none."""
    return parts.settings.environment == "production"
