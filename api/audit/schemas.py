"""Shapes of the audit."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.audit.rules import Group
from api.earnings.schemas import EarningsQuery
from api.kit.http.fields import Answer


class AuditQuery(EarningsQuery):
    """Which days, whose acts, of which kind."""

    actor_id: UUID | None = Field(default=None, description="只看这个人。")
    group: Group | None = Field(
        default=None,
        description="只看一类:`orders` 订单与任务,`money` 资金,`people` 住户与身份,"
        "`runners` 骑手与积分,`merchants` 商户与接龙,`board` 邻里喧,`cases` 调解,"
        "`places` 社区与授权,`looks` 查看个人信息。",
    )


class ActOut(Answer):
    """Something that somebody of the staff did."""

    at: datetime
    actor_id: UUID
    nickname: str = Field(description="谁。", examples=["张老师"])
    role: str = Field(description="当时的角色。", examples=["community_staff"])
    act: str = Field(description="事件代码。", examples=["order.refund_decided"])
    title: str = Field(description="做了什么。", examples=["退款"])
    subject: str = Field(description="对什么。", examples=["order"])
    subject_id: UUID
    reason: str | None = Field(description="写下或选定的理由,有的话。", examples=["goodwill"])


class AuditOut(Answer):
    """A page of acts, newest first."""

    items: list[ActOut]
    next_cursor: str | None = None
