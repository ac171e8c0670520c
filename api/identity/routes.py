"""HTTP of signing in and of one's own account."""

from fastapi import APIRouter, Request, Response

from api.errors import AppError
from api.identity import service
from api.identity.caller import Caller
from api.identity.edge import (
    AnonymousEdge,
    Edge,
    InSession,
    Now,
    SignedIn,
    WithParts,
    check_address,
)
from api.identity.schemas import EndSession, GrantHeld, Me, MeEdit, SessionOpened, SignIn

router = APIRouter(prefix="/v1", route_class=Edge, tags=["账号"])
doors = APIRouter(prefix="/v1", route_class=AnonymousEdge, tags=["账号"])


@doors.post("/sessions", status_code=201, summary="登录", response_model=SessionOpened)
async def open_session(
    body: SignIn, request: Request, session: InSession, parts: WithParts, now: Now
) -> service.Opened:
    """用登录码换取会话令牌。登录码一次有效,所以这个请求不使用幂等键。"""
    per_minute = parts.settings.logins_per_minute
    await parts.limits.hit("login", check_address(request), per_minute=per_minute)
    if not parts.settings.dev_login:
        raise AppError("login_unavailable")
    return await service.sign_in_by_dev_code(session, code=body.code, vault=parts.vault, now=now)


@router.delete("/sessions", status_code=204, summary="退出登录")
async def end_session(
    session: InSession, caller: SignedIn, body: EndSession | None = None
) -> Response:
    """结束当前会话,或结束其他所有会话(`which: others`)。"""
    others = body is not None and body.which == "others"
    await service.end_sessions(session, caller=caller, others=others)
    return Response(status_code=204)


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


def _me(caller: Caller, nickname: str, phone: str | None) -> Me:
    grants = [GrantHeld(role=role, place_id=place_id) for role, place_id in caller.grants]
    return Me(id=caller.user_id, nickname=nickname, phone=phone, grants=grants)
