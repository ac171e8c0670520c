"""Shapes of what staff record and look at, and of mentoring."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.kit.http.fields import Answer, Body, CleanText, Label, Moment
from api.kit.pagination import PageQuery
from api.uploads.schemas import PhotoOut, UploadIds

FindingKind = Literal[
    "pair", "ring", "review_bomb", "retaliation", "own_household", "relative_decided"
]
FindingState = Literal["open", "cleared", "acted"]


class FindingOut(Answer):
    """Something a person should look at; by itself it takes nothing from anybody."""

    id: UUID
    community_id: UUID
    kind: FindingKind = Field(
        description="同户过多、互评圈、集中差评、报复评价、自家单、亲属经办。", examples=["pair"]
    )
    runner_ids: list[UUID]
    person_id: UUID | None = Field(description="哪一户的人,或经办的工作人员。")
    since: datetime
    until: datetime
    facts: list[str] = Field(description="依据的事实编号,最多 100 条。")
    counted: dict[str, int] = Field(description="数出来的次数。", examples=[{"orders": 16}])
    state: FindingState = Field(description="待核查、没有问题、已另行处理。")
    found_at: datetime
    decided_at: datetime | None
    version: int = Field(examples=[1])


class FindingPage(Answer):
    """A page of findings, newest first."""

    items: list[FindingOut]
    next_cursor: str | None = None


class FindingQuery(PageQuery):
    """Which findings to list."""

    place_id: UUID = Field(description="这个地点及以下的。")
    state: FindingState | None = None
    runner_id: UUID | None = Field(default=None, description="只看与这位骑手有关的。")


class FindingAnswer(Body):
    """What came of looking."""

    outcome: Literal["clear", "act"] = Field(
        description="没有问题,或已另行处理(如撤销有关的账)。", examples=["clear"]
    )
    reason: Label = Field(description="看到了什么,写入审计。", examples=["邻居常点她,正常"])


RecordKind = Literal[
    "complaint.upheld",
    "fraud.confirmed",
    "volunteer.hours",
    "mediation.closed",
    "hazard.verified",
    "emergency.helped",
]
Severity = Literal["minor", "moderate", "serious"]


class RecordIn(Body):
    """What staff found true of a runner, with what it rests on."""

    kind: RecordKind = Field(
        description="投诉成立、弄虚作假、志愿服务、参与调解、发现隐患、紧急救助。",
        examples=["volunteer.hours"],
    )
    happened_at: Moment = Field(
        description="发生时间,30 天以内。", examples=["2026-11-21T12:00:00+08:00"]
    )
    severity: Severity | None = Field(
        default=None, description="投诉的轻重;仅 `complaint.upheld` 需要。", examples=[None]
    )
    minutes: Annotated[int, Field(strict=True, ge=1, le=1440)] | None = Field(
        default=None, description="服务分钟数;仅 `volunteer.hours` 需要。", examples=[90]
    )
    evidence: Annotated[CleanText, Field(min_length=1, max_length=1000)] = Field(
        description="依据:谁看到、谁组织、有什么记录;本人和本地工作人员可见。",
        examples=["重阳节送菜,居委会签到表"],
    )
    upload_ids: UploadIds = ()


class RecordOut(Answer):
    """Something recorded of a runner; what it made of the points stands in the ledger."""

    id: UUID
    runner_id: UUID
    kind: RecordKind
    happened_at: datetime
    severity: Severity | None
    minutes: int | None
    evidence: str
    photos: list[PhotoOut]
    recorded_by_id: UUID
    recorded_at: datetime


class RecordPage(Answer):
    """A page of records, newest first."""

    items: list[RecordOut]
    next_cursor: str | None = None


MentorshipState = Literal["asked", "active", "graduated", "ended", "lapsed", "withdrawn"]


class MentorshipOut(Answer):
    """A newcomer and the lead who takes them along."""

    id: UUID
    community_id: UUID
    mentee_id: UUID
    mentee: str = Field(description="新人的昵称。", examples=["小李"])
    mentor_id: UUID | None = Field(description="带教的领跑员;还没人带则为空。")
    mentor: str | None = Field(description="领跑员的昵称。", examples=["张师傅"])
    state: MentorshipState = Field(
        description="等待带教、带教中、出师、已结束、到期、已撤回。", examples=["active"]
    )
    asked_at: datetime
    began_at: datetime | None
    ended_at: datetime | None
    version: int = Field(examples=[1])


class MentorshipPage(Answer):
    """A page of them, newest first."""

    items: list[MentorshipOut]
    next_cursor: str | None = None


class MentorshipQuery(PageQuery):
    """Whose to list."""

    place_id: UUID | None = Field(
        default=None, description="工作人员:这个地点及以下的;不填则为我自己的。"
    )
