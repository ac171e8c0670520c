"""Shapes of inboxes and of consents to messages."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.kit.http.fields import Answer, Body
from api.kit.pagination import PageQuery
from api.notifications.templates import WECHAT

TemplateKey = Annotated[
    str,
    Field(
        min_length=1,
        max_length=40,
        pattern=r"^[a-z_]+$",
        examples=["order_progress"],
        json_schema_extra={"enum": [*WECHAT]},
    ),
]


class InboxQuery(PageQuery):
    """Which page of the inbox."""

    show: Literal["all", "unread"] = Field(default="all", description="`unread`:只看未读。")
    subject: Literal["order", "job", "refund", "runner", "user"] | None = Field(
        default=None, description="只看关于哪类事物的消息。"
    )


class RecordOut(Answer):
    """One thing that its reader was told."""

    id: UUID
    kind: str = Field(description="发生了什么。", examples=["job.accepted"])
    title: str = Field(examples=["骑手已接单"])
    body: str = Field(examples=["订单100001的骑手正赶往取货点。"])
    page: str = Field(description="点开后进入的小程序页面。", examples=["pages/inbox/index"])
    is_urgent: bool
    subject: str = Field(description="关于哪类事物。", examples=["job"])
    subject_id: UUID = Field(description="那个事物的编号。")
    at: datetime = Field(description="发生的时间。")
    read_at: datetime | None = Field(description="读过的时间;未读时为空。")


class InboxPage(Answer):
    """A page of the inbox, newest first."""

    items: list[RecordOut]
    next_cursor: str | None = None
    unread: int = Field(description="未读总数。", examples=[2])


class ReadAll(Body):
    """Up to where everything was read."""

    up_to: UUID = Field(description="屏幕上最新一条的编号;它之后的仍是未读。")


class InboxState(Answer):
    """What is left unread."""

    unread: int = Field(examples=[0])


class AnswerGiven(Body):
    """What `wx.requestSubscribeMessage` said of one template."""

    template: TemplateKey
    answer: Literal["accept", "reject", "ban", "filter"] = Field(
        description="原样填 `wx.requestSubscribeMessage` 的结果。"
    )


class AnswersGiven(Body):
    """What one dialog said."""

    answers: Annotated[list[AnswerGiven], Field(min_length=1, max_length=5)]


class ConsentOut(Answer):
    """A message that its reader can be asked for."""

    template: str = Field(examples=["order_progress"])
    template_id: str = Field(description="传给 `wx.requestSubscribeMessage` 的模板编号。")
    name: str = Field(examples=["订单进度提醒"])
    left: int = Field(description="还能发几条;每次同意加一,每发一条减一。", examples=[1])


class ConsentList(Answer):
    """All messages that its reader can be asked for."""

    items: list[ConsentOut]
