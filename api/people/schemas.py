"""Shapes of real names, households, enrolled people and preferences."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator
from pydantic.types import StrictStr

from api.kit.http.fields import Answer, Body, Label, Pattern, Telephone
from api.kit.pagination import PageQuery

RealNameState = Literal["unverified", "submitted", "verified", "rejected"]
MembershipState = Literal["requested", "joined", "rejected", "withdrawn", "left"]
Relation = Literal["owner", "family", "tenant", "carer", "other"]
AgeBand = Literal["adult", "minor_14_17", "under_14"]
RealNameReason = Literal[
    "card_differs", "card_not_shown", "unreadable", "guardian_missing", "other"
]
MembershipReason = Literal["not_living_here", "door_wrong", "proof_missing", "moved_out", "other"]
Ask = Literal["knock_loudly", "speak_slowly", "wait_longer", "write_large"]
PersonName = Annotated[Label, Field(max_length=30, examples=["张小明"])]
Door = Annotated[Label, Field(max_length=60, examples=["2单元301"])]
Floor = Annotated[int, Field(strict=True, ge=-5, le=120, examples=[3])]
MinuteOfDay = Annotated[int, Field(strict=True, ge=0, le=1439, examples=[1320])]


class RealNameIn(Body):
    """Name and identity number as on the card; a photo of it is never asked for nor kept."""

    name: PersonName
    id_number: Annotated[
        StrictStr,
        Pattern("^[0-9]{17}[0-9Xx]$", "not an identity number"),
        Field(
            max_length=18,
            description="18 位身份证号,加密存放。",
            examples=["11010519491231002X"],
        ),
    ]
    community_id: UUID = Field(description="由哪个社区的工作人员审核。")


class RealNameOut(Answer):
    """One's own real name, masked."""

    state: RealNameState = Field(examples=["submitted"])
    name: str | None = Field(description="只显示姓。", examples=["张**"])
    id_number: str | None = Field(
        description="只显示前三位和后四位。", examples=["110***********002X"]
    )
    age_band: AgeBand | None = Field(description="提交时的年龄段;不保存生日。")
    reason: RealNameReason | Literal["account_closed"] | None = Field(description="未通过的原因。")
    submitted_at: datetime | None = None
    decided_at: datetime | None = None


class RealNameSeen(RealNameOut):
    """A real name as staff of the community see it, masked."""

    user_id: UUID
    nickname: str = Field(examples=["小王"])
    phone: str | None = Field(examples=["138****8000"])


class RealNamePage(Answer):
    """A page of real names."""

    items: list[RealNameSeen]
    next_cursor: str | None = None


class RealNameRefusal(Body):
    """Why a real name is turned down; the person is told."""

    reason: RealNameReason = Field(examples=["card_differs"])


class RealNameLook(Body):
    """Why name and number are looked at in full; every look is recorded."""

    reason: Literal["compare_card", "complaint", "legal_request"] = Field(examples=["compare_card"])


class RealNameInFull(Answer):
    """Name and number in full."""

    name: str = Field(examples=["张小明"])
    id_number: str = Field(examples=["11010519491231002X"])


class RealNameQuery(PageQuery):
    """Which real names to list."""

    place_id: UUID = Field(description="这个地点和它下面的。")
    state: Literal["submitted", "verified", "rejected"] | None = None


class HouseholdJoin(Body):
    """A request to join the household behind a door."""

    building_id: UUID
    door: Door
    relation: Relation = Field(description="户主、家人、租户、照护人或其他。", examples=["family"])


class MembershipOut(Answer):
    """One's own belonging to a household, asked for or joined."""

    id: UUID
    state: MembershipState = Field(examples=["requested"])
    household_id: UUID | None
    building_id: UUID
    building: str = Field(examples=["3号楼"])
    door: str = Field(examples=["2单元301"])
    relation: Relation
    requested_at: datetime


class HouseholdMember(Answer):
    """Somebody of one's own household."""

    user_id: UUID
    nickname: str = Field(examples=["小王"])
    relation: Relation


class HomeOut(Answer):
    """Where one lives, who else does, and where one asks to live."""

    joined: MembershipOut | None
    members: list[HouseholdMember] = Field(description="同户的人(最多 50 个)。")
    requested: MembershipOut | None


