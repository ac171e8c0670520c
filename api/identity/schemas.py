"""Shapes of signing in and of one's own account."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field
from pydantic.types import StrictStr

from api.identity.rules import CODE_PATTERN
from api.kit.http.fields import Answer, Body, CleanText, Label, Pattern


class SignIn(Body):
    """A login code."""

    code: Annotated[
        CleanText,
        Field(
            min_length=4,
            max_length=128,
            description="`wx.login` 得到的 code;开发环境可用 `dev:resident1` 之类的代码。",
            examples=["dev:resident1"],
        ),
    ]
    device: Annotated[
        Label | None,
        Field(
            description="设备名称,如 `wx.getDeviceInfo().model`,供本人在会话列表里辨认。",
            examples=["iPhone 15"],
        ),
    ] = None


class SessionOpened(Answer):
    """A new session. The token is shown once."""

    token: str = Field(description="放在 `Authorization: Bearer` 里。", examples=["q3V…"])
    user_id: UUID
    expires_at: datetime = Field(description="滑动有效期 30 天。")


class ConsoleCode(Body):
    """What was read off the screen of a console."""

    code: Annotated[
        StrictStr,
        Pattern(CODE_PATTERN, "not the code of a console"),
        Field(
            max_length=130,
            description="二维码的内容,两分钟内有效。",
            examples=[f"linli-console:{'0a' * 32}.1795350000.{'0b' * 16}"],
        ),
    ]


class ConsoleOpened(Answer):
    """The console is open in that browser."""

    expires_at: datetime = Field(
        description="两小时无人操作即结束,最长十二小时。", examples=["2026-11-22T16:00:00+08:00"]
    )


class EndSession(Body):
    """Which sessions to end."""

    which: Literal["this", "others"] = Field(default="this", examples=["this"])


class SessionListed(Answer):
    """One of the caller's sessions."""

    id: UUID
    device: str = Field(description="登录时的设备名称;空表示未知。", examples=["iPhone 15"])
    created_at: datetime = Field(description="登录时间。")
    seen_at: datetime = Field(description="最近使用,精确到小时。")
    expires_at: datetime = Field(description="不再使用时的失效时间。")
    is_current: bool = Field(description="是否就是当前会话。")


class SessionPage(Answer):
    """A page of the caller's sessions, the newest first."""

    items: list[SessionListed]
    next_cursor: str | None


class PhoneCode(Body):
    """A phone code."""

    code: Annotated[
        CleanText,
        Field(
            min_length=4,
            max_length=128,
            description="`getPhoneNumber` 按钮得到的 code(不是 `wx.login` 的);"
            "开发环境可用 `dev:13800138000`。",
            examples=["dev:13800138000"],
        ),
    ]


class PhoneBound(Answer):
    """The number that the account now has."""

    phone_masked: str = Field(description="只显示首尾。", examples=["138****8000"])
    joined: bool = Field(description="是否并入了工作人员为该号码预建的账号(角色随之转来)。")


class GrantHeld(Answer):
    """A role held at a place and everywhere below it."""

    role: str = Field(examples=["resident"])
    place_id: UUID | None = Field(description="空表示整个部署。")


class Me(Answer):
    """The caller's own account."""

    id: UUID
    nickname: str = Field(examples=["resident1"])
    phone: str | None = Field(description="验证过的手机号,只显示一部分。", examples=["138****8000"])
    grants: list[GrantHeld]


class MeEdit(Body):
    """What a person may change about themselves."""

    nickname: Annotated[Label, Field(max_length=20)] = Field(
        description="不能含号码,不能冒充机构。", examples=["小王"]
    )
