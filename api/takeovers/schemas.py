"""Shapes of takeovers."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from api.kit.http.fields import Answer, Body
from api.kit.pagination import PageQuery
from api.people.schemas import Door, PersonName

TakeoverState = Literal["asked", "agreed", "joined", "rejected", "withdrawn", "stopped"]
TakeoverReason = Literal["not_the_person", "proof_missing", "objection", "by_mistake", "other"]
Proof = Literal["card", "phone", "visit"]


class TakeoverIn(Body):
    """Who one is, as staff wrote it down when they enrolled one."""

    building_id: UUID
    door: Door
    name: PersonName


class TakeoverOut(Answer):
    """One's own claim; it does not tell whether staff know such a person."""

    id: UUID
    state: TakeoverState = Field(
        description="asked 待审核,agreed 已通过、等待并入,joined 已并入,其余为结束。",
        examples=["asked"],
    )
    building_id: UUID
    reason: TakeoverReason | Literal["person_gone", "in_conflict"] | None = Field(
        description="未通过或被中止的原因。"
    )
    asked_at: datetime
    decided_at: datetime | None
    joins_at: datetime | None = Field(description="此时之前双方都可以反悔,之后自动并入。")
    ended_at: datetime | None


class TakeoverSeen(TakeoverOut):
    """A claim as staff of the place see it; name and phone are masked."""

    user_id: UUID
    nickname: str = Field(examples=["小王"])
    phone: str | None = Field(description="验证过的手机号。", examples=["138****8000"])
    building: str = Field(examples=["3号楼"])
    door: str | None = Field(description="所说的门牌;结束后删除。", examples=["2单元301"])
    name: str | None = Field(description="所说的姓名;结束后删除。", examples=["李**"])
    person_id: UUID | None = Field(description="审核认定的登记居民。")
    proof: Proof | None = Field(description="凭什么认定。")
    decided_by_id: UUID | None


class TakeoverPage(Answer):
    """A page of claims, oldest first."""

    items: list[TakeoverSeen]
    next_cursor: str | None = None


class TakeoverQuery(PageQuery):
    """Which claims to list."""

    place_id: UUID = Field(description="这个地点和它下面的。")
    state: TakeoverState | None = None


class TakeoverAgreement(Body):
    """Whom staff found the claimant to be, and by what."""

    person_id: UUID = Field(description="登记的居民。")
    proof: Proof = Field(
        description="card 核对身份证,visit 上门确认,phone 验证过的手机号即登记的号码(系统核对)。",
        examples=["card"],
    )


class TakeoverRefusal(Body):
    """Why a claim is turned down or stopped; who asked is told."""

    reason: TakeoverReason = Field(examples=["not_the_person"])