class MembershipSeen(Answer):
    """A membership as staff of the place see it; names and phones are masked."""

    id: UUID
    user_id: UUID
    nickname: str = Field(examples=["小王"])
    name: str | None = Field(description="实名的姓;没有实名则为空。", examples=["张**"])
    phone: str | None = Field(examples=["138****8000"])
    building: str = Field(examples=["3号楼"])
    door: str = Field(examples=["2单元301"])
    relation: Relation
    state: MembershipState
    household_id: UUID | None
    reason: str | None = Field(description="未通过或离开的原因。")
    decided_by_id: UUID | None = Field(description="谁审核的。")
    requested_at: datetime
    decided_at: datetime | None


class MembershipPage(Answer):
    """A page of memberships, oldest first."""

    items: list[MembershipSeen]
    next_cursor: str | None = None


class MembershipQuery(PageQuery):
    """Which memberships to list."""

    place_id: UUID = Field(description="这个地点和它下面的。")
    state: MembershipState | None = None


class MembershipRefusal(Body):
    """Why a membership is turned down or ended; the person is told."""

    reason: MembershipReason = Field(examples=["not_living_here"])


class NewPerson(Body):
    """A person without a phone of their own, to order for."""

    name: PersonName
    building_id: UUID
    door: Door
    floor: Floor = 1
    has_lift: Annotated[bool, Field(strict=True)] = True
    phone: Telephone | None = Field(default=None, description="座机或家人的手机,没有就不填。")


class PersonOut(Answer):
    """An enrolled person as staff of the place see them; name and phone are masked."""

    id: UUID
    name: str = Field(examples=["张**"])
    address_id: UUID = Field(description="报价时的 `address_id`。")
    building_id: UUID
    building: str = Field(examples=["3号楼"])
    door: str = Field(examples=["2单元301"])
    phone: str | None = Field(examples=["021****5678"])
    enrolled_by_id: UUID
    created_at: datetime


class PersonPage(Answer):
    """A page of enrolled people."""

    items: list[PersonOut]
    next_cursor: str | None = None


class PersonQuery(PageQuery):
    """Which enrolled people to list."""

    place_id: UUID = Field(description="这个地点和它下面的。")


Asks = Annotated[
    tuple[Ask, ...],
    Field(
        max_length=4,
        description="请上门的人:敲门大声些、说话慢些、多等一会、纸条写大字。",
        examples=[["knock_loudly"]],
    ),
]


class PreferencesIn(Body):
    """How one likes to be served; what is left out stands at its default."""

    quiet_from_min: MinuteOfDay | None = Field(
        default=None,
        description="免打扰开始:零点后的分钟数(北京时间),可以跨过零点;其间只发紧急的消息。",
    )
    quiet_to_min: MinuteOfDay | None = Field(
        default=None, description="免打扰结束,与开始一起填。", examples=[420]
    )
    language: Literal["zh", "en"] = Field(
        default="zh", description="微信消息的语言。", examples=["zh"]
    )
    may_be_called: Annotated[
        bool,
        Field(
            strict=True,
            description="可以打电话联系;否则骑手看不到电话,联系不上时说明原因才能查看。",
        ),
    ] = True
    leave_at_door: Annotated[
        bool, Field(strict=True, description="放在门口即可,骑手送货时看到。")
    ] = False
    asks: Asks = ()

    @model_validator(mode="after")
    def _both_or_none(self) -> "PreferencesIn":
        if (self.quiet_from_min is None) != (self.quiet_to_min is None):
            raise ValueError("both ends of the quiet hours, or none")
        if self.quiet_from_min is not None and self.quiet_from_min == self.quiet_to_min:
            raise ValueError("quiet hours must not be empty")
        return self


class PreferencesOut(Answer):
    """One's preferences."""

    quiet_from_min: int | None = Field(examples=[1320])
    quiet_to_min: int | None = Field(examples=[420])
    language: Literal["zh", "en"]
    may_be_called: bool
    leave_at_door: bool
    asks: list[Ask]
    version: int = Field(description="修改时放在 `If-Match` 里;从未设置过为 0。", examples=[0])
