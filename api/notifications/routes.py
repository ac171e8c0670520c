"""HTTP of the inbox, of consents to messages, and of the sandbox's dialog."""

from typing import Annotated, Protocol, cast
from uuid import UUID

from fastapi import Query, Request

from api.errors import AppError
from api.identity.edge import Edge, InSession, OutsideEdge, SignedIn, WithParts
from api.identity.queries import openid_of
from api.kit.http.problems import wants_english
from api.kit.http.routing import FeatureRouter
from api.notifications import queries
from api.notifications.schemas import (
    AnswersGiven,
    ConsentList,
    ConsentOut,
    InboxPage,
    InboxQuery,
    InboxState,
    ReadAll,
    RecordOut,
)
from api.notifications.service import consenting, reading
from api.notifications.templates import template_ids
from api.notifications.views import record_out
from api.wechat.messenger import Messenger, SandboxMessenger

router = FeatureRouter(prefix="/v1/me", route_class=Edge, tags=["消息"])
sandbox = FeatureRouter(prefix="/v1/sandbox", route_class=OutsideEdge, tags=["测试消息"])


class _Parts(Protocol):
    messenger: Messenger


@router.get("/inbox", summary="我的消息", response_model=InboxPage)
async def read_inbox(
    query: Annotated[InboxQuery, Query()], request: Request, session: InSession, caller: SignedIn
) -> InboxPage:
    """发给我的消息,新的在前,保留 90 天。"""
    rows = await queries.records(
        session,
        user_id=caller.user_id,
        only_unread=query.show == "unread",
        subject=query.subject,
        before=query.last_id,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row.id)
    language = _language(request)
    return InboxPage(
        items=[record_out(r, language=language) for r in shown],
        next_cursor=cursor,
        unread=await queries.unread(session, user_id=caller.user_id),
    )


@router.post("/inbox/{record_id}/read", summary="标为已读", response_model=RecordOut)
async def read_record(
    record_id: UUID, request: Request, session: InSession, caller: SignedIn
) -> RecordOut:
    """把一条消息标为已读;还没发出的微信提醒不再发送。"""
    record = await reading.read_record(session, record_id=record_id, caller=caller)
    return record_out(record, language=_language(request))


@router.post("/inbox/read-all", summary="全部标为已读", response_model=InboxState)
async def read_all(body: ReadAll, session: InSession, caller: SignedIn) -> InboxState:
    """把这一条和更早的消息都标为已读。"""
    left = await reading.read_up_to(session, record_id=body.up_to, caller=caller)
    return InboxState(unread=left)


@router.get("/subscriptions", summary="微信提醒余量", response_model=ConsentList)
async def read_subscriptions(session: InSession, caller: SignedIn, parts: WithParts) -> ConsentList:
    """可以请求哪些订阅消息,每种还能发几条。"""
    found = await consenting.consents(
        session, template_ids=template_ids(parts.settings), caller=caller
    )
    return ConsentList(items=[ConsentOut.model_validate(c) for c in found])


@router.post("/subscriptions", summary="上报订阅结果", response_model=ConsentList)
async def note_subscriptions(
    body: AnswersGiven, session: InSession, caller: SignedIn, parts: WithParts
) -> ConsentList:
    """上报一次 `wx.requestSubscribeMessage` 的结果:每个 `accept` 换一条消息。

    已接入微信消息推送时,以微信的推送为准,这里不重复计数。
    """
    await consenting.note_answers(
        session,
        answers=[(a.template, a.answer) for a in body.answers],
        template_ids=template_ids(parts.settings),
        wechat_tells=parts.push_keys is not None,
        caller=caller,
    )
    return await read_subscriptions(session, caller, parts)


@sandbox.post("/subscriptions", summary="测试:回答订阅弹窗", response_model=ConsentList)
async def answer_dialog(
    body: AnswersGiven, request: Request, caller: SignedIn, parts: WithParts
) -> ConsentList:
    """代替微信的订阅弹窗,之后仍须上报结果;只在开发和测试环境存在。"""
    messenger = cast("_Parts", request.app.state.parts).messenger
    assert isinstance(messenger, SandboxMessenger)
    async with parts.database.session() as session:
        openid = await openid_of(session, user_id=caller.user_id)
    if openid is None:
        raise AppError("not_found")
    for given in body.answers:
        template_id = template_ids(parts.settings).get(given.template)
        if given.answer == "accept" and template_id is not None:
            await messenger.consent(openid=openid, template_id=template_id)
    async with parts.database.session() as session:
        return await read_subscriptions(session, caller, parts)


def _language(request: Request) -> str:
    return "en" if wants_english(request.headers.get("accept-language")) else "zh"
