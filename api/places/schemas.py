"""Shapes of places and addresses."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.kit.http.fields import Answer, Body, CleanText, GeoPoint, Label, Moment, Phone
from api.places.settings import CommunitySettings

EmergencyKind = Literal["heat", "storm", "closed", "other"]
HasLift = Annotated[
    bool,
    Field(strict=True, description="仅楼栋:有没有电梯,默认有。没有的,送上楼按层给跑腿员加钱。"),
]
PlaceKind = Literal["office", "community", "grid", "compound", "building"]


class NewPlace(Body):
    """A place to make."""

    kind: PlaceKind
    parent_id: UUID | None = Field(default=None, description="上级地点;街道办事处没有上级。")
    name: Label = Field(examples=["3号楼"])
    point: GeoPoint
    settings: CommunitySettings | None = Field(default=None, description="仅社区有设置。")
    has_lift: HasLift | None = None


class PlaceEdit(Body):
    """A change of a place; what is left out stays."""

    name: Label | None = Field(default=None, examples=["4号楼"])
    settings: CommunitySettings | None = None
    has_lift: HasLift | None = None
    reason: Label | None = Field(
        default=None, description="为什么改;和改动一起记入审计。", examples=["夜间骑手太少"]
    )


class PlaceOut(Answer):
    """A place."""

    id: UUID
    kind: PlaceKind
    parent_id: UUID | None
    community_id: UUID | None
    name: str = Field(examples=["3号楼"])
    point: GeoPoint
    settings: CommunitySettings | None = None
    has_lift: bool = Field(description="楼栋有没有电梯。", examples=[True])
    version: int = Field(description="修改时放在 `If-Match` 里。", examples=[1])


class PlacePage(Answer):
    """A page of places."""

    items: list[PlaceOut]
    next_cursor: str | None = None


class ContactIn(Body):
    """Who to ask for, and where exactly; shown to the runner only while the job lasts."""

    door: Annotated[CleanText, Field(max_length=60, examples=["2单元301"])] = ""
    name: Annotated[CleanText, Field(max_length=30, examples=["张阿姨"])] = ""
    phone: Phone | None = None


class ContactShown(Answer):
    """The same as its owner typed it; others see the phone and the names masked."""

    door: str = Field(examples=["2单元301"])
    name: str = Field(examples=["张阿姨"])
    phone: str | None = Field(examples=["138****8000"])


class NewAddress(Body):
    """An address to keep."""

    building_id: UUID
    label: Label = Field(examples=["家"])
    floor: Annotated[int, Field(strict=True, ge=-5, le=120, examples=[3])] = 1
    has_lift: Annotated[bool, Field(strict=True)] = True
    contact: ContactIn = ContactIn()


class AddressOut(Answer):
    """One's own address."""

    id: UUID
    building_id: UUID
    label: str = Field(examples=["家"])
    floor: int = Field(examples=[3])
    has_lift: bool
    contact: ContactShown


class AddressList(Answer):
    """All addresses of a person (at most 50)."""

    items: list[AddressOut]
    next_cursor: str | None = None


class EmergencyEdit(Body):
    """What people are told, and how long limits stretch."""

    note: Label = Field(description="告诉居民和骑手的话。", examples=["高温红色预警,请错峰下单"])
    ends_at: Moment = Field(
        description="到什么时候自动结束,最多 14 天。", examples=["2026-11-22T20:00:00+08:00"]
    )
    due_percent: Annotated[int, Field(strict=True, ge=100, le=400)] = Field(
        default=150, description="送达时限为平时的百分之几。"
    )


class NewEmergency(EmergencyEdit):
    """An emergency to declare."""

    kind: EmergencyKind = Field(description="高温、暴风雨、封控、其他。", examples=["heat"])


class EmergencyOut(Answer):
    """An emergency that is on: longer limits, no minus points, volunteers may help."""

    id: UUID
    kind: EmergencyKind
    note: str = Field(examples=["高温红色预警,请错峰下单"])
    due_percent: int = Field(description="送达时限为平时的百分之几。", examples=[150])
    began_at: datetime
    ends_at: datetime


class EmergencyState(Answer):
    """Whether an emergency is on."""

    emergency: EmergencyOut | None = Field(description="空表示没有。")
