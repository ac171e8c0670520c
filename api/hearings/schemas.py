"""Shapes of open talks."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field
from pydantic.types import StrictInt

from api.board.rules import Category
from api.hearings.rules import SEATS_MAX, Room
from api.kit.http.fields import Answer, Body, Moment
from api.kit.pagination import PageQuery
from api.mediation.guest_schemas import GuestAnswer
from api.mediation.schemas import Story

_ROOM = (
    "`committee_office` 调委会,`community_centre` 社区活动中心,`activity_room` 居民活动室,"
    "`street_office` 街道办。"
)
HearingState = Literal["proposed", "announced", "refused", "cancelled", "lapsed", "held"]


class NewHearing(Body):
    """Talks that the community is to listen to."""

    room: Room = Field(description=_ROOM, examples=["activity_room"])
    starts_at: Moment = Field(
        description="何时开始,一天以后、六十天以内。", examples=["2026-12-05T14:00:00+08:00"]
    )
    seats_max: Annotated[StrictInt, Field(ge=1, le=SEATS_MAX)] = Field(
        description="旁听席位。", examples=[20]
    )
    has_no_secrets: Literal[True] = Field(description="已确认不涉及个人隐私和商业秘密。")


class HearingAnswer(GuestAnswer):
    """A party's word on exactly these talks; of who has no account the mediator brings it."""

    hearing_id: UUID = Field(description="哪一场。")


class WhichHearing(Body):
    """Which talks."""

    hearing_id: UUID = Field(description="哪一场。")


class Minutes(Body):
    """What was said in open talks, written once, and who was there."""

    hearing_id: UUID = Field(description="哪一场。")
    text: Story = Field(
        description="笔录,记下后不能修改;旁听的人看不到。", examples=["双方约定音量。"]
    )
    party_ids: Annotated[tuple[UUID, ...], Field(max_length=30)] = Field(
        default=(), description="在场的当事人。"
    )
    guest_ids: Annotated[tuple[UUID, ...], Field(max_length=20)] = Field(
        default=(), description="经各方同意到场的其他人。"
    )
    listener_ids: Annotated[tuple[UUID, ...], Field(max_length=SEATS_MAX)] = Field(
        default=(), description="到场旁听的人(`listeners` 的编号)。"
    )


class SignUp(Body):
    """Somebody wants to listen."""

    has_read_duty: Literal[True] = Field(description="已阅读 `duty`(保密、不录音录像等)。")


class ListenerOut(Answer):
    """Somebody who comes to listen, or came."""

    id: UUID = Field(description="编号。")
    name: str | None = Field(description="昵称。", examples=["王阿姨"])
    has_attended: bool = Field(description="是否到场。")


class HearingOut(Answer):
    """Open talks of a case, for those who are in it."""

    id: UUID = Field(description="编号。")
    state: HearingState = Field(
        description="征求同意中、已公告、有人不同意、已取消、已失效、已举行。",
        examples=["proposed"],
    )
    room: Room = Field(description=_ROOM)
    starts_at: datetime = Field(description="何时开始。")
    seats_max: int = Field(description="旁听席位。", examples=[20])
    consented_party_ids: list[UUID] = Field(description="哪些当事人已同意公开。")
    listeners: list[ListenerOut] = Field(description="报名旁听的人。")
    record_number: int | None = Field(description="第几次记录是它的笔录。", examples=[3])
    version: int = Field(description="版本。", examples=[1])


class HearingList(Answer):
    """Those of a case, the last one first."""

    items: list[HearingOut]


class HearingCard(Answer):
    """What a community is told: when and where, of no case, of nobody."""

    id: UUID = Field(description="编号。")
    category: Category = Field(description="哪一类。", examples=["square_dancing"])
    room: Room = Field(description=_ROOM)
    starts_at: datetime = Field(description="何时开始。")
    seats_left: int = Field(description="还有几个席位。", examples=[12])
    is_mine: bool = Field(description="我是否报了名。")
    duty: str = Field(description="旁听的人须遵守的。")


class HearingPage(Answer):
    """A page of them, newest first."""

    items: list[HearingCard]
    next_cursor: str | None = None


class HearingQuery(PageQuery):
    """Open talks in the community of a place."""

    place_id: UUID = Field(description="社区或其下的地点。")
