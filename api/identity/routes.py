"""HTTP of signing in and of one's own account."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from api.identity import service
from api.identity.caller import Caller
from api.identity.door import OutsideDoor, token_hash_sent
from api.identity.edge import (
    Edge,
    InSession,
    OutsideEdge,
    SignedIn,
    WithParts,
    check_address,
)
from api.identity.rules import device_of
from api.identity.schemas import (
    EndSession,
    GrantHeld,
    Me,
    MeEdit,
    PhoneBound,
    PhoneCode,
    SessionListed,
    SessionOpened,
    SessionPage,
    SignIn,
)
from api.kit.http.routing import FeatureRouter
from api.kit.pagination import PageQuery
from api.settings import Settings

router = FeatureRouter(prefix="/v1", route_class=Edge, tags=["账号"])
outside = FeatureRouter(prefix="/v1", route_class=OutsideEdge, tags=["账号"])
doors = FeatureRouter(prefix="/v1", route_class=OutsideDoor, tags=["账号"])


@doors.post(
    "/sessions", status_code=201, summary="登录", response_model=SessionOpened, responses={403: {}}
)
async def open_session(body: SignIn, request: Request, parts: WithParts) -> service.Opened:
    """用 `wx.login` 的登录码换取会话令牌。登录码一次有效,所以这个请求不使用幂等键;
    请求头里若带着旧令牌,旧会话随之结束。401 `login_code_invalid` 时重新 `wx.login` 再试。"""
    per_minute = parts.settings.logins_per_minute
    await parts.limits.hit("login", check_address(request), per_minute=per_minute)
    attempt = service.Attempt(
        code=body.code,
        device=device_of(body.device, request.headers.get("user-agent", "")),
        old_token_hash=token_hash_sent(request),
        dev_codes=_dev_codes(parts.settings),
    )
    return await service.sign_in(
        parts.database, parts.mini_program, attempt=attempt, vault=parts.vault
    )


@router.delete("/sessions", status_code=204, summary="退出登录")
async def end_session(
    session: InSession, caller: SignedIn, body: EndSession | None = None
) -> Response:
    """结束当前会话,或结束其他所有会话(`which: others`)。"""
    others = body is not None and body.which == "others"
    await service.end_sessions(session, caller=caller, others=others)
    return Response(status_code=204)


@router.get("/me/sessions", summary="我的会话", response_model=SessionPage)
async def list_sessions(
    page: Annotated[PageQuery, Query()], session: InSession, caller: SignedIn
) -> SessionPage:
    """还有效的会话:设备、登录时间、最近使用,以及哪一个是当前的。"""
    rows = await service.list_sessions(
        session, caller=caller, before=page.last_id, limit=page.limit + 1
    )
    shown, cursor = page.cut(rows, by=lambda row: row.id)
    items = [SessionListed.model_validate(one) for one in shown]
    return SessionPage(items=items, next_cursor=cursor)


@router.delete("/me/sessions", status_code=204, summary="结束其他会话")
async def end_other_sessions(session: InSession, caller: SignedIn) -> Response:
    """结束除当前以外的所有会话,立即生效。"""
    await service.end_sessions(session, caller=caller, others=True)
    return Response(status_code=204)


@router.delete("/me/sessions/{session_id}", status_code=204, summary="结束一个会话")
async def end_one_session(session_id: UUID, session: InSession, caller: SignedIn) -> Response:
    """结束自己的一个会话(可以是当前的),立即生效。"""
    await service.end_one_session(session, session_id=session_id, caller=caller)
    return Response(status_code=204)


@outside.post("/me/phone", summary="绑定手机号", response_model=PhoneBound)
async def bind_phone(body: PhoneCode, caller: SignedIn, parts: WithParts) -> service.Bound:
    """用 `getPhoneNumber` 的 code 绑定或更换手机号;更换须在登录后 5 分钟内,
    其他会话随之结束。号码已属于别的账号时为 409 `phone_taken`。"""
    return await service.bind_phone(
        parts.database,
        parts.mini_program,
        code=body.code,
        takes_dev_codes=parts.settings.dev_login,
        vault=parts.vault,
        caller=caller,
    )


@router.get("/me", summary="我的账号", response_model=Me)
async def read_me(session: InSession, caller: SignedIn, parts: WithParts) -> Me:
    """当前登录的人和他的角色。"""
    phone = await service.own_phone(session, caller=caller, vault=parts.vault)
    return _me(caller, caller.nickname, phone)


@router.put("/me", summary="修改我的资料", response_model=Me)
async def edit_me(body: MeEdit, session: InSession, caller: SignedIn, parts: WithParts) -> Me:
    """修改昵称。"""
    await service.rename(session, caller=caller, nickname=body.nickname)
    phone = await service.own_phone(session, caller=caller, vault=parts.vault)
    return _me(caller, body.nickname, phone)


def _dev_codes(settings: Settings) -> service.DevCodes:
    if not settings.dev_login:
        return "none"
    return "also" if settings.wechat_appid else "only"


def _me(caller: Caller, nickname: str, phone: str | None) -> Me:
    grants = [GrantHeld(role=role, place_id=place_id) for role, place_id in caller.grants]
    return Me(id=caller.user_id, nickname=nickname, phone=phone, grants=grants)
